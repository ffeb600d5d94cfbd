import { DANE_TA, isAssociated } from '../core/tlsa-record.js';
import type { TlsaReport } from '../core/tlsa-report.js';
import { tlsaReport, type TlsaVerdict } from '../dns/tlsa-report.js';
import type { Certificate } from '../x509/certificate-types.js';
import { verifyDane, type DaneInput } from '../x509/verify-dane.js';
import { nameInput, withNameErrors } from './names.js';
import { errorReport, hostnamesOf, type Verdict } from './verdict.js';

/**
 * All that path validation can be asked for, but for the names, which are in the verdict. Every field is required, so that none
 * can be forgotten. Partial chains are about the CAs that are trusted, and here none are.
 */
export interface DaneRequest {
  readonly records: DaneInput['records'];
  readonly untrusted: readonly Certificate[];
  readonly now: number;
  readonly authLevel: number;
  readonly depth: DaneInput['depth'] | undefined;
  readonly purpose: DaneInput['purpose'] | undefined;
  readonly x509Strict: DaneInput['x509Strict'] | undefined;
  readonly revocation: DaneInput['revocation'] | undefined;
}

/** Whether the chain is authenticated by the records (RFC 7672), beside what public CAs say of it; null without records. */
export function judgeDane(
  sent: readonly Certificate[],
  verdict: Verdict,
  request: DaneRequest,
): TlsaReport | null {
  if (request.records.length === 0) return null;
  const report = tlsaReport(request.records, sent, daneVerdict(sent, verdict, request));
  return { ...report, records: report.records.map((one, i) => withUnsent(one, i, request)) };
}

/** Clients match what is sent: a record of what was named as --untrusted alone would not authenticate anything. */
function withUnsent(
  report: TlsaReport['records'][number],
  index: number,
  { records, untrusted }: DaneRequest,
): TlsaReport['records'][number] {
  const record = records[index];
  const unsent =
    report.result === 'no-match' &&
    record?.usage === DANE_TA &&
    untrusted.some((certificate) => isAssociated(record, certificate));
  if (!unsent) return report;
  return { ...report, reason: 'what it matches is among the further certificates, and is not sent' };
}

function daneVerdict(chain: readonly Certificate[], verdict: Verdict, request: DaneRequest): TlsaVerdict {
  const hostnames = hostnamesOf(verdict.report);
  const result = verifyDane({ ...inputOf(chain, request), ...nameInput(hostnames) });
  if (result.result === 'unusable') return { result: 'unusable', matched: null, errors: [] };
  const found = result.errors.map(errorReport);
  // Of a DANE-EE record names are no business (RFC 7672 section 3.1.1); below a DANE-TA one, all that were asked for are.
  if (result.matched?.record.usage !== DANE_TA) return { ...result, errors: found };
  const errors = withNameErrors(found, chain[0], hostnames);
  return { ...result, result: errors.length === 0 ? 'match' : 'invalid', errors };
}

function inputOf(chain: readonly Certificate[], request: DaneRequest): DaneInput {
  const { records, untrusted, now, authLevel, depth, purpose, x509Strict, revocation } = request;
  return {
    records,
    chain,
    untrusted,
    now,
    authLevel,
    ...(depth === undefined ? {} : { depth }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(x509Strict === undefined ? {} : { x509Strict }),
    ...(revocation === undefined ? {} : { revocation }),
  };
}
