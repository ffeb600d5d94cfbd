import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { readPkcs12 } from '../../src/net/pkcs12.js';
import { findCase, readCertificates, readPem } from '../x509/verify/fixtures.js';

/*
 * PKCS#12 as another library writes it (node-forge), read by OpenSSL inside Node.js. openssl's own files are in
 * test/interop/cert.test.ts.
 */

const { chain, key } = findCase('good-rsa');
const PASSPHRASE = 'geheim';

function store(
  algorithm: '3des' | 'aes128' | 'aes256',
  privateKey = forge.pki.privateKeyFromPem(readPem(key)),
): Uint8Array {
  const pems = readPem(chain).match(/-----BEGIN[^]*?END CERTIFICATE-----/g) ?? [];
  const certificates = pems.map((pem) => forge.pki.certificateFromPem(pem));
  const asn1 = forge.pkcs12.toPkcs12Asn1(privateKey, certificates, PASSPHRASE, { algorithm });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

const hex = (ders: readonly Uint8Array[]): string[] => ders.map((der) => Buffer.from(der).toString('hex'));

async function refusal(file: Uint8Array, passphrase?: string): Promise<SmtpcheckError> {
  try {
    await readPkcs12(file, passphrase);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('PKCS#12', () => {
  it.each(['3des', 'aes128', 'aes256'] as const)(
    'with %s gives the chain octet for octet, the leaf first',
    async (algorithm) => {
      const expected = readCertificates(chain).map(({ der }) => der);
      expect(hex(await readPkcs12(store(algorithm), PASSPHRASE))).toEqual(hex(expected));
    },
  );

  it('needs its passphrase, and keeps it to itself', async () => {
    const file = store('aes256');
    expect(await refusal(file)).toMatchObject({
      code: 'file-unreadable',
      hint: /--passphrase-file/,
    });
    const wrong = await refusal(file, 'another phrase');
    expect(wrong.message).toMatch(/passphrase is wrong/);
    expect(JSON.stringify(wrong.toReport())).not.toContain('another phrase');
  });

  it('with the key of another certificate is no server’s', async () => {
    const other = forge.pki.rsa.generateKeyPair(2048);
    const file = store('3des', other.privateKey);
    expect((await refusal(file, PASSPHRASE)).code).toBe('file-unreadable');
  });

  it(
    'cut off anywhere, or with an octet changed, is refused or read, and nothing else',
    { timeout: 30_000 },
    async () => {
      const file = store('aes128');
      for (let i = 0; i < file.length; i += 37) {
        await readPkcs12(file.subarray(0, i), PASSPHRASE).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SmtpcheckError);
        });
        const changed = Uint8Array.from(file);
        changed[i] = (changed[i] ?? 0) ^ 0x11;
        await readPkcs12(changed, PASSPHRASE).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SmtpcheckError);
        });
      }
    },
  );
});
