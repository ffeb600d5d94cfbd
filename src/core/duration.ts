import { usageError } from './errors.js';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration such as `20s`, `500ms`, `21d` as milliseconds.
 * @throws SmtpcheckError `usage`; a bare number is refused, since seconds and milliseconds are both common.
 */
export function parseDuration(text: string, option: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  const value = Number(match?.[1]) * (unit ?? NaN);
  // setTimeout fires at once above 2^31-1 ms; days as a threshold may be longer.
  if (Number.isFinite(value) && value <= 36_500 * 86_400_000) return value;
  const hint = /^[0-9]+$/.test(text.trim())
    ? `with its unit: ${option} ${text.trim()}s`
    : 'such as 500ms, 20s, 21d';
  throw usageError(`${option} takes a duration, not ${JSON.stringify(text)}`, hint);
}
