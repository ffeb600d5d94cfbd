import type { TLSSocketOptions } from 'node:tls';
import { serve } from '../../src/lab/listener.js';
import type { Pace } from '../../src/lab/pace.js';
import { play, reply, type Replies, type Script, type Step } from '../../src/lab/script.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { certificate } from './fixtures.js';

export { reply, type Replies, type Script, type Step } from '../../src/lab/script.js';

/** A server under test conditions: on port 0, counting. */
export interface TestServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Command lines received so far, all connections together. */
  readonly log: readonly string[];
}

/** One octet a time, each in a segment of its own. */
export const EVERY_BYTE: Pace = { octets: 1, delayMs: 1 };

/** Text (or its bytes) to write as it stands, or steps. */
export type Answer = string | Uint8Array | readonly Step[];

/** An SMTP server in terms of how it differs from the everyday one. Everything may be left out. */
export interface ServerSpec {
  /** Default: `220 mail.smtpcheck.test ESMTP`. Line ends are part of it. */
  readonly greeting?: Answer;
  /** TLS from the first byte; the greeting comes after the handshake. */
  readonly implicit?: boolean;
  /** How everything before TLS is written; whole by default. */
  readonly split?: Pace;
  /** How everything after TLS is written; whole by default. */
  readonly splitAfterTls?: Pace;
  /** Keywords of the EHLO answer, before and after TLS. Default: PIPELINING, 8BITMIME (and STARTTLS before). */
  readonly keywords?: readonly string[];
  readonly keywordsAfterTls?: readonly string[];
  /** Answers by verb, in capitals; `*` for all others. They win over keywords and starttls. */
  readonly replies?: Readonly<Record<string, Answer>>;
  readonly repliesAfterTls?: Readonly<Record<string, Answer>>;
  /** The answer to STARTTLS, without the handshake. Default: `220 2.0.0 Ready`. */
  readonly readyText?: string;
  /** What happens behind that 220: a handshake (default), or these steps. */
  readonly afterReady?: readonly Step[];
  /** Options of the handshake, beside the certificate; good-ecdsa by default. */
  readonly tls?: TLSSocketOptions;
  /** Writes the TLS records slowly. */
  readonly tlsPace?: Pace;
  /** Right after the handshake, before a command is read. */
  readonly afterTls?: readonly Step[];
}

/** Starts a server that differs from the everyday one as the spec says. */
export function startServer(spec: ServerSpec = {}): Promise<TestServer> {
  return startScript(toScript(spec));
}

/** Starts a server that plays a script. */
export async function startScript(script: Script): Promise<TestServer> {
  const log: string[] = [];
  let connections = 0;
  const running = await serve({ host: '127.0.0.1', port: 0 }, (peer) => {
    connections += 1;
    return play(peer, script, (line) => log.push(line));
  });
  return {
    ...running,
    log,
    get connections() {
      return connections;
    },
  };
}

/** The script behind a spec. */
export function toScript(spec: ServerSpec): Script {
  const handshake: Step = {
    tls: { ...certificate('good-ecdsa'), ...spec.tls },
    ...(spec.tlsPace === undefined ? {} : { pace: spec.tlsPace }),
  };
  const greeting = toSteps(spec.greeting ?? reply(220, `${LAB_HOSTNAME} ESMTP`), spec.split);
  const ready = toSteps(spec.readyText ?? reply(220, '2.0.0 Ready'), spec.split);
  const plain: Record<string, Answer> = {
    ...greetings(spec.keywords ?? ['PIPELINING', '8BITMIME', 'STARTTLS']),
    STARTTLS: [...ready, ...(spec.afterReady ?? [handshake])],
    ...spec.replies,
  };
  const secure: Record<string, Answer> = {
    ...greetings(spec.keywordsAfterTls ?? ['PIPELINING', '8BITMIME']),
    ...spec.repliesAfterTls,
  };
  const afterTls = spec.afterTls ?? [];
  return {
    accept: spec.implicit === true ? [handshake] : greeting,
    plain: toReplies(plain, spec.split),
    secured: spec.implicit === true ? [...afterTls, ...greeting] : afterTls,
    secure: toReplies(secure, spec.splitAfterTls),
  };
}

function greetings(keywords: readonly string[]): Record<string, Answer> {
  const answer = reply(250, LAB_HOSTNAME, ...keywords);
  return { EHLO: answer, LHLO: answer };
}

function toReplies(answers: Readonly<Record<string, Answer>>, pace: Pace | undefined): Replies {
  return Object.fromEntries(Object.entries(answers).map(([verb, answer]) => [verb, toSteps(answer, pace)]));
}

function toSteps(answer: Answer, pace: Pace | undefined): readonly Step[] {
  if (typeof answer !== 'string' && !(answer instanceof Uint8Array)) return answer;
  return [pace === undefined ? { send: answer } : { send: answer, pace }];
}
