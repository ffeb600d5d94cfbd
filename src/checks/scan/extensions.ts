import type { ScanTrait } from '../../core/scan-report.js';
import type { ScanCheck, ScanContext } from './context.js';
import { askedTraits } from './extensions-asked.js';
import { certificateRequested, seenTraits, staple } from './extensions-seen.js';
import { judgeTraits, unknownTraits, type TraitRule } from './trait.js';

/** Compression and insecure renegotiation are judged as the attacks that they open a server to. */
const RULES: readonly TraitRule[] = [
  {
    trait: 'extended-master-secret',
    when: 'no',
    id: 'extended-master-secret-missing',
    severity: 'warning',
    message: 'sessions up to TLS 1.2 are not bound to their handshake (extended master secret)',
    fix: 'update its TLS library: all that are maintained support RFC 7627',
    refs: ['RFC 7627'],
  },
  {
    trait: 'encrypt-then-mac',
    when: 'no',
    id: 'encrypt-then-mac-missing',
    severity: 'info',
    message: 'CBC suites are used without encrypt-then-MAC',
    fix: 'prefer suites with GCM or ChaCha20, which need none',
    refs: ['RFC 7366'],
  },
  {
    trait: 'heartbeat',
    when: 'yes',
    id: 'heartbeat-offered',
    severity: 'info',
    message: 'the server offers the heartbeat extension, which nobody uses over TCP',
    fix: 'switch it off, or update its TLS library',
    refs: ['RFC 6520', 'CVE-2014-0160'],
  },
];

/**
 * What a server does with the extensions of a hello. Most is known from the hellos that asked for suites, which offer all they can;
 * what would cost answers there (ALPN) is asked in one or two of its own.
 *
 * A trait that none of the server's versions can have is absent where it would be a merit, and a "no" where it would be a danger.
 */
export const extensions: ScanCheck<'extensions'> = {
  id: 'extensions',
  title: 'TLS extensions: extended master secret, renegotiation_info, tickets, staple, ALPN, compression',
  key: 'extensions',
  after: ['protocols'],
  quick: false,
  ids: RULES.map(({ id }) => id),
  async run(ctx: ScanContext): Promise<readonly ScanTrait[]> {
    const seen = [...(await seenTraits(ctx)), staple(ctx), certificateRequested(ctx)];
    return ctx.scope.curious ? [...seen, ...(await askedTraits(ctx))] : seen;
  },
  judge: (data) => judgeTraits(RULES, data),
  unknown: unknownTraits,
};
