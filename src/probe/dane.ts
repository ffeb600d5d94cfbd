import { addressFamily } from '../core/address.js';
import type { TlsaRecord } from '../core/tlsa-record.js';
import type { TlsaReport } from '../core/tlsa-report.js';
import { tlsaReport } from '../dns/tlsa-report.js';
import type { Certificate } from '../x509/certificate-types.js';
import { verifyDane } from '../x509/verify-dane.js';
import { errorReport, type Verdict } from './verdict.js';

export interface DaneRequest {
  readonly records: readonly TlsaRecord[];
  readonly now: number;
  readonly authLevel: number;
  readonly depth?: number | undefined;
}

/** Whether the chain is authenticated by the records (RFC 7672), beside what public CAs say of it; null without records. */
export function judgeDane(
  chain: readonly Certificate[],
  { report }: Verdict,
  { records, now, authLevel, depth }: DaneRequest,
): TlsaReport | null {
  if (records.length === 0) return null;
  const { name } = report.hostname;
  const result = verifyDane({
    records,
    chain,
    now,
    authLevel,
    ...(depth === undefined ? {} : { depth }),
    ...(name === null ? {} : addressFamily(name) === 0 ? { hostname: name } : { ip: name }),
  });
  if (result.result === 'unusable') {
    return tlsaReport(records, chain, { result: 'unusable', matched: null, errors: [] });
  }
  return tlsaReport(records, chain, { ...result, errors: result.errors.map(errorReport) });
}
