import type { Outcome } from '../../core/outcome.js';
import type { Report, VerifyReport } from '../../core/report.js';
import { changed, type Change } from './change.js';

/** Pass or fail, or that it is not known. */
export function compareVerdicts(before: Report, after: Report): readonly Change[] {
  return [
    ...changed(
      'verdict',
      'outcome',
      before.outcome,
      after.outcome,
      worseOutcome(before.outcome, after.outcome),
    ),
    ...changed('verdict', 'error', before.error?.code ?? null, after.error?.code ?? null),
    ...compareVerification(before.verify, after.verify),
  ];
}

/** Only what was measured on both sides is better or worse; that a server which passed is not reached is worse. */
function worseOutcome(before: Outcome, after: Outcome): boolean | null {
  const bad = (outcome: Outcome): boolean => outcome === 'fail' || outcome === 'error';
  if (before === 'pass' && bad(after)) return true;
  if (after === 'pass' && bad(before)) return false;
  return null;
}

function compareVerification(before: VerifyReport | null, after: VerifyReport | null): Change[] {
  // Without a chain nothing was verified: the session says so.
  if (before === null || after === null) return [];
  const good = 'X509_V_OK';
  const worse = before.name === good ? true : after.name === good ? false : null;
  const names = { match: false, 'not-checked': null, mismatch: true } as const;
  return [
    ...changed('verdict', 'verification', before.name, after.name, worse),
    ...changed(
      'verdict',
      'host name',
      before.hostname.result,
      after.hostname.result,
      before.hostname.result === 'mismatch' && after.hostname.result === 'not-checked'
        ? null
        : names[after.hostname.result],
    ),
  ];
}
