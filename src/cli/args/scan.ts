import { usageError } from '../../core/errors.js';
import { parseRate } from '../../core/rate.js';
import { chosenChecks } from '../../scan/choose.js';
import { SCAN_OPTIONS } from '../options/scan.js';
import { duration, Getter, optional, type RawArgs } from './getter.js';
import { readTlsArgs, type TlsArgs } from './tls.js';

/** `smtpcheck scan` as asked for, checked as far as that goes without opening a file. */
export interface ScanArgs extends TlsArgs {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly quick: boolean;
  readonly allAddresses: boolean;
  readonly concurrency?: number;
  readonly maxConnections?: number;
  readonly ratePerMinute?: number;
  readonly maxWaitMs?: number;
}

const MX = 25;

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readScanArgs(raw: RawArgs, targets: readonly string[]): ScanArgs {
  const get = new Getter(raw, SCAN_OPTIONS);
  const args: ScanArgs = {
    ...readTlsArgs(raw, targets, { command: 'scan', options: SCAN_OPTIONS, port: MX }),
    ...optional('only', list(get, 'only')),
    ...optional('skip', list(get, 'skip')),
    quick: get.flag('quick'),
    allAddresses: get.flag('all-addresses'),
    ...optional('concurrency', count(get, 'concurrency', 64)),
    ...optional('maxConnections', count(get, 'max-connections', 100_000)),
    ...optional('ratePerMinute', rate(get.one('rate'))),
    ...optional('maxWaitMs', patience(get)),
  };
  if (args.quick && args.only !== undefined) throw usageError('--quick and --only exclude each other');
  if (args.allAddresses && (args.address !== undefined || args.proxyUrl !== undefined))
    throw usageError('--all-addresses excludes --address and --proxy', 'it looks the addresses up itself');
  chosenChecks(args);
  return args;
}

function list(get: Getter, name: string): string[] | undefined {
  const values = get.many(name).flatMap((value) => value.split(','));
  return values.length === 0 ? undefined : values;
}

function count(get: Getter, name: string, max: number): number | undefined {
  const value = get.one(name);
  if (value === undefined) return undefined;
  if (/^[0-9]{1,6}$/.test(value) && Number(value) >= 1 && Number(value) <= max) return Number(value);
  throw usageError(`--${name} takes a whole number from 1 to ${max}, not ${JSON.stringify(value)}`);
}

function rate(value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseRate(value, '--rate');
}

function patience(get: Getter): number | undefined {
  const value = get.one('max-wait');
  // The one duration that needs no unit.
  return value === '0' ? 0 : duration(get, 'max-wait');
}
