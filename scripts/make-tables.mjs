// Makes src/wire/tables/suites.ts from the registry and OpenSSL's names. Facts only, no code is taken over.
//
//   node scripts/make-tables.mjs <tls-parameters-4.csv> <openssl/include/openssl>
//
// The first is IANA's table of cipher suites, https://www.iana.org/assignments/tls-parameters/tls-parameters-4.csv; the
// second a directory with OpenSSL's ssl3.h and tls1.h, which give the names of suites that a distribution's build lacks
// (RC4, 3DES, export, IDEA, SEED). `openssl ciphers` gives the names that the installed OpenSSL has, and they must agree.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [csvFile, includeDirectory] = process.argv.slice(2);
if (csvFile === undefined || includeDirectory === undefined) {
  console.error('usage: node scripts/make-tables.mjs <tls-parameters-4.csv> <openssl include directory>');
  process.exit(2);
}

// Names that OpenSSL has in its source (s3_lib.c) but in no header.
const OTHER_OPENSSL_NAMES = [
  [0x0081, 'GOST2001-GOST89-GOST89'],
  [0x0083, 'GOST2001-NULL-GOST94'],
  [0xc100, 'GOST2012-KUZNYECHIK-KUZNYECHIKOMAC'],
  [0xc101, 'GOST2012-MAGMA-MAGMAOMAC'],
  [0xc102, 'IANA-GOST2012-GOST8912-GOST8912'],
  [0xff85, 'LEGACY-GOST2012-GOST8912-GOST8912'],
  [0xff87, 'GOST2012-NULL-GOST12'],
];

// Suites that servers have spoken and IANA never registered: no IANA name. The ChaCha20 ones are of
// draft-agl-tls-chacha20poly1305-04; OpenSSL never had them, the names are those that sslscan and testssl print.
const UNREGISTERED = [
  [0x0060, 'EXP1024-RC4-MD5', 56],
  [0x0061, 'EXP1024-RC2-CBC-MD5', 56],
  [0x0062, 'EXP1024-DES-CBC-SHA', 56],
  [0x0063, 'EXP1024-DHE-DSS-DES-CBC-SHA', 56],
  [0x0064, 'EXP1024-RC4-SHA', 56],
  [0x0065, 'EXP1024-DHE-DSS-RC4-SHA', 56],
  [0x0066, 'DHE-DSS-RC4-SHA', 128],
  [0x0081, 'GOST2001-GOST89-GOST89', 256],
  [0x0083, 'GOST2001-NULL-GOST94', 0],
  [0xcc13, 'ECDHE-RSA-CHACHA20-POLY1305-OLD', 256],
  [0xcc14, 'ECDHE-ECDSA-CHACHA20-POLY1305-OLD', 256],
  [0xcc15, 'DHE-RSA-CHACHA20-POLY1305-OLD', 256],
  [0xff85, 'LEGACY-GOST2012-GOST8912-GOST8912', 256],
  [0xff87, 'GOST2012-NULL-GOST12', 0],
];

// Strength of the key in bits, as SSL_CIPHER_get_bits counts it (3DES: 112), by a piece of the IANA name; first hit wins.
const STRENGTHS = [
  [/_SCSV$|_NULL_|^TLS_SHA(256|384)_SHA/, 0],
  [/EXPORT|DES40|_40_/, 40],
  [/3DES/, 112],
  [/DES_CBC/, 56],
  [/(AES|ARIA|CAMELLIA)_256|AEGIS_256|CHACHA20|KUZNYECHIK|MAGMA|28147/, 256],
  [/(AES|ARIA|CAMELLIA)_128|AEGIS_128|RC4_128|IDEA|SEED|SM4/, 128],
];

const hex = (id) => `0x${id.toString(16).padStart(4, '0')}`;

function readRegistry(file) {
  const suites = new Map();
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    const match = /^"0x([0-9A-F]{2}),0x([0-9A-F]{2})",(TLS_\w+),/i.exec(line);
    if (match) suites.set(Number.parseInt(match[1] + match[2], 16), match[3]);
  }
  return suites;
}

/** `*_CK_X` gives the number and `*_TXT_X` the name of one suite; in TLS 1.3 there is `*_RFC_X` alone, IANA's name being OpenSSL's. */
function readHeaders(directory) {
  const text = ['ssl3.h', 'tls1.h']
    .map((name) => readFileSync(path.join(directory, name), 'utf8'))
    .join('\n');
  const ids = new Map();
  for (const m of text.matchAll(/#\s*define\s+(SSL3|TLS1|TLS1_3)_CK_(\w+)\s+0x0300([0-9A-F]{4})/gi))
    ids.set(`${m[1]} ${m[2]}`, Number.parseInt(m[3], 16));
  const names = new Map();
  for (const m of text.matchAll(/#\s*define\s+(SSL3|TLS1|TLS1_3)_(TXT|RFC)_(\w+)\s+"([^"]+)"/g)) {
    const id = ids.get(`${m[1]} ${m[3]}`);
    const isName = m[2] === (m[1] === 'TLS1_3' ? 'RFC' : 'TXT');
    if (id !== undefined && isName) names.set(id, m[4]);
  }
  return names;
}

function readInstalled() {
  const output = execFileSync('openssl', ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'], {
    encoding: 'utf8',
  });
  const names = new Map();
  for (const m of output.matchAll(/0x([0-9A-F]{2}),0x([0-9A-F]{2}) - (\S+)\s+- (\S+)/gi)) {
    names.set(Number.parseInt(m[1] + m[2], 16), { iana: m[3], openssl: m[4] });
  }
  return names;
}

function strengthOf(name) {
  const hit = STRENGTHS.find(([pattern]) => pattern.test(name));
  if (!hit) throw new Error(`no strength for ${name}`);
  return hit[1];
}

/** TLS 1.3 suites name no key exchange (RFC 8446 appendix B.4); the GOST ones of RFC 9367 keep a `_WITH_` all the same. */
const isTls13 = (name) => !name.endsWith('_SCSV') && (!name.includes('_WITH_') || name.includes('_MGM_'));

const registry = readRegistry(csvFile);
const installed = readInstalled();
const openssl = new Map([...readHeaders(includeDirectory), ...OTHER_OPENSSL_NAMES]);
for (const [id, { iana, openssl: name }] of installed) {
  if (registry.get(id) !== iana) throw new Error(`${hex(id)}: registry ${registry.get(id)}, OpenSSL ${iana}`);
  if (openssl.has(id) && openssl.get(id) !== name)
    throw new Error(`${hex(id)}: header ${openssl.get(id)}, OpenSSL ${name}`);
  openssl.set(id, name);
}
const rows = [...registry].map(([id, iana]) => [
  id,
  iana,
  openssl.get(id) ?? null,
  strengthOf(iana),
  isTls13(iana),
]);
for (const [id, name, bits] of UNREGISTERED) rows.push([id, null, name, bits, false]);
rows.sort((a, b) => a[0] - b[0]);

const lines = rows.map(
  ([id, iana, name, bits, tls13]) =>
    `${hex(id).slice(2)}:${bits}${tls13 ? ':1.3' : ''} ${iana ?? '?'} ${name ?? '?'}`,
);
writeFileSync(
  new URL('../src/wire/tables/suites.ts', import.meta.url),
  `// TLS cipher suites. Made by scripts/make-tables.mjs; do not edit.
// IANA's names: https://www.iana.org/assignments/tls-parameters/#tls-parameters-4 (a copy of 2023).
// OpenSSL's names: ssl3.h, tls1.h and \`openssl ciphers -stdname\` of OpenSSL 3.0.22 (2026-08-25).
// Rows without an IANA name were spoken and never registered; their names are those that OpenSSL, sslscan or testssl print.

/**
 * A suite a line: its number in hex, the strength of the symmetric key in bits (3DES: 112), \`1.3\` if it is of TLS 1.3; IANA's name,
 * OpenSSL's name, \`?\` where there is none. One text, not rows: it is read at every start, and almost nothing of it is used.
 */
// prettier-ignore
export const SUITES = \`
${lines.join('\n')}
\`;
`,
);
console.log(`${rows.length} suites, ${rows.filter((row) => row[2] !== null).length} with OpenSSL's name`);
