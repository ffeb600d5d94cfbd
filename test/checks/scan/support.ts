import { ChainBook } from '../../../src/checks/scan/chain-book.js';
import { PrimeBook } from '../../../src/checks/scan/prime-book.js';
import type { HelloResult, ScanContext } from '../../../src/checks/scan/context.js';
import { WHOLE_SCOPE } from '../../../src/checks/scan/scope.js';
import type { ClientHello } from '../../../src/wire/hello/client-hello.js';
import type { ProbeFacts } from '../../../src/core/tls-facts.js';

/** A server of one's own: what it answers to a hello. */
export type FakeServer = (hello: ClientHello, asked: number) => HelloResult;

export const REJECTED: HelloResult = {
  answer: 'rejected',
  evidence: 'alert 40 (handshake_failure)',
  alert: 40,
};

export const unknown = (kind: 'alert' | 'closed' | 'silent' | 'garbled' | 'unreached'): HelloResult => ({
  answer: 'inconclusive',
  kind,
  reason: `it was ${kind}`,
});

export const picked = (version: number, suite: number, group: number | null = null): HelloResult => ({
  answer: 'accepted',
  pick: { version, suite, group, flight: null, cut: null },
});

/** The version that a hello offers: its list of versions, or the field of old. */
export function versionOf({ legacyVersion, extensions }: ClientHello): number {
  return extensions.some(({ type }) => type === 43) ? 0x0304 : legacyVersion;
}

/** For judges: no pins, no options. */
export const NOTHING_ASKED: ProbeFacts['asked'] = {
  pins: { versionPinned: false },
  alpn: [],
  certificatePins: [],
  expiresWithinMs: null,
  judgeChain: true,
  nameUnknown: false,
  now: Date.parse('2026-01-01T00:00:00Z'),
};

export interface FakeContext extends ScanContext {
  readonly asked: ClientHello[];
}

/** A context whose only server is a function. What a test does not give throws when it is used. */
export function fakeContext(server: FakeServer, more: Partial<ScanContext> = {}): FakeContext {
  const asked: ClientHello[] = [];
  const never = (): never => {
    throw new Error('this test has no such thing');
  };
  return {
    target: { host: 'mail.example.org', port: 25, mode: 'starttls', literal: 0 },
    servername: 'mail.example.org',
    base: {} as ProbeFacts,
    facts: {},
    chains: new ChainBook(),
    hellos: [],
    primes: new PrimeBook(),
    reading: { longestList: 0 },
    scope: WHOLE_SCOPE,
    ask: (hello) => Promise.resolve(server(hello, asked.push(hello))),
    askSslv2: () => Promise.resolve({ answer: 'rejected', evidence: 'alert 70 (protocol_version)' }),
    session: never,
    renegotiate: never,
    resume: never,
    inClear: never,
    insideTls: never,
    inject: never,
    verify: never,
    asked,
    ...more,
  };
}
