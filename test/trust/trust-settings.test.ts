import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openCaFile } from '../../src/trust/ca-file.js';
import { openCaPath } from '../../src/trust/ca-path.js';
import { openPemList } from '../../src/trust/pem-list.js';
import type { TrustStore } from '../../src/x509/certificate-types.js';
import { parseName } from '../../src/x509/name.js';
import { trustBySettings } from '../../src/x509/verify/trust.js';
import { ascii, der, oid, pem } from '../x509/support/der-writer.js';
import { A, a1, a2, B, b1, failure, hashed, openSandbox, serials } from './support/anchors.js';

const { directory, remove } = openSandbox();
afterAll(remove);

/** The serials of the certificates that the store's settings do not reject for TLS servers. */
function permitted(store: TrustStore, subject: Uint8Array): string[] {
  return store
    .bySubject(parseName(subject))
    .filter((one) => trustBySettings(store.settingsOf?.(one) ?? null, 'sslserver') !== 'rejected')
    .map(({ serial }) => serial);
}

describe('trust settings (OpenSSL’s TRUSTED CERTIFICATE)', () => {
  const serverAuth = oid('1.3.6.1.5.5.7.3.1');
  const clientAuth = oid('1.3.6.1.5.5.7.3.2');
  const any = oid('2.5.29.37.0');
  const trust = (...purposes: Uint8Array[]): Uint8Array => der(0x30, ...purposes);
  const reject = (...purposes: Uint8Array[]): Uint8Array => der(0xa0, ...purposes);
  const alias = der(0x0c, ascii('alias'));

  it.each<readonly [string, Uint8Array, boolean]>([
    ['no settings', der(0x30), true],
    ['an alias alone', der(0x30, alias), true],
    ['serverAuth trusted', der(0x30, trust(clientAuth, serverAuth), alias), true],
    ['any purpose trusted', der(0x30, trust(any)), true],
    ['only clientAuth trusted', der(0x30, trust(clientAuth)), false],
    ['nothing trusted', der(0x30, trust()), false],
    ['serverAuth rejected', der(0x30, reject(serverAuth)), false],
    ['any purpose rejected', der(0x30, reject(any)), false],
    ['serverAuth both trusted and rejected', der(0x30, trust(serverAuth), reject(serverAuth)), false],
    ['only clientAuth rejected', der(0x30, reject(clientAuth)), true],
    ['settings that are no SEQUENCE', der(0x31), false],
    ['settings cut off', der(0x30, trust(serverAuth)).subarray(0, 6), false],
    ['a purpose that is no OID', der(0x30, trust(der(0x02, [1]))), false],
  ])('%s: %j', (_why, aux, trusted) => {
    const text = pem(Buffer.concat([a1, aux]), 'TRUSTED CERTIFICATE') + pem(b1);
    const inFile = openCaFile(join(directory({ f: text }), 'f'));
    const inDirectory = openCaPath(directory({ [hashed(A, 0)]: text }));
    // OpenSSL finds a rejected certificate too, and says 28 of it where a missing one is 20.
    expect([serials(inFile, A), serials(inDirectory, A)]).toEqual([['01'], ['01']]);
    expect([permitted(inFile, A), permitted(inDirectory, A)]).toEqual(trusted ? [['01'], ['01']] : [[], []]);
    expect(serials(inFile, B)).toEqual(['03']);
  });

  it('a file of nothing but rejected certificates is empty', () => {
    const text = pem(Buffer.concat([a1, der(0x30, reject(serverAuth))]), 'TRUSTED CERTIFICATE');
    expect(failure(() => openCaFile(join(directory({ f: text }), 'f')))).toMatchObject({ code: 'ca-empty' });
  });

  it('a list in memory has no place for them: such a certificate is left out', () => {
    const trusted = pem(Buffer.concat([a1, der(0x30, trust(serverAuth))]), 'TRUSTED CERTIFICATE');
    expect(serials(openPemList([trusted, pem(a2)], 'list'), A)).toEqual(['02']);
  });
});
