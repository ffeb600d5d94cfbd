import type { Finding } from '../../core/finding.js';
import type { ScanAttack, ScanFacts } from '../../core/scan-report.js';
import { LARGER_DH } from '../larger-dh.js';
import { byFacts } from './attacks-by-facts.js';
import { bySuites, leastDhBits } from './attacks-by-suites.js';
import type { ScanCheck } from './context.js';

/**
 * Known attacks, from what the other checks found: each is open (`yes`), is not, or is not known because something that it rests on is
 * not. One for whose facts nobody asked is not in the list. Nothing is sent.
 */
export const attacks: ScanCheck<'attacks'> = {
  id: 'attacks',
  title: 'known attacks that the server is open to, by what it accepts (no connections)',
  key: 'attacks',
  after: ['protocols'],
  uses: ['extensions', 'renegotiation', 'dh-primes'],
  // What --quick asks for is too little to call anything a no.
  quick: false,
  ids: ['tls-compression', 'insecure-renegotiation', 'insecure-client-renegotiation', 'weak-dh'],
  run: (ctx) => Promise.resolve(knownAttacks(ctx.facts, ctx.base.tls?.secureRenegotiation ?? null)),
  judge: (data, { scan }) => data.flatMap((attack) => findingOf(attack, scan)),
  unknown: (data) => {
    const open = data.filter(({ answer }) => answer === 'unknown');
    const names = open.map(({ name }) => name).join(', ');
    return open.length === 0 ? [] : [`attacks: ${names} (${open[0]?.evidence ?? ''})`];
  },
};

/** Pure. `renegotiation` is what the first session says of RFC 5746, null where it says nothing. */
export function knownAttacks(facts: Readonly<ScanFacts>, renegotiation: boolean | null): ScanAttack[] {
  return [...bySuites(facts), ...byFacts(facts, renegotiation)];
}

/** Only what no other check reports: old versions and weak suites are findings of `protocols`, primes of `dh-primes`. */
function findingOf({ id, answer, evidence, cve }: ScanAttack, scan: Readonly<ScanFacts>): Finding[] {
  if (answer !== 'yes') return [];
  switch (id) {
    case 'crime':
      return [
        {
          id: 'tls-compression',
          severity: 'error',
          message:
            'the server compresses inside TLS when a client offers it, so that the size of what is sent tells of its content',
          evidence,
          fix: 'switch it off; in Postfix: tls_ssl_options = NO_COMPRESSION',
          refs: ['RFC 9325 section 3.3', ...cve],
        },
      ];
    case 'insecure-renegotiation':
      return [renegotiationFinding(evidence, cve, scan)];
    case 'logjam':
      return scan.dhPrimes === undefined ? weakDh(evidence, cve, scan) : [];
    default:
      return [];
  }
}

/** That a client can in fact do it is worse than that nobody can be sure. */
function renegotiationFinding(
  evidence: string,
  cve: readonly string[],
  { renegotiation }: Readonly<ScanFacts>,
): Finding {
  const done =
    renegotiation?.some(({ id, answer }) => id === 'insecure-renegotiation' && answer === 'yes') === true;
  return {
    id: done ? 'insecure-client-renegotiation' : 'insecure-renegotiation',
    severity: done ? 'error' : 'warning',
    message: done
      ? 'clients can renegotiate without RFC 5746: who is on the path can put words of his own in front of what a client says'
      : 'the server does not support secure renegotiation',
    evidence,
    fix: 'update its TLS library: all that are maintained support RFC 5746',
    refs: ['RFC 5746', ...cve],
  };
}

const BROKEN_BITS = 1024;

/** Where `dh-primes` was not run; export suites are a finding of their own. */
function weakDh(
  evidence: string,
  cve: readonly string[],
  { protocols = [] }: Readonly<ScanFacts>,
): Finding[] {
  const bits = leastDhBits(protocols);
  if (bits > BROKEN_BITS) return [];
  return [
    {
      id: 'weak-dh',
      severity: bits < BROKEN_BITS ? 'error' : 'warning',
      message: `the server uses a ${bits}-bit Diffie-Hellman group`,
      evidence,
      fix: LARGER_DH,
      refs: ['RFC 9325 section 4.5', ...cve],
    },
  ];
}
