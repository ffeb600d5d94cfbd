import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { suitesOfCipherList } from '../../src/net/cipher-list.js';
import { suiteById, suiteName } from '../../src/wire/names.js';
import { offeredSuites } from '../../src/wire/offered-suites.js';

describe('a cipher list', () => {
  it('stands for suites, in the order of OpenSSL', async () => {
    const names = (await suitesOfCipherList('AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256'))?.map(suiteName);
    expect(names).toEqual(['AES128-SHA', 'ECDHE-RSA-AES128-GCM-SHA256']);
    const ecdhe = (await suitesOfCipherList('ECDHE+AESGCM:!ECDSA'))?.map(suiteName);
    expect(ecdhe?.toSorted()).toEqual(['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384']);
  });

  it('has no suites of TLS 1.3 in it and no signals, and the security level does not count', async () => {
    const all = (await suitesOfCipherList('ALL:COMPLEMENTOFALL')) ?? [];
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((id) => suiteById(id)?.tls13 !== false || suiteName(id).endsWith('SCSV'))).toEqual([]);
    expect(await suitesOfCipherList('DEFAULT@SECLEVEL=5')).toEqual(await suitesOfCipherList('DEFAULT'));
    expect((await suitesOfCipherList('NULL-SHA256'))?.map(suiteName)).toEqual(['NULL-SHA256']);
  });

  it('is null where OpenSSL has nothing for it', async () => {
    for (const list of ['EXPORT', 'RC4', 'NOSUCH']) expect(await suitesOfCipherList(list)).toBeNull();
  });

  it('is refused where OpenSSL cannot read it', async () => {
    await expect(suitesOfCipherList('HIGH:@NOSUCH')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('offeredSuites', () => {
  /** A ClientHello that offers these, with nothing behind them that is looked at. */
  function hello(suites: readonly number[]): Buffer {
    const list = Buffer.alloc(2 + 2 * suites.length);
    list.writeUInt16BE(2 * suites.length);
    suites.forEach((id, i) => list.writeUInt16BE(id, 2 + 2 * i));
    const body = Buffer.concat([
      Buffer.from([3, 3]),
      Buffer.alloc(32),
      Buffer.from([0]),
      list,
      Buffer.from([1, 0]),
    ]);
    const message = Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 0xff]), body]);
    return Buffer.concat([Buffer.from([22, 3, 1, message.length >> 8, message.length & 0xff]), message]);
  }

  it('reads what was written', () => {
    const suites = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(suites, (ids) => {
        expect(offeredSuites(hello(ids))).toEqual(ids);
      }),
    );
  });

  it('throws nothing but its one error, whatever the bytes', () => {
    const cut = hello([0xc02f, 0x1301]).subarray(0, 50);
    expect(() => offeredSuites(cut)).toThrow(SmtpcheckError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          offeredSuites(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'tls-garbled' });
        }
      }),
    );
  });
});
