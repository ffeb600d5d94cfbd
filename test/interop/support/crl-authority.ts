import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePemCertificates } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { parseCrls } from '../../../src/x509/crl.js';
import type { Crl } from '../../../src/x509/crl-types.js';
import { openssl } from './openssl-ocsp.js';

/** Keys of a CA, as arguments of `openssl genpkey`, and the options that its lists are signed with. */
export const AUTHORITIES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['RSA with MD5', ['-algorithm', 'RSA'], ['-md', 'md5']],
  ['RSA with SHA-1', ['-algorithm', 'RSA'], ['-md', 'sha1']],
  ['RSA with SHA-512', ['-algorithm', 'RSA'], ['-md', 'sha512']],
  ['RSASSA-PSS', ['-algorithm', 'RSA'], ['-md', 'sha256', '-sigopt', 'rsa_padding_mode:pss']],
  [
    'RSASSA-PSS with its own salt',
    ['-algorithm', 'RSA'],
    ['-md', 'sha384', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:17'],
  ],
  ['an RSASSA-PSS key', ['-algorithm', 'RSA-PSS'], ['-md', 'sha256']],
  ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'], ['-md', 'sha256']],
  ['P-521', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'], ['-md', 'sha512']],
  ['Ed25519', ['-algorithm', 'ED25519'], ['-md', 'null']],
  ['Ed448', ['-algorithm', 'ED448'], ['-md', 'null']],
];

const config = (folder: string): string => `[ca]
default_ca = usual
[usual]
database = ${folder}/index.txt
crlnumber = ${folder}/crlnumber
default_md = sha256
default_crl_days = 30
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
`;

/** What the index of `openssl ca` says of the leaf, for each list. */
const STATES = {
  empty: '',
  revoked: '260101000000Z,keyCompromise',
  held: '260101000000Z,holdInstruction,holdInstructionReject',
  removed: '260101000000Z,removeFromCRL',
} as const;

type ListName = keyof typeof STATES;

/** A CA, a certificate of its own, and its lists, all made by openssl. */
export interface Authority {
  readonly certificate: Certificate;
  readonly leaf: Certificate;
  readonly list: (name: ListName) => readonly Crl[];
  /** What `openssl verify` says of the leaf with one of the lists. */
  readonly verify: (name: ListName) => Promise<string>;
}

export const LIST_NAMES = Object.keys(STATES) as readonly ListName[];

/** Makes one of AUTHORITIES below `parent`. */
export async function makeAuthority(parent: string, index: number): Promise<Authority> {
  const [, generate = [], sign = []] = AUTHORITIES[index] ?? [];
  const folder = join(parent, `ca-${index}`);
  const path = (name: string): string => join(folder, name);
  mkdirSync(folder);
  writeFileSync(path('ca.cnf'), config(folder));
  writeFileSync(path('crlnumber'), '01\n');
  await makeCertificates(path, generate);
  const [certificate, leaf] = [readCertificate(path('ca.pem')), readCertificate(path('leaf.pem'))];
  const ca = ['-config', path('ca.cnf'), '-keyfile', path('ca.key'), '-cert', path('ca.pem')];
  for (const [name, state] of Object.entries(STATES)) {
    const line = ['R', '490101000000Z', state, leaf.serial, 'unknown', '/CN=x'].join('\t');
    writeFileSync(path('index.txt'), state === '' ? '' : `${line}\n`);
    await openssl(['ca', '-gencrl', ...ca, ...sign, '-out', path(name)]);
  }
  const verify = ['verify', '-no-CApath', '-no-CAstore', '-crl_check', '-CAfile', path('ca.pem')];
  return {
    certificate,
    leaf,
    list: (name) => parseCrls(readFileSync(path(name))),
    verify: (name) => openssl([...verify, '-CRLfile', path(name), path('leaf.pem')]),
  };
}

async function makeCertificates(path: (name: string) => string, generate: readonly string[]): Promise<void> {
  const request = ['req', '-x509', '-new', '-days', '30', '-batch'];
  const issuer = ['-CA', path('ca.pem'), '-CAkey', path('ca.key')];
  const notCa = ['-addext', 'basicConstraints=CA:FALSE'];
  const subject = (name: string): string[] => ['-subj', `/CN=${name}`];
  await openssl(['genpkey', ...generate, '-out', path('ca.key')]);
  await openssl([...request, '-key', path('ca.key'), ...subject('authority'), '-out', path('ca.pem')]);
  await openssl(['genpkey', '-algorithm', 'ED25519', '-out', path('leaf.key')]);
  const leaf = ['-key', path('leaf.key'), ...subject('leaf'), ...notCa, '-out', path('leaf.pem')];
  await openssl([...request, ...issuer, ...leaf]);
}

function readCertificate(path: string): Certificate {
  const [certificate] = parsePemCertificates(readFileSync(path, 'latin1')).certificates;
  if (certificate === undefined) throw new Error(`${path} has no certificate`);
  return certificate;
}
