import type { OcspReport } from '../core/ocsp-report.js';
import type { Certificate } from '../x509/certificate-types.js';
import { formatName } from '../x509/name.js';
import { verifyCode } from '../x509/verify-codes.js';
import type { Verdict } from './verdict.js';

/** X509_V_ERR_CERT_REVOKED. */
const REVOKED = verifyCode(23);

/**
 * What a stapled OCSP response says of the leaf (RFC 6066 section 8), null where none was sent. What reads it is loaded only
 * then: few mail servers staple.
 */
export async function judgeStapled(
  response: Uint8Array | null,
  sent: readonly Certificate[],
  { path }: Verdict,
  now: number,
  authLevel: number,
): Promise<OcspReport | null> {
  const [leaf, issuer = null] = path;
  if (response === null || leaf === undefined) return null;
  const { verifyOcsp } = await import('../x509/ocsp.js');
  return verifyOcsp({ response, leaf, issuer, now, authLevel, sent });
}

/** The verdict with the code that OpenSSL has for a revoked certificate, beside whatever else is wrong. */
export function withStaple(verdict: Verdict, ocsp: OcspReport | null): Verdict {
  const [leaf] = verdict.path;
  const { errors, code } = verdict.report;
  const known = errors.some((error) => error.code === REVOKED.code && error.depth === 0);
  if (ocsp?.result !== 'revoked' || known || leaf === undefined) return verdict;
  const error = { code: REVOKED.code, name: REVOKED.name, depth: 0, subject: formatName(leaf.subject) };
  const first = code === 0 ? { ...REVOKED, depth: 0 } : {};
  return { ...verdict, report: { ...verdict.report, ...first, errors: [...errors, error] } };
}
