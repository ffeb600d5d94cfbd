import type { VerifyErrorReport } from '../core/report.js';
import type { TlsaRecord, TlsaSubject } from '../core/tlsa-record.js';
import type { TlsaRecordReport, TlsaReport } from '../core/tlsa-report.js';
import { matchTlsa, type TlsaMatch } from './tlsa-match.js';
import { suggestTlsa } from './tlsa-suggest.js';
import { formatTlsa } from './tlsa.js';

/** The verdict of path validation, in plain words (x509's verifyDane makes it). */
export interface TlsaVerdict {
  readonly result: TlsaReport['result'];
  /** One of the records by identity, and the index in the path; null when none matched. */
  readonly matched: { readonly record: TlsaRecord; readonly depth: number } | null;
  readonly errors: readonly VerifyErrorReport[];
}

/** Puts together what each record matches in the chain as sent, and the verdict on the whole. */
export function tlsaReport(
  records: readonly TlsaRecord[],
  chain: readonly TlsaSubject[],
  { result, matched, errors }: TlsaVerdict,
): TlsaReport {
  return {
    result,
    records: matchTlsa(records, chain).map((match) => recordReport(match, matched?.record, chain.length)),
    authenticated:
      matched === null || result !== 'match'
        ? null
        : { record: formatTlsa(matched.record), depth: matched.depth },
    errors,
    suggested: suggestTlsa(chain).map(formatTlsa),
  };
}

function recordReport(
  match: TlsaMatch,
  decisive: TlsaRecord | undefined,
  chainLength: number,
): TlsaRecordReport {
  const { usage, selector, matchingType } = match.record;
  return {
    record: formatTlsa(match.record),
    usage,
    selector,
    matchingType,
    ...inSight(match, decisive, chainLength),
  };
}

/** The bytes of the chain alone do not tell what path validation knows: which issuers are the leaf's, and what a record brings. */
function inSight(
  { record, result, reason, depth }: TlsaMatch,
  decisive: TlsaRecord | undefined,
  chainLength: number,
): Pick<TlsaRecordReport, 'result' | 'reason' | 'depth'> {
  if (record === decisive && result !== 'match') {
    return {
      result: 'match',
      reason: 'the record itself brings the anchor, which signed the path',
      depth: chainLength,
    };
  }
  if (decisive === undefined && result === 'match' && reason === null) {
    return { result, reason: 'what it matches is not in the path of the leaf', depth };
  }
  return { result, reason, depth };
}
