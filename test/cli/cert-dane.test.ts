import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { formatTlsa } from '../../src/dns/tlsa.js';
import { runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';
import { HOST, inter, interCrl, keys, leaf, makeLeaf, root, rootCrl } from '../x509/support/crl-pki.js';
import { crlPem } from '../x509/support/crl-writer.js';
import { ascii, der, oid } from '../x509/support/der-writer.js';
import { issue, san, type Issued } from '../x509/verify/issue.js';
import { recordOf } from '../x509/verify/tlsa-records.js';

/*
 * What once got past `cert --tlsa`: options that were read and then left out of the verdict. What openssl s_client
 * says of the same is in test/interop/dane-options.test.ts.
 */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-cert-dane-'));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const chainFile = (name: string, ...chain: readonly Issued[]): string =>
  file(name, chain.map(({ pem }) => pem).join(''));
const tlsa = (parameters: string, { cert }: Issued): string[] => [
  '--tlsa',
  formatTlsa(recordOf(parameters, cert)),
];

async function judge(path: string, ...options: readonly string[]): Promise<Report> {
  return parseReport((await runMain(['cert', path, '--host', HOST, ...options, '--json'])).stdout);
}

const errors = ({ findings }: Report): string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ id }) => id);

const full = chainFile('full.pem', leaf, inter);
const alone = chainFile('leaf.pem', leaf);
const serial = Uint8Array.from(Buffer.from(leaf.cert.serial, 'hex'));
const clean = ['--crl-file', file('clean.crl', crlPem([interCrl()]))];
const revoking = ['--crl-file', file('revoking.crl', crlPem([interCrl({ entries: [{ serial }] })]))];

describe('a revocation list beside TLSA records', () => {
  // The list was read and ignored: a revoked leaf passed, where s_client -crl_check says 23.
  it('fails a revoked leaf below a DANE-TA record', async () => {
    const all = await judge(full, ...tlsa('2 0 1', inter), ...revoking);
    expect(all).toMatchObject({
      exitCode: 1,
      tlsa: { result: 'invalid', authenticated: null, errors: [{ code: 23, depth: 0 }] },
    });
    expect(errors(all)).toEqual(['certificate-revoked', 'tlsa-invalid']);
    expect(all.findings.find(({ id }) => id === 'tlsa-invalid')?.fix).toMatch(
      /replace a certificate that is revoked/,
    );
    expect(await judge(full, ...tlsa('2 0 1', inter), ...clean)).toMatchObject({ exitCode: 0 });
  });

  // OpenSSL does not look up what a DANE-EE record matches. Who names a list asks to be told.
  it('fails a revoked leaf under a DANE-EE record, stricter than OpenSSL', async () => {
    const all = await judge(full, ...tlsa('3 1 1', leaf), ...revoking);
    expect(all).toMatchObject({ exitCode: 1, tlsa: { result: 'invalid', errors: [{ code: 23 }] } });
    expect(errors(all)).toContain('certificate-revoked');
    expect(await judge(full, ...tlsa('3 1 1', leaf), ...clean)).toMatchObject({ exitCode: 0 });
  });

  // A list that cannot be used is no pass either, or a revoked leaf would only have to be sent without its issuer.
  it('fails where it cannot be used, and --untrusted tells whose it is', async () => {
    const other = ['--crl-file', file('root.crl', rootCrl())];
    expect(await judge(full, ...tlsa('3 1 1', leaf), ...other)).toMatchObject({
      exitCode: 1,
      tlsa: { result: 'invalid', errors: [{ code: 3, depth: 0 }] },
    });
    const issuer = ['--untrusted', chainFile('inter.pem', inter)];
    const record = tlsa('3 1 1', leaf);
    expect(await judge(alone, ...record, ...clean)).toMatchObject({ exitCode: 1 });
    expect(await judge(alone, ...record, ...clean, ...issuer)).toMatchObject({ exitCode: 0 });
    expect(await judge(alone, ...record, ...revoking, ...issuer)).toMatchObject({ exitCode: 1 });
  });
});

describe('the other options beside TLSA records', () => {
  // s_client -x509_strict says 85 below DANE-TA of a leaf without authorityKeyIdentifier; here it passed.
  it('--x509-strict is honoured below a DANE-TA record', async () => {
    const record = tlsa('2 0 1', inter);
    expect(await judge(full, ...record)).toMatchObject({ exitCode: 0 });
    const strict = await judge(full, ...record, '--x509-strict');
    expect(strict).toMatchObject({ exitCode: 1, tlsa: { result: 'invalid' } });
    expect(strict.tlsa?.errors).toContainEqual(expect.objectContaining({ code: 85, depth: 0 }));
  });

  // A client certificate was 26 though any purpose was asked for: a false failure, from the same omission.
  it('--purpose is honoured below a DANE-TA record', async () => {
    const clientAuth = der(0x30, oid('1.3.6.1.5.5.7.3.2'));
    const client = chainFile('client.pem', makeLeaf(['2.5.29.37', false, clientAuth]), inter);
    expect(await judge(client, ...tlsa('2 0 1', inter))).toMatchObject({
      exitCode: 1,
      tlsa: { errors: [{ code: 26, depth: 0 }] },
    });
    expect(await judge(client, ...tlsa('2 0 1', inter), '--purpose', 'any')).toMatchObject({ exitCode: 0 });
  });

  // Clients of DANE-TA match what is sent: further certificates must not make a match, and that is told.
  it('--untrusted makes no DANE-TA record match, and the report says why', async () => {
    const all = await judge(alone, ...tlsa('2 0 1', inter), '--untrusted', chainFile('more.pem', inter));
    expect(all).toMatchObject({ exitCode: 1, tlsa: { result: 'mismatch' } });
    expect(all.tlsa?.records[0]).toMatchObject({ result: 'no-match', depth: null });
    expect(all.tlsa?.records[0]?.reason).toContain('is not sent');
  });

  // Only the first name that did not match was verified and told.
  it('--host, each one that does not match is an error below a DANE-TA record', async () => {
    const all = await judge(
      full,
      ...['--host', '192.0.2.1', '--host', 'a.test', '--host', 'b.test'],
      ...tlsa('2 0 1', inter),
    );
    expect(all.exitCode).toBe(1);
    expect(all.tlsa?.errors.map(({ code }) => code)).toEqual([62, 62, 64]);
    expect(await judge(full, '--host', 'a.test', ...tlsa('3 1 1', leaf))).toMatchObject({ exitCode: 0 });
  });
});

describe('--expires-within where the chain is not judged', () => {
  const aged = (name: string, notBefore: string, notAfter: string): [string, string[]] => {
    const spec = { subject: HOST, issuer: 'inter', key: keys.leaf, signer: keys.inter };
    const time = (text: string): Uint8Array => der(0x17, ascii(text));
    const one = issue({
      ...{ ...spec, extensions: [san(HOST)] },
      ...{ notBefore: time(notBefore), notAfter: time(notAfter) },
    });
    return [chainFile(`${name}.pem`, one, inter), tlsa('3 1 1', one)];
  };

  // A certificate that had ended years ago passed, where one that ends next year failed.
  it('fails a certificate that has expired', async () => {
    const [path, record] = aged('expired', '200101000000Z', '210101000000Z');
    expect(await judge(path, ...record)).toMatchObject({ exitCode: 0 });
    const all = await judge(path, ...record, '--expires-within', '21d');
    expect(all).toMatchObject({ exitCode: 1, tlsa: { result: 'match' } });
    expect(errors(all)).toEqual(['certificate-expiring']);
    expect(all.findings[1]?.message).toMatch(/^the certificate at depth 0 expired \d{4} days ago/);
  });

  it('has nothing against one that is not valid yet, which DANE-EE does not ask about', async () => {
    const [path, record] = aged('future', '480101000000Z', '490101000000Z');
    expect(await judge(path, ...record, '--expires-within', '21d')).toMatchObject({ exitCode: 0 });
  });
});

describe('names that do not match', () => {
  // Of a host name and an address that both do not match, only the first was told.
  it('are all errors and findings, host names first as in OpenSSL', async () => {
    const all = await judge(
      ...[full, '--ca-file', chainFile('root.pem', root)],
      ...['--host', '192.0.2.1', '--host', 'a.test', '--host', 'b.test'],
    );
    expect(all.verify).toMatchObject({ code: 62, depth: 0 });
    expect(all.verify?.errors.map(({ code }) => code)).toEqual([62, 62, 64]);
    expect(errors(all)).toEqual(['hostname-mismatch', 'hostname-mismatch', 'ip-address-mismatch']);
    const told = all.findings.map(({ message }) => message);
    for (const name of ['192.0.2.1', 'a.test', 'b.test']) {
      expect(told.filter((message) => message.includes(`not for ${name} `))).toHaveLength(1);
    }
  });
});

describe('judges that differ by trust settings', () => {
  const SERVER_AUTH = oid('1.3.6.1.5.5.7.3.1');
  const rejected = ({ cert }: Issued): string => {
    const body = Buffer.concat([cert.der, der(0x30, der(0xa0, SERVER_AUTH))]).toString('base64');
    return `-----BEGIN TRUSTED CERTIFICATE-----\n${body}\n-----END TRUSTED CERTIFICATE-----\n`;
  };

  // "please report the chain" stood below every store whose settings OpenSSL cannot be told of through Node.
  it('fail by the stricter one, and ask for no report', async () => {
    const store = file('store.pem', root.pem + rejected(leaf));
    const all = await judge(full, '--ca-file', store);
    expect(all).toMatchObject({
      exitCode: 1,
      verify: { code: 28, judges: { openssl: 0, own: 28, trustSettings: true } },
    });
    const told = all.findings.find(({ id }) => id === 'judges-disagree');
    expect(told?.severity).toBe('warning');
    expect(told?.fix).toContain('trust settings');
    expect(told?.fix).not.toContain('report');
  });
});
