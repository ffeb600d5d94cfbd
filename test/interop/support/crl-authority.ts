import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePemCertificates } from '../../../src/x509/certificate.js';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { parseCrls } from '../../../src/x509/crl.js';
import type { Crl } from '../../../src/x509/crl-types.js';
import { openssl } from './openssl-ocsp.js';

/** Keys of a CA, as arguments of `openssl genpkey`, and the options that its lists are signed with. */
const AUTHORITIES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
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

const CONFIG = `[ca]
default_ca = usual
[usual]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
`;

interface Authority {
  readonly certificate: Certificate;
  readonly leaf: Certificate;
  readonly lists: Readonly<Record<'empty' | 'revoked' | 'held' | 'removed', readonly Crl[]>>;
  readonly run: (list: string) => Promise<string>;
}

async function makeAuthority(index: number): Promise<Authority> {
  const [, generate = [], sign = []] = AUTHORITIES[index] ?? [];
  const at = join(folder, `ca-${index}`);
  const path = (name: string): string => join(at, name);
  const read = (name: string): Buffer => readFileSync(path(name));
  mkdirSync(at);
  writeFileSync(
    path('ca.cnf'),
    CONFIG.replace('index.txt', path('index.txt')).replace('= crlnumber', `= ${path('crlnumber')}`),
  );
  writeFileSync(path('crlnumber'), '01\n');
  const subject = (name: string): string[] => ['-subj', `/CN=${name}`, '-days', '30', '-batch'];
  await openssl(['genpkey', ...generate, '-out', path('ca.key')]);
  await openssl([
    'req',
    '-x509',
    '-new',
    '-key',
    path('ca.key'),
    '-out',
    path('ca.pem'),
    ...subject('authority'),
  ]);
  await openssl(['genpkey', '-algorithm', 'ED25519', '-out', path('leaf.key')]);
  const issuer = ['-CA', path('ca.pem'), '-CAkey', path('ca.key')];
  await openssl([
    'req',
    '-x509',
    '-new',
    '-key',
    path('leaf.key'),
    ...issuer,
    '-out',
    path('leaf.pem'),
    ...subject(HOST),
    '-addext',
    'basicConstraints=CA:FALSE',
  ]);
  const [leafCert] = parsePemCertificates(read('leaf.pem').toString()).certificates;
  const [caCert] = parsePemCertificates(read('ca.pem').toString()).certificates;
  if (leafCert === undefined || caCert === undefined) throw new Error(`no certificates of ${at}`);
  const list = async (name: string, state: string): Promise<Crl[]> => {
    const line = ['R', '490101000000Z', state, leafCert.serial, 'unknown', '/CN=x'].join('\t');
    writeFileSync(path('index.txt'), state === '' ? '' : `${line}\n`);
    const said = await openssl([
      'ca',
      '-gencrl',
      '-config',
      path('ca.cnf'),
      '-keyfile',
      path('ca.key'),
      '-cert',
      path('ca.pem'),
      ...sign,
      '-out',
      path(name),
    ]);
    try {
      return parseCrls(read(name));
    } catch (error) {
      throw new Error(said, { cause: error });
    }
  };
  return {
    certificate: caCert,
    leaf: leafCert,
    lists: {
      empty: await list('empty', ''),
      revoked: await list('revoked', '260101000000Z,keyCompromise'),
      held: await list('held', '260101000000Z,holdInstruction,holdInstructionReject'),
      removed: await list('removed', '260101000000Z,removeFromCRL'),
    },
    run: (name) =>
      openssl([
        'verify',
        '-no-CApath',
        '-no-CAstore',
        '-crl_check',
        '-CAfile',
        path('ca.pem'),
        '-CRLfile',
        path(name),
        path('leaf.pem'),
      ]),
  };
}
