import type { Finding } from '../core/finding.js';
import type { OcspReport } from '../core/ocsp-report.js';
import type { ChainCheck } from './check.js';

export interface StapleFacts {
  /** What came, verified; null when nothing did. */
  readonly ocsp: OcspReport | null;
  /** The leaf has a TLS feature extension that asks for a staple. */
  readonly mustStaple: boolean;
  /** A handshake was made that asked for a staple; false for a certificate out of a file. */
  readonly stapleExpected: boolean;
}

/** Findings that judgeStaple can make. */
export const STAPLE_FINDINGS = [
  'ocsp-stale',
  'ocsp-invalid',
  'ocsp-unknown',
  'must-staple-without-staple',
] as const;

/** Is there a staple, where the certificate demands one, and is it a good one? */
export const ocspStaple: ChainCheck = {
  id: 'ocsp-staple',
  ids: STAPLE_FINDINGS,
  judge({ source, ocsp, opensslAsked, chain }) {
    const mustStaple = chain?.sent[0]?.mustStaple === true;
    return judgeStaple({ ocsp, mustStaple, stapleExpected: source === 'server' && opensslAsked });
  },
};

type StapleFinding = (typeof STAPLE_FINDINGS)[number];

/** Exim fetches no responses itself, by its manual: that is left to a job beside it. */
const RENEW =
  'fetch a new response before nextUpdate (openssl ocsp -issuer CA -cert CERT -url URL -respout FILE); Exim serves the file that tls_ocsp_file names and renews nothing itself';

const NO_STAPLING =
  'Postfix cannot staple: give it a certificate without the TLS feature extension; in Exim, name a response with tls_ocsp_file; for another server see its manual';

/**
 * Judges a stapled OCSP response (RFC 6066 section 8). To a client that does not insist a bad staple is as good as none, but
 * strict ones break off; must-staple (RFC 7633) makes them all insist. A revoked leaf is the verdict's business, as code 23.
 */
export function judgeStaple({ ocsp, mustStaple, stapleExpected }: StapleFacts): Finding[] {
  if (ocsp === null) return mustStaple && stapleExpected ? [withoutStaple()] : [];
  switch (ocsp.result) {
    case 'good':
    case 'revoked':
      return [];
    case 'stale':
      return [badStaple(ocsp, mustStaple, 'ocsp-stale', 'is out of date', RENEW)];
    case 'unknown':
      return [
        badStaple(
          ocsp,
          mustStaple,
          'ocsp-unknown',
          'says that its responder does not know the certificate',
          'ask the CA: a response for a new certificate can take a while; or staple none until there is one',
        ),
      ];
    case 'invalid':
      return [
        badStaple(
          ocsp,
          mustStaple,
          'ocsp-invalid',
          'cannot be believed',
          `staple the response for this very certificate, from its CA's responder: ${RENEW}`,
        ),
      ];
  }
}

function withoutStaple(): Finding {
  return {
    id: 'must-staple-without-staple' satisfies StapleFinding,
    severity: 'error',
    message: 'the certificate demands a stapled OCSP response (must-staple), and the server sent none',
    evidence: 'TLS feature extension status_request, no CertificateStatus',
    fix: NO_STAPLING,
    refs: ['RFC 7633 section 4.2.3.1', 'RFC 6066 section 8'],
  };
}

function badStaple(
  { reason, thisUpdate, nextUpdate, responder }: OcspReport,
  mustStaple: boolean,
  id: StapleFinding,
  what: string,
  fix: string,
): Finding {
  const times = thisUpdate === null ? null : `thisUpdate ${thisUpdate}, nextUpdate ${nextUpdate ?? 'none'}`;
  const evidence = [reason, responder === null ? null : `responder ${responder}`, times];
  return {
    id,
    severity: mustStaple ? 'error' : 'warning',
    message: `the stapled OCSP response ${what}${mustStaple ? ', and the certificate demands a good one (must-staple)' : ''}`,
    evidence: evidence.filter((part) => part !== null).join('; '),
    fix,
    refs: ['RFC 6960 section 3.2', ...(mustStaple ? ['RFC 7633 section 4.2.3.1'] : ['RFC 6066 section 8'])],
  };
}
