import type { FileReport } from '../../core/file-report.js';
import type { Report } from '../../core/report.js';
import type { TlsaReport } from '../../core/tlsa-report.js';
import { type Block, field } from '../layout.js';
import { plural } from './names.js';

const FORMATS: Readonly<Record<FileReport['format'], string>> = { pem: 'PEM', der: 'DER', pkcs12: 'PKCS#12' };

const KEYS: Readonly<Record<NonNullable<FileReport['key']>, string>> = {
  match: 'the private key belongs to the first',
  mismatch: 'the private key belongs to another',
};

/** What the file is, for `cert`. */
export function fileBlocks({ file }: Report): Block[] {
  if (file === undefined) return [];
  const parts = [FORMATS[file.format], plural(file.certificates, 'certificate')];
  if (file.key !== null) parts.push(KEYS[file.key]);
  return [
    field('file', parts.join(', '), file.key === 'mismatch' ? 'bad' : 'plain'),
    ...(file.at === null ? [] : [field('judged as of', file.at)]),
  ];
}

const RESULTS: Readonly<Record<TlsaReport['result'], string>> = {
  match: 'authenticated by',
  mismatch: 'no record matches',
  invalid: 'a record matches, but the chain does not hold',
  unusable: 'no record can be used',
};

/** What the chain has to do with TLSA records that were given, and those that would match it, as zone lines. */
export function tlsaBlocks({ tlsa, tlsaRecords = [], verify }: Report): Block[] {
  const host = verify?.hostname.name ?? null;
  const owner =
    host === null || !/[a-z]/i.test(host) || host.includes(':') ? '' : `_25._tcp.${host}. IN TLSA `;
  const by = tlsa?.authenticated === null || tlsa === undefined ? '' : ` ${tlsa.authenticated.record}`;
  return [
    ...(tlsa === undefined
      ? []
      : [field('DANE', RESULTS[tlsa.result] + by, tlsa.result === 'match' ? 'plain' : 'bad')]),
    ...tlsaRecords.map((record) => field('would match', owner + record)),
  ];
}
