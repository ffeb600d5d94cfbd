import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { refuseCostlyKey } from '../../src/x509/key-budget.js';
import * as p12 from '../net/support/pkcs12-writer.js';
import { der, hex, pem } from './support/der-writer.js';

/*
 * An encrypted key tells how much work it is to open it, and OpenSSL does it in one call that nothing in the process can end.
 */

const { int, octets, SALT, seq } = p12;
const FOREVER = int(0x7fffffff);
const LABEL = 'ENCRYPTED PRIVATE KEY';

function refusal(key: Uint8Array | string): SmtpcheckError {
  try {
    refuseCostlyKey(key, 'mail.key');
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('it was let pass');
}

const PBES1 = seq(hex('06092a864886f70d01050a'), seq(octets(SALT), FOREVER));
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const secret = { cipher: 'aes-256-cbc', passphrase: 'geheim' };

describe('the work that an encrypted key asks for', () => {
  // `--key` with a count of 2^31-1 hung for an hour, and so did a key in a file of certificates.
  it.each([
    ['PBES2', p12.pbes2(FOREVER)],
    ['PBES1', PBES1],
    ['an encryption of PKCS#12', p12.tripleDes(FOREVER)],
  ])('is bounded for %s, in DER and in PEM', (_kind, algorithm) => {
    const key = p12.lockedKey(algorithm);
    for (const file of [key, pem(key, LABEL), Buffer.from(pem(key, LABEL)), `text\n${pem(key, LABEL)}`]) {
      const error = refusal(file);
      expect(error).toMatchObject({ code: 'file-unreadable', phase: 'arguments', hint: /openssl pkcs8/ });
      expect(error.message).toMatch(
        /^mail\.key: .* asks for 2147483647 rounds; 10000000 rounds are the most/,
      );
    }
  });

  // scrypt's costs, in time, in memory, and beyond what a number holds.
  it.each([
    [131_072, 1, 131_072],
    [1_048_576, 8, 1],
    [2 ** 50, 8, 1],
  ])('is bounded for scrypt with N=%d, r=%d, p=%d', (N, r, p) => {
    expect(refusal(p12.lockedKey(p12.scrypt(N, r, p))).message).toMatch(
      /more memory or rounds|rounds are the/,
    );
  });

  // What a guard reads otherwise than OpenSSL does, it does not guard: other spellings of the same count, the count of a second
  // block, a count in OpenSSL's own encryption around it, text that is not base64 throughout.
  it('is seen in every spelling that OpenSSL reads', () => {
    const longCount = p12.lockedKey(p12.pbes2(hex('028200047fffffff'), der(0x24, octets([1]), octets([2]))));
    expect(refusal(longCount).message).toMatch(/2147483647 rounds/);
    const block = pem(p12.lockedKey(p12.pbes2(FOREVER)), LABEL);
    expect(refusal(p12.toBer(p12.lockedKey(p12.pbes2(FOREVER)))).message).toMatch(/2147483647 rounds/);
    expect(refusal(EC.export({ type: 'pkcs8', format: 'pem' }).toString() + block).message).toMatch(
      /2147483647/,
    );
    expect(refusal(block.replaceAll('\n', ' \r\n')).message).toMatch(/2147483647/);
    expect(refusal(block.replace('-----END', '-\n-----END')).message).toMatch(/no private key/);
    const twice = block.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n');
    expect(refusal(twice).message).toMatch(/no private key/);
  });

  it('has to be readable', () => {
    // Such a count, truncated to an int, is a large one.
    expect(refusal(p12.lockedKey(p12.pbes2(der(0x02, hex('ff7fffffff'))))).message).toMatch(
      /none that is known/,
    );
    expect(refusal(p12.lockedKey(seq(hex('06022a03'), seq(octets(SALT), FOREVER)))).message).toMatch(/known/);
    expect(refusal(pem(seq(int(0)), LABEL)).message).toMatch(/no private key/);
    expect(refusal(Buffer.from('hello')).message).toMatch(/no private key/);
  });

  // A million BEGIN lines without an end cost a pattern a million looks through the file.
  it('costs little to find', () => {
    const from = performance.now();
    expect(() => refuseCostlyKey(`-----BEGIN ${LABEL}-----\n`.repeat(300_000), 'k')).toThrow(SmtpcheckError);
    refuseCostlyKey('-----BEGIN CERTIFICATE-----\n'.repeat(300_000), 'k');
    expect(performance.now() - from).toBeLessThan(1500);
  });

  it('lets every key pass that OpenSSL writes', () => {
    for (const key of [RSA, EC]) {
      refuseCostlyKey(key.export({ type: 'pkcs8', format: 'pem' }), 'k');
      refuseCostlyKey(key.export({ type: 'pkcs8', format: 'der' }), 'k');
      refuseCostlyKey(key.export({ type: 'pkcs8', format: 'pem', ...secret }), 'k');
      refuseCostlyKey(key.export({ type: 'pkcs8', format: 'der', ...secret }), 'k');
    }
    // One round of MD5, in OpenSSL's own format.
    refuseCostlyKey(RSA.export({ type: 'pkcs1', format: 'pem', ...secret }), 'k');
    refuseCostlyKey(EC.export({ type: 'sec1', format: 'pem', ...secret }), 'k');
    refuseCostlyKey(RSA.export({ type: 'pkcs1', format: 'der' }), 'k');
    refuseCostlyKey(p12.lockedKey(p12.pbes2(int(10_000_000))), 'k');
    // openssl pkcs8 -scrypt
    refuseCostlyKey(p12.lockedKey(p12.scrypt(16_384, 8, 1)), 'k');
    // A certificate is no key; whoever reads the key says that better.
    refuseCostlyKey(pem(seq(seq(int(2)))), 'k');
  });
});
