import type { FileReport } from '../../core/file-report.js';
import type { Report } from '../../core/report.js';
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
