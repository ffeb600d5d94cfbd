import { addressFamily } from '../../core/address.js';
import { usageError } from '../../core/errors.js';
import { parseTarget } from '../../core/parse-target.js';
import type { TlsaRecord } from '../../core/tlsa-record.js';
import { parseTlsaRecords } from '../../dns/tlsa.js';
import { CERT_OPTIONS } from '../options/cert.js';
import { Getter, optional, type RawArgs } from './getter.js';
import { readOutputArgs, type OutputArgs } from './output.js';
import { stdinFiles } from './stdin.js';
import { readTrustArgs, type TrustArgs } from './trust.js';

/** `smtpcheck cert` as asked for, checked as far as that goes without opening a file. */
export interface CertArgs extends TrustArgs, OutputArgs {
  readonly files: readonly string[];
  readonly hosts: readonly string[];
  readonly keyFile?: string;
  readonly passphraseFile?: string;
  readonly untrustedFiles: readonly string[];
  readonly at?: number;
  readonly purpose: 'sslserver' | 'any';
  readonly tlsa: readonly TlsaRecord[];
  readonly showTlsa: boolean;
  /** Where CAs are named beside TLSA records, both have to hold. */
  readonly judgeChain?: boolean;
}

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readCertArgs(raw: RawArgs, files: readonly string[]): CertArgs {
  const get = new Getter(raw, CERT_OPTIONS);
  if (files.length === 0) throw usageError('no file was given', 'such as: smtpcheck cert fullchain.pem');
  const args: CertArgs = {
    files,
    hosts: get.many('host').map(host),
    ...optional('keyFile', get.one('key')),
    ...optional('passphraseFile', get.one('passphrase-file')),
    untrustedFiles: get.many('untrusted'),
    ...optional('at', pointInTime(get.one('at'))),
    purpose: get.one('purpose') === 'any' ? 'any' : 'sslserver',
    ...readTrustArgs(get),
    tlsa: get.many('tlsa').flatMap(parseTlsaRecords),
    showTlsa: get.flag('show-tlsa'),
    ...(namesCas(get) ? { judgeChain: true } : {}),
    ...readOutputArgs(get),
  };
  checkTogether(args);
  return args;
}

function namesCas(get: Getter): boolean {
  return ['ca-path', 'ca-file', 'ca-store'].some((option) => get.many(option).length > 0);
}

function host(name: string): string {
  return addressFamily(name) === 0 ? parseTarget(name, { port: 25 }).host : name;
}

/** A day is its first second; with a time of day it is UTC unless it says otherwise (ISO 8601, RFC 3339). */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

function pointInTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) || !/[T ]/.test(text) ? text : `${text}Z`;
  const time = TIME.test(text) ? Date.parse(zoned.replace(' ', 'T')) : NaN;
  // Date.parse takes 30 February for the first of March.
  const day = text.slice(0, 10);
  const exists = Number.isFinite(time) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (exists) return time;
  throw usageError(
    `--at takes a date, not ${JSON.stringify(text)}`,
    'such as 2027-01-31 or 2027-01-31T12:00:00Z',
  );
}

function checkTogether(args: CertArgs): void {
  if (args.keyFile !== undefined && args.files.length > 1) throw usageError('--key goes with one file');
  stdinFiles([...args.files, ...args.untrustedFiles, ...args.crlFiles, args.keyFile, args.passphraseFile]);
}
