import { createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { readCertificateFile, readPrivateKey } from '../../src/probe/certificate-file.js';
import { certificateDer, der, hex, oid, pem } from '../x509/support/der-writer.js';
import { readCertificates, readPem } from '../x509/verify/fixtures.js';

const CHAIN = readPem('chains/good-deep.pem');
const KEY = readPem('chains/good-deep.key.pem');
const DERS = readCertificates('chains/good-deep.pem').map((cert) => Buffer.from(cert.der).toString('hex'));

const read = (content: string | Uint8Array, passphrase?: string): ReturnType<typeof readCertificateFile> =>
  readCertificateFile(
    'f',
    typeof content === 'string' ? Buffer.from(content, 'latin1') : content,
    passphrase,
  );

async function refusal(content: string | Uint8Array, passphrase?: string): Promise<SmtpcheckError> {
  try {
    await read(content, passphrase);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** A wrong passphrase at which OpenSSL does not speak of a bad decrypt. */
function wrongPassphraseWithValidPadding(
  key: Buffer,
  form: { type: 'pkcs8' | 'sec1'; format: 'pem' | 'der' },
): string {
  for (let attempt = 0; attempt < 20_000; attempt++) {
    const passphrase = `falsch ${String(attempt)}`;
    try {
      createPrivateKey({ key, ...form, passphrase });
    } catch (error) {
      if (!/decrypt/.test(String(error))) return passphrase;
    }
  }
  throw new Error('no such passphrase');
}

describe('a file of certificates', () => {
  it('is PEM in the order of the file, whatever stands between the blocks', async () => {
    const file = await read(`Bag Attributes: x\r\n${CHAIN.replaceAll('\n', '\r\n')}trailing text`);
    expect(file).toMatchObject({ format: 'pem', key: null, broken: null });
    expect(file.certificates.map((one) => Buffer.from(one).toString('hex'))).toEqual(DERS);
  });

  it('is one certificate in DER', async () => {
    const file = await read(Buffer.from(DERS[0] ?? '', 'hex'));
    expect(file).toMatchObject({ format: 'der', certificates: [Buffer.from(DERS[0] ?? '', 'hex')] });
  });

  it('gives the private key that is in it, as Postfix’s smtpd_tls_chain_files has it', async () => {
    expect((await read(KEY + CHAIN)).key).toBeInstanceOf(KeyObject);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encrypted = privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
      .toString();
    expect((await read(encrypted + CHAIN, 'geheim')).key).toBeInstanceOf(KeyObject);
    expect((await read(encrypted + CHAIN)).key).toBe('encrypted');
    expect((await read(encrypted + CHAIN, 'falsch')).key).toBe('wrong-passphrase');
    expect((await read(KEY.replace(/\n.*\n/, '\n') + CHAIN)).key).toBe('unreadable');
  });

  /**
   * One wrong passphrase in 256 decrypts to a valid padding: OpenSSL then said "unsupported" instead of "bad decrypt", and
   * the user was told that the key is no key.
   */
  it.each([
    { type: 'pkcs8', format: 'pem' },
    { type: 'sec1', format: 'pem' },
    { type: 'pkcs8', format: 'der' },
  ] as const)('says that the passphrase is wrong, whatever it decrypts to ($type, $format)', (form) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const bytes = Buffer.from(
      privateKey.export({ ...form, cipher: 'aes-256-cbc', passphrase: 'geheim' } as never) as string | Buffer,
    );
    const unlucky = wrongPassphraseWithValidPadding(bytes, form);
    expect(() => readPrivateKey('f', bytes, unlucky)).toThrow('f: the passphrase is wrong');
    expect(readPrivateKey('f', bytes, 'geheim').equals(privateKey)).toBe(true);
  });

  /** Two chains with a key each (Postfix reads them as one for RSA and one for ECDSA) were judged by the first alone. */
  it('refuses a file of several chains', async () => {
    await expect(read(KEY + CHAIN + KEY + CHAIN)).rejects.toThrow(/2 private keys, so several chains/);
  });

  /** 60,000 BEGIN lines of a key took a regular expression 32 s, and no signal could end it. */
  it('reads a text of BEGIN lines in one pass', async () => {
    const { broken } = await read(CHAIN + '-----BEGIN PRIVATE KEY-----\n'.repeat(400_000));
    expect(broken).toMatch(/PRIVATE KEY block of line \d+ has no END line/);
  });

  it.each<readonly [string, string | Uint8Array, RegExp, RegExp]>([
    ['nothing', '', /it is empty/, /PEM/],
    ['a text', 'hello', /no certificate/, /PEM/],
    ['a key', KEY, /holds no certificate/, /--key/],
    [
      'a signing request',
      pem(Buffer.of(0x30, 0), 'CERTIFICATE REQUEST'),
      /holds no certificate/,
      /signing request/,
    ],
    ['PKCS#7 in PEM', pem(Buffer.of(0x30, 0), 'PKCS7'), /holds no certificate/, /openssl pkcs7/],
    ['PKCS#7', der(0x30, oid('1.2.840.113549.1.7.2')), /no certificate/, /openssl pkcs7/],
    ['a revocation list', pem(Buffer.of(0x30, 0), 'X509 CRL'), /holds no certificate/, /--crl-file/],
    ['what PowerShell wrote', Buffer.from(`\ufeff${CHAIN}`, 'utf16le'), /no certificate/, /UTF-16/],
    ['a bundle of CAs', CHAIN.repeat(10), /40 certificates/, /--ca-file/],
    ['a key without its end', KEY.slice(0, 100), /holds no certificate: .* has no END line/, /--key/],
  ])('is refused, with what it is instead: %s', async (_what, content, message, hint) => {
    const error = await refusal(content);
    expect(error).toMatchObject({ code: 'file-unreadable', phase: 'arguments' });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('is PKCS#12 where its first element is a number; one that asks for hours of work is refused at once', async () => {
    const salt = der(0x04, new Uint8Array(8));
    const forever = der(0x30, der(0x02, [3]), der(0x30), der(0x30, salt, der(0x02, hex('7fffffff'))));
    const started = Date.now();
    expect((await refusal(forever)).message).toMatch(/more than 10000000 rounds/);
    expect((await refusal(der(0x30, der(0x02, [3]), der(0x30)))).code).toBe('file-unreadable');
    expect(Date.now() - started).toBeLessThan(2000);
  });
});

describe('a private key', () => {
  const secret = 'correct horse battery staple';
  const pairs = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ed25519: generateKeyPairSync('ed25519'),
  };
  const same = (bytes: string | Uint8Array, pair: (typeof pairs)['rsa'], passphrase?: string): boolean =>
    createPublicKey(readPrivateKey('k', Buffer.from(bytes), passphrase)).equals(pair.publicKey);

  it('is PEM or DER, of every form that OpenSSL writes', () => {
    const { rsa, ec, ed25519 } = pairs;
    expect(same(rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }), rsa)).toBe(true);
    expect(same(rsa.privateKey.export({ type: 'pkcs1', format: 'der' }), rsa)).toBe(true);
    expect(same(ec.privateKey.export({ type: 'sec1', format: 'pem' }), ec)).toBe(true);
    expect(same(ec.privateKey.export({ type: 'sec1', format: 'der' }), ec)).toBe(true);
    expect(same(ed25519.privateKey.export({ type: 'pkcs8', format: 'der' }), ed25519)).toBe(true);
  });

  it('may be encrypted; without the passphrase, or with another, the error says so and no more', () => {
    const { ec } = pairs;
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: secret } as const;
    const locked = ec.privateKey.export(cipher);
    expect(same(locked, ec, secret)).toBe(true);
    for (const [passphrase, words] of [
      [undefined, /--passphrase-file/],
      ['another phrase', /passphrase is wrong/],
    ] as const) {
      let error: unknown;
      try {
        readPrivateKey('k', Buffer.from(locked), passphrase);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(SmtpcheckError);
      const told = JSON.stringify((error as SmtpcheckError).toReport());
      expect(told).toMatch(words);
      expect(told).not.toContain(secret);
      expect(told).not.toContain('another phrase');
    }
  });

  it('is no certificate and no text', () => {
    expect(() => readPrivateKey('k', Buffer.from(pem(certificateDer())))).toThrow(/is a certificate/);
    expect(() => readPrivateKey('k', Buffer.from('hello'))).toThrow(/no private key/);
  });
});
