import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTrust, type TrustOptions } from '../../src/probe/trust.js';
import { openCaFile } from '../../src/trust/ca-file.js';
import { combineStores } from '../../src/trust/combine.js';
import { openPemList } from '../../src/trust/pem-list.js';
import { openSystem } from '../../src/trust/system.js';
import { ascii, certificateDer, cn, dn, hex, pem } from '../x509/support/der-writer.js';
import { A, a1, a2, B, b1, failure, openSandbox, root, serials } from './support/anchors.js';

const { base, directory, remove } = openSandbox();
afterAll(remove);

/**
 * The rules of the CA/Browser Forum bind the CAs of the public web alone. The mark on Mozilla's store was read and set nowhere,
 * so that `validity-too-long` could never be found.
 */
describe('the store of the public web', () => {
  const file = join(directory({ 'own.pem': pem(a1) }), 'own.pem');

  it.each<readonly [string, TrustOptions, boolean]>([
    ['by default', {}, true],
    ['by name', { caStores: ['mozilla'] }, true],
    ['not with a CA of one’s own', { caFiles: [file] }, false],
    [
      'not when both are trusted, for either may be the anchor',
      { caStores: ['mozilla'], caFiles: [file] },
      false,
    ],
  ])('is Mozilla’s: %s', (_when, options, expected) => {
    expect(openTrust(options).isPublic ?? false).toBe(expected);
  });
});

describe('openCaFile', () => {
  it('finds every certificate of a bundle by its canonical name', () => {
    const file = join(directory({ 'ca.pem': pem(a1) + pem(b1) + pem(a2) }), 'ca.pem');
    const store = openCaFile(file);
    expect([serials(store, A), serials(store, B), serials(store, cn('C'))]).toEqual([
      ['01', '02'],
      ['03'],
      [],
    ]);
    expect(store.describe()).toBe(`file ${file} (3 certificates)`);
  });

  it('reads one certificate in DER', () => {
    expect(serials(openCaFile(join(directory({ 'ca.der': a1 }), 'ca.der')), A)).toEqual(['01']);
  });

  it('passes over a certificate that cannot be read', () => {
    const text = pem(certificateDer({ subject: A, serial: [] })) + pem(a1);
    expect(serials(openCaFile(join(directory({ 'ca.pem': text }), 'ca.pem')), A)).toEqual(['01']);
  });

  it.each<readonly [string, string | Uint8Array]>([
    ['nothing', ''],
    ['text', 'hello'],
    ['a key', pem(a1, 'PRIVATE KEY')],
    ['a certificate cut off', pem(a1.subarray(0, 60))],
    ['DER cut off', a1.subarray(0, 60)],
  ])('calls a file of %s empty', (_why, content) => {
    expect(failure(() => openCaFile(join(directory({ f: content }), 'f')))).toMatchObject({
      code: 'ca-empty',
      phase: 'trust',
    });
  });

  it('fails on a missing file, and gives the option for directories on a directory', () => {
    expect(failure(() => openCaFile(join(base, 'missing.pem')))).toMatchObject({ code: 'ca-unreadable' });
    expect(failure(() => openCaFile(base)).hint).toBe(`for a directory: --ca-path ${base}`);
  });
});

describe('an index of anchors finds a subject however it is spelled', () => {
  const words = 'Anchor Certification Authority';
  const utf16 = Buffer.from(words, 'utf16le').swap16();
  const utf32 = hex(Buffer.from(words.toLowerCase()).toString('hex').replace(/../g, '000000$&'));
  const spellings: readonly Uint8Array[] = [
    cn(words),
    dn([['2.5.4.3', 0x13, ascii(words.toUpperCase())]]),
    dn([['2.5.4.3', 0x14, ascii(` ${words}  `)]]),
    dn([['2.5.4.3', 0x16, ascii(words.replaceAll(' ', '\t'))]]),
    dn([['2.5.4.3', 0x1e, utf16]]),
    dn([['2.5.4.3', 0x1c, utf32]]),
  ];
  const issuer = cn('somebody else');
  const pems = spellings.map((subject, i) => pem(certificateDer({ subject, issuer, serial: [i + 1] })));

  it.each(spellings.map((subject, i) => [i, subject] as const))(
    'looked for in spelling %i',
    (_i, subject) => {
      expect(serials(openPemList([pem(a1), ...pems], 'list'), subject)).toEqual([
        '01',
        '02',
        '03',
        '04',
        '05',
        '06',
      ]);
    },
  );

  it('looked for as a name without a word', () => {
    const short = cn('x é');
    expect(serials(openPemList([pem(a1), pem(root(short, 9))], 'list'), cn('X é'))).toEqual(['09']);
  });

  it('but not the issuer of an anchor', () => {
    expect(serials(openPemList(pems, 'list'), issuer)).toEqual([]);
  });
});

describe('openPemList', () => {
  it('finds by canonical name, and describes itself by its label', () => {
    const store = openPemList([pem(a1), pem(b1)], 'mozilla (2 certificates)');
    expect([serials(store, A), serials(store, cn('ANCHOR  b'))]).toEqual([['01'], ['03']]);
    expect(store.describe()).toBe('mozilla (2 certificates)');
  });
});

describe('combineStores', () => {
  it('trusts what any of them trusts, each certificate once', () => {
    const store = combineStores([
      openPemList([pem(a1)], 'one'),
      openPemList([pem(a2), pem(a1), pem(b1)], 'two'),
    ]);
    expect([serials(store, A), serials(store, B)]).toEqual([['01', '02'], ['03']]);
    expect(store.describe()).toBe('one + two');
  });

  it('of no store trusts nothing', () => {
    expect(serials(combineStores([]), A)).toEqual([]);
    expect(combineStores([]).describe()).toBe('none');
  });
});

describe('openSystem', () => {
  it('takes the first place that has certificates', () => {
    const empty = directory({});
    const dir = directory({ 'a.pem': pem(a1), 'b.pem': pem(b1) });
    const store = openSystem({ places: [join(base, 'missing'), empty, join(dir, 'a.pem'), dir] });
    expect([serials(store, A), serials(store, B)]).toEqual([['01'], []]);
    expect(store.describe()).toBe(`system: file ${join(dir, 'a.pem')} (1 certificate)`);
  });

  it('uses what SSL_CERT_FILE and SSL_CERT_DIR name, together, and nothing else', () => {
    const dir = directory({ 'a.pem': pem(a1) });
    const other = directory({ 'b.pem': pem(b1) });
    const places = [directory({ 'a2.pem': pem(a2) })];
    const store = openSystem({ certFile: join(dir, 'a.pem'), certDir: `${other}:`, places });
    expect([serials(store, A), serials(store, B)]).toEqual([['01'], ['03']]);
  });

  it('does not fall back when what was named cannot be read', () => {
    const places = [directory({ 'a.pem': pem(a1) })];
    expect(failure(() => openSystem({ certFile: join(base, 'missing'), places }))).toMatchObject({
      code: 'ca-unreadable',
    });
    expect(failure(() => openSystem({ certDir: join(base, 'missing'), places }))).toMatchObject({
      code: 'ca-unreadable',
    });
  });

  it('fails with a hint when there is none', () => {
    const error = failure(() => openSystem({ certFile: '', certDir: '', places: [join(base, 'missing')] }));
    expect(error).toMatchObject({ code: 'ca-unreadable', phase: 'trust' });
    expect(error.hint).toContain('--ca-file');
  });
});
