import type { TLSSocketOptions } from 'node:tls';
import type { Pace } from './pace.js';
import type { Peer } from './peer.js';

/**
 * One thing a scripted server does. Text is written as it stands (latin1, line ends included).
 * `hear: 'hello'` waits for one whole TLS record; `hearWithinMs` waits that long for anything at all, and drops it.
 */
export type Step =
  | { readonly send: string | Uint8Array; readonly pace?: Pace }
  | { readonly forever: string | Uint8Array }
  | { readonly waitMs: number }
  | { readonly hear: 'hello' }
  | { readonly hearWithinMs: number }
  | { readonly tls: TLSSocketOptions; readonly pace?: Pace }
  | 'close'
  | 'reset'
  | 'silence';

/** Steps by verb, in capitals, or what makes them of the line. `*` answers every verb that is not there. */
export type Replies = Readonly<Record<string, readonly Step[] | ((line: string) => readonly Step[])>>;

/** A whole server. Verbs without an entry are answered as DEFAULT_REPLIES says. */
export interface Script {
  /** From the moment the connection is accepted: the greeting, usually. */
  readonly accept: readonly Step[];
  readonly plain?: Replies;
  /** When the TLS handshake is over, before any command: nothing, usually. */
  readonly secured?: readonly Step[];
  readonly secure?: Replies;
}

/** A reply of one or more lines. */
export function reply(code: number, ...lines: readonly string[]): string {
  return lines.map((line, i) => `${code}${i < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('');
}

const DEFAULT_REPLIES: Replies = {
  QUIT: [{ send: reply(221, '2.0.0 Bye') }, 'close'],
  NOOP: [{ send: reply(250, '2.0.0 Ok') }],
  RSET: [{ send: reply(250, '2.0.0 Ok') }],
  '*': [{ send: reply(502, '5.5.1 Command not implemented') }],
};

/** Plays the script on one connection. Every command line that is received goes to `heard`. */
export async function play(
  peer: Peer,
  script: Script,
  heard: (line: string) => void = () => undefined,
): Promise<void> {
  let open = await perform(peer, script, script.accept);
  while (open) {
    const line = await peer.readLine();
    if (line === null) return;
    heard(line);
    open = await perform(peer, script, stepsFor(line, (peer.secure ? script.secure : script.plain) ?? {}));
  }
}

function stepsFor(line: string, replies: Replies): readonly Step[] {
  const verb = line.trim().split(/\s+/, 1)[0]?.toUpperCase() ?? '';
  const known = (table: Replies, key: string): readonly Step[] | undefined => {
    const entry = Object.hasOwn(table, key) ? table[key] : undefined;
    return typeof entry === 'function' ? entry(line) : entry;
  };
  return (
    known(replies, verb) ??
    known(replies, '*') ??
    known(DEFAULT_REPLIES, verb) ??
    known(DEFAULT_REPLIES, '*') ??
    []
  );
}

/** Runs the steps; false when the connection is over. */
async function perform(peer: Peer, script: Script, steps: readonly Step[]): Promise<boolean> {
  // Where TLS follows, reading stops before the 220 goes out: a quick client's hello must not be read as a command.
  if (steps.some((step) => typeof step === 'object' && 'tls' in step)) peer.hold();
  for (const step of steps) {
    if (!(await performOne(peer, script, step))) return false;
  }
  return true;
}

async function performOne(peer: Peer, script: Script, step: Step): Promise<boolean> {
  if (step === 'close') return false;
  if (step === 'reset') {
    peer.reset();
    return false;
  }
  if (step === 'silence') {
    await peer.closed;
    return false;
  }
  if ('send' in step) return peer.send(step.send, step.pace);
  if ('forever' in step) return sendForEver(peer, step.forever);
  if ('waitMs' in step) await peer.sleep(step.waitMs);
  else if ('hear' in step) await peer.readRecord();
  else if ('hearWithinMs' in step) await peer.hears(step.hearWithinMs);
  else
    return (await peer.upgrade(step.tls, step.pace)) && (await perform(peer, script, script.secured ?? []));
  return true;
}

/** Ends only when the client does; the system's own buffers hold it back, so memory does not grow. */
async function sendForEver(peer: Peer, data: string | Uint8Array): Promise<boolean> {
  // A turn of the event loop between two writes: the others in this process are to be heard as well.
  while (await peer.send(data)) await new Promise((resolve) => setImmediate(resolve));
  return false;
}
