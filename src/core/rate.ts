import { usageError } from './errors.js';

/**
 * Reads connections a minute or a second, such as `20/m` or `2/s`, as connections a minute.
 * @throws SmtpcheckError `usage`
 */
export function parseRate(text: string, option: string): number {
  const [, number, unit] = /^([0-9]{1,5})\/(s|m|min|minute|second|h|hour)$/.exec(text) ?? [];
  const perMinute = Number(number) * ({ s: 60, m: 1, h: 1 / 60 }[unit?.charAt(0) ?? ''] ?? NaN);
  if (perMinute > 0) return perMinute;
  throw usageError(
    `${option} takes connections a minute or a second, not ${JSON.stringify(text)}`,
    /^[0-9]+$/.test(text) ? `with its unit: ${option} ${text}/m` : 'such as 20/m or 2/s',
  );
}
