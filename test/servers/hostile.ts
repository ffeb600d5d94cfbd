import type { TargetMode } from '../../src/core/target.js';
import { reply, startServer, type ServerSpec, type Step, type TestServer } from './scripted.js';

/** A server that misbehaves on purpose. */
export interface TestCase {
  readonly name: string;
  /** What it does, and what harm it may do to a careless client. */
  readonly why: string;
  readonly mode: TargetMode;
  /** Exit codes of `smtpcheck tls` that are right (design section 3). More than one only where the network decides. */
  readonly exitCodes: readonly number[];
  readonly start: () => Promise<TestServer>;
}

const INCONCLUSIVE = [4];
const FAIL = [1];

/** Octets that are no TLS record, no alert and no text. */
const GARBAGE = Buffer.alloc(64 * 1024, 0xa5);
const READY = reply(220, '2.0.0 Ready');
const INJECTED = reply(250, 'injected', 'AUTH PLAIN LOGIN');

function hostile(name: string, why: string, exitCodes: readonly number[], spec: ServerSpec): TestCase {
  return { name, why, mode: 'starttls', exitCodes, start: () => startServer(spec) };
}

/** Ten million octets and no line end, in pieces so that the test does not need them all at once. */
const LONG_LINE: readonly Step[] = [
  { send: '220 ' },
  ...Array.from({ length: 10 }, (): Step => ({ send: Buffer.alloc(1_000_000, 'x') })),
  { send: '\r\n' },
];

const REPLIES: readonly TestCase[] = [
  hostile('no-greeting', 'accepts and says nothing: a client without a deadline hangs', INCONCLUSIVE, {
    greeting: ['silence'],
  }),
  hostile('no-ehlo-reply', 'greets, and then nothing', INCONCLUSIVE, { replies: { EHLO: ['silence'] } }),
  hostile('no-starttls-reply', 'takes STARTTLS, and then nothing', INCONCLUSIVE, {
    replies: { STARTTLS: ['silence'] },
  }),
  hostile('no-server-hello', '220, and no answer to the ClientHello', INCONCLUSIVE, {
    afterReady: ['silence'],
  }),
  hostile('no-ehlo-reply-over-tls', 'completes the handshake, and then nothing', INCONCLUSIVE, {
    repliesAfterTls: { EHLO: ['silence'] },
  }),
  hostile('endless-greeting', 'a greeting of 220- lines that never ends fills memory', INCONCLUSIVE, {
    greeting: [{ forever: '220-still not done\r\n' }],
  }),
  hostile('endless-reply', 'an EHLO answer of 250- lines that never ends fills memory', INCONCLUSIVE, {
    replies: { EHLO: [{ forever: '250-SIZE 1\r\n'.repeat(100) }] },
  }),
  hostile('endless-reply-over-tls', 'the same when TLS is up', INCONCLUSIVE, {
    repliesAfterTls: { EHLO: [{ forever: '250-SIZE 1\r\n'.repeat(100) }] },
  }),
  hostile('ten-megabyte-line', 'a greeting line of 10 MB', INCONCLUSIVE, { greeting: LONG_LINE }),
  hostile('ten-megabyte-line-over-tls', 'the same as EHLO answer when TLS is up', INCONCLUSIVE, {
    repliesAfterTls: { EHLO: LONG_LINE },
  }),
];

const BEHIND_220: readonly TestCase[] = [
  hostile('tls-byte-behind-220', 'a handshake record byte behind the 220, in the same segment', FAIL, {
    readyText: `${READY}\x16`,
  }),
  hostile('text-behind-220', 'SMTP text behind the 220, in the same segment: response injection', FAIL, {
    readyText: READY + INJECTED,
  }),
  // Before or after the client's hello is a race: leftover plaintext in the one case, garbled TLS in the other.
  hostile('text-20-ms-behind-220', 'SMTP text in a segment of its own, 20 ms behind the 220', [1, 4], {
    afterReady: [{ waitMs: 20 }, { send: INJECTED }, 'silence'],
  }),
];

const HANDSHAKE: readonly TestCase[] = [
  hostile('text-for-server-hello', 'answers the ClientHello with SMTP text', INCONCLUSIVE, {
    afterReady: [{ hear: 'hello' }, { send: reply(454, '4.7.0 TLS not available') }, 'silence'],
  }),
  hostile('garbage-for-server-hello', '64 KiB of garbage for a ServerHello', INCONCLUSIVE, {
    afterReady: [{ hear: 'hello' }, { send: GARBAGE }, 'silence'],
  }),
  hostile(
    'dribbled-server-hello',
    'an honest handshake at ten octets a second: only a total deadline ends it',
    INCONCLUSIVE,
    {
      tlsPace: { octets: 1, delayMs: 100 },
    },
  ),
  hostile('dribbled-greeting', 'a greeting that goes on at ten octets a second', INCONCLUSIVE, {
    greeting: [{ send: `220-${'x'.repeat(4000)}\r\n`, pace: { octets: 1, delayMs: 100 } }],
  }),
  {
    ...hostile('text-for-implicit-tls', 'a plain SMTP greeting on a port for implicit TLS', FAIL, {}),
    mode: 'implicit',
  },
];

/** Where a connection can break off, each as what the server does until then. */
export const PHASES = {
  'after-accept': (...end) => ({ greeting: end }),
  'after-greeting': (...end) => ({ greeting: [{ send: reply(220, 'mail.smtpcheck.test ESMTP') }, ...end] }),
  'after-ehlo': (...end) => ({ replies: { EHLO: end } }),
  'inside-ehlo-reply': (...end) => ({
    replies: { EHLO: [{ send: '250-mail.smtpcheck.test\r\n250-STAR' }, ...end] },
  }),
  'after-starttls': (...end) => ({ replies: { STARTTLS: end } }),
  'after-starttls-220': (...end) => ({ afterReady: end }),
  'after-client-hello': (...end) => ({ afterReady: [{ hear: 'hello' }, ...end] }),
  'after-tls': (...end) => ({ afterTls: end }),
  'after-ehlo-over-tls': (...end) => ({ repliesAfterTls: { EHLO: end } }),
} as const satisfies Record<string, (...end: readonly Step[]) => ServerSpec>;

/**
 * A reset on the heels of data is told to a Node client as a plain end: libuv takes POLLHUP behind a short read for EOF.
 * So it comes a little later.
 */
const RESET: readonly Step[] = [{ waitMs: 30 }, 'reset'];

const BREAKS: readonly TestCase[] = Object.entries(PHASES).flatMap(([phase, spec]) => [
  hostile(`close-${phase}`, `closes ${phase.replaceAll('-', ' ')}`, INCONCLUSIVE, spec('close')),
  hostile(`reset-${phase}`, `resets ${phase.replaceAll('-', ' ')}`, INCONCLUSIVE, spec(...RESET)),
]);

/** None of these may ever pass, hang beyond the deadline, or cost unbounded memory. */
export const HOSTILE_SERVERS: readonly TestCase[] = [...REPLIES, ...BEHIND_220, ...HANDSHAKE, ...BREAKS];
