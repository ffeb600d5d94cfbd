import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { readPkcs12 } from '../../src/net/pkcs12.js';
import { expectBer, octetsOf, readBer } from '../../src/x509/ber.js';
import { der, hex } from '../x509/support/der-writer.js';
import { findCase, OUT, readCertificates } from '../x509/verify/fixtures.js';
import * as p12 from './support/pkcs12-writer.js';

/*
 * OpenSSL derives keys in one call that nothing in the process can end, so that what a PKCS#12 file asks for has to be known
 * before. Each of these files made `smtpcheck cert` hang for minutes to hours.
 */

const { int, octets, SALT } = p12;
const HOURS = 0x7fffffff;
const FOREVER = int(HOURS);
/** Long before any of the derivations would be done. */
const SOON_MS = 1500;

async function refusal(
  file: Uint8Array,
  passphrase: string | undefined = p12.PASSPHRASE,
): Promise<SmtpcheckError> {
  try {
    await readPkcs12(file, passphrase);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('it was read');
}

async function refusedSoon(file: Uint8Array, message = /more than 10{6,7} rounds/): Promise<void> {
  const from = performance.now();
  const error = await refusal(file);
  expect(performance.now() - from).toBeLessThan(SOON_MS);
  expect(error).toMatchObject({ code: 'file-unreadable', phase: 'arguments' });
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(/openssl pkcs12 -export/);
}

/** The count's octets behind a length that is longer than it has to be. */
const LONG_COUNT = hex('0282000400ffffff');
const LONG_SALT = Buffer.concat([hex('048108'), SALT]);
const BIG_SALT = octets(new Uint8Array(100).fill(1));
const SALT_IN_PIECES = der(0x24, octets([1, 2, 3, 4]), octets([5, 6, 7, 8]));
const ENDLESS_SALT = Buffer.concat([hex('2480'), octets(SALT), hex('0000')]);
/** A SEQUENCE of parameters with its length in the long form, as for a longer one. */
const longSequence = (...parts: readonly Uint8Array[]): Uint8Array => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, 0x81, content.length), content]);
};

describe('what a PKCS#12 file asks for', () => {
  // The old guard read lengths of one octet and salts of up to 64 alone, in the raw octets of the file: any other spelling that
  // OpenSSL reads went past it.
  it.each<readonly [string, Uint8Array, Uint8Array]>([
    ['plainly', octets(SALT), FOREVER],
    ['with a long length of the count', octets(SALT), LONG_COUNT],
    ['with a count of more octets than an int has', octets(SALT), der(0x02, hex('010000000000000000'))],
    ['with a long length of the salt', LONG_SALT, FOREVER],
    ['with a long salt', BIG_SALT, FOREVER],
    ['with a salt in pieces', SALT_IN_PIECES, FOREVER],
    ['with a salt of indefinite length', ENDLESS_SALT, FOREVER],
  ])('is seen %s, in a key, in a content and in the MAC', async (_how, salt, count) => {
    for (const algorithm of [p12.pbes2(count, salt), p12.tripleDes(count, salt)]) {
      await refusedSoon(p12.pfx([p12.data(p12.keyBag(algorithm))]));
      await refusedSoon(p12.pfx([p12.encrypted(algorithm, new Uint8Array(64))]));
    }
    await refusedSoon(p12.pfx([p12.data()], p12.mac(count, salt)));
  });

  // `30 81 LL` where the old guard looked for `30 LL`.
  it('is seen in a SEQUENCE with a long length, and in BER throughout', async () => {
    const parameters = longSequence(octets(SALT), FOREVER);
    const algorithm = p12.seq(hex('060a2a864886f70d010c0103'), parameters);
    await refusedSoon(p12.pfx([p12.data(p12.keyBag(algorithm))]));
    await refusedSoon(p12.toBer(p12.pfx([p12.data()], p12.mac(FOREVER))));
  });

  // Sixty keys of ten million rounds each were sixty times below the limit.
  it('is counted together', async () => {
    const each = 9_000_000;
    const key = p12.keyBag(p12.pbes2(int(each)));
    await refusedSoon(p12.pfx([p12.data(key, key)]));
    await refusedSoon(p12.pfx([p12.data(key), p12.data(key)]));
    await refusedSoon(p12.pfx([p12.data(key)], p12.mac(int(each))));
    await refusedSoon(p12.pfx([p12.data(p12.bagOfBags(key, p12.bagOfBags(key)))]));
  });

  // The count of a key in an encrypted content is nowhere in the file: it comes to light when OpenSSL has decrypted the content,
  // and goes on to the key in the same call.
  it('is seen inside what is encrypted', async () => {
    for (const hidden of [
      p12.keyBag(p12.pbes2(FOREVER)),
      p12.bagOfBags(p12.keyBag(p12.tripleDes(FOREVER))),
    ]) {
      await refusedSoon(p12.pfx([p12.encryptedByPbes2(2048, hidden)]));
      await refusedSoon(p12.pfx([p12.encryptedBy3Des(2048, hidden)]));
    }
  });

  // The derivation of 3DES is done here, where a round takes ten times as long as in OpenSSL: ten millions were a minute.
  it('is a million rounds at most where it is done here', async () => {
    const old = p12.encrypted(p12.tripleDes(int(1_000_001)), new Uint8Array(64));
    await refusedSoon(p12.pfx([old]), /more than 1000000 rounds/);
  });

  // scrypt has no count, but three costs: 2^17 times 1 times 2^17 fits OpenSSL's 32 MiB and takes hours.
  it('is seen in scrypt, time and memory', async () => {
    for (const [N, r, p] of [
      [131_072, 1, 131_072],
      [1024, 8, 1_000_000],
      [2 ** 40, 8, 1],
    ] as const) {
      await refusedSoon(p12.pfx([p12.data(p12.keyBag(p12.scrypt(N, r, p)))]));
    }
  });

  // OpenSSL 3.4 reads PBMAC1 (RFC 9579), whose count is not where that of the MAC was; and of whose key length
  // CVE-2025-11187 made a buffer overflow.
  it('is seen in PBMAC1', async () => {
    const withMac = (algorithm: Uint8Array): Uint8Array =>
      p12.pfx([p12.data()], p12.mac(int(1), octets(SALT), algorithm));
    await refusedSoon(withMac(p12.pbmac1(FOREVER, 32)));
    await refusedSoon(withMac(p12.pbmac1(int(2048), 4096)), /damaged/);
  });

  // A negative count becomes a large one in OpenSSL's int; an algorithm that is not known may ask for anything.
  it('is refused where it cannot be read', async () => {
    const negative = der(0x02, hex('ff7fffffff'));
    const unknown = p12.seq(hex('06022a03'), p12.seq(octets(SALT), FOREVER));
    for (const algorithm of [p12.pbes2(negative), p12.tripleDes(negative), unknown]) {
      await refusedSoon(p12.pfx([p12.data(p12.keyBag(algorithm))]), /damaged, or not written as/);
    }
    await refusedSoon(p12.pfx([], p12.mac(negative)), /damaged/);
  });

  // Octets that are made to cost their reader: elements in one another without end, and a great many of them.
  it('costs little to read', async () => {
    for (const file of [
      Buffer.alloc(4_000_000, '3080', 'hex'),
      p12.seq(int(3), Buffer.alloc(4_000_000, '0500', 'hex')),
      p12.pfx([p12.seq(Buffer.alloc(4_000_000, '2480', 'hex'))]),
    ]) {
      await refusedSoon(file, /damaged/);
    }
  });
});

describe('PKCS#12 that asks for what is usual', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-p12-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { chain, key } = findCase('good-rsa');
  const expected = readCertificates(chain).map((one) => Buffer.from(one.der).toString('hex'));

  function made(passphrase: string, ...how: readonly string[]): Buffer {
    const out = join(folder, 'out.p12');
    const files = ['-in', join(OUT, chain), '-inkey', join(OUT, key), '-out', out];
    execFileSync('openssl', ['pkcs12', '-export', ...files, '-passout', `pass:${passphrase}`, ...how]);
    return readFileSync(out);
  }

  const read = async (file: Uint8Array, passphrase: string): Promise<string[]> =>
    (await readPkcs12(file, passphrase === '' ? undefined : passphrase)).map((one) =>
      Buffer.from(one).toString('hex'),
    );

  // What the guard decrypts must be what OpenSSL decrypts: a derivation of ours that were wrong would refuse good files.
  it.each<readonly [string, string, readonly string[]]>([
    ['as OpenSSL 3 makes it', 'geheim', []],
    ['with 600 000 rounds', 'geheim', ['-iter', '600000']],
    ['with 3DES', 'pässwörd €😀', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']],
    ['with 3DES of two keys', 'geheim', ['-certpbe', 'PBE-SHA1-2DES']],
    ['with 3DES and a long passphrase', 'x'.repeat(200), ['-certpbe', 'PBE-SHA1-3DES']],
    ['with 3DES and no passphrase', '', ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES']],
    ['with no passphrase', '', []],
    ['with Camellia', 'geheim', ['-certpbe', 'camellia-256-cbc']],
    ['with nothing encrypted', 'geheim', ['-certpbe', 'NONE', '-keypbe', 'NONE']],
  ])('is read %s', async (_how, passphrase, how) => {
    expect(await read(made(passphrase, ...how), passphrase)).toEqual(expected);
  });

  // NSS, Bouncy Castle and old Windows write indefinite lengths and strings in pieces.
  it('is read in BER, outside and inside', async () => {
    expect(await read(p12.toBer(made('geheim')), 'geheim')).toEqual(expected);
    const [, outer] = readBer(made('geheim')).children;
    const safe = p12.toBer(octetsOf(expectBer(outer?.children[1], 0xa0).children[0]));
    const content = p12.seq(hex('06092a864886f70d010701'), p12.explicit(octets(safe)));
    expect(await read(p12.toBer(p12.seq(int(3), content, p12.macOf(safe))), 'geheim')).toEqual(expected);
  });

  // The message named no file, which is of little use where a script gives it several.
  it('is named where it cannot be read', async () => {
    await expect(readPkcs12(made('geheim'), 'falsch', 'mail.p12')).rejects.toMatchObject({
      code: 'file-unreadable',
      message: /^mail\.p12: the PKCS#12 file cannot be read: the passphrase is wrong/,
    });
    await expect(readPkcs12(made('geheim'), undefined, 'mail.p12')).rejects.toMatchObject({
      message: /^mail\.p12: .* it needs a passphrase$/,
      hint: /--passphrase-file/,
    });
  });
});
