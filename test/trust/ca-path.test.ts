import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { openCaPath } from '../../src/trust/ca-path.js';
import { parseName } from '../../src/x509/name.js';
import { ascii, cn, dn, pem } from '../x509/support/der-writer.js';
import { A, a1, a2, B, b1, failure, hashed, openSandbox, root, serials } from './support/anchors.js';

const { base, directory, remove } = openSandbox();
afterAll(remove);

describe('openCaPath on a hashed directory', () => {
  it('finds a name by its hash, in any spelling', () => {
    const store = openCaPath(directory({ [hashed(A, 0)]: pem(a1), [hashed(B, 0)]: pem(b1) }));
    expect(serials(store, A)).toEqual(['01']);
    expect(serials(store, dn([['2.5.4.3', 0x13, ascii('  ANCHOR   a ')]]))).toEqual(['01']);
    expect(serials(store, cn('Anchor C'))).toEqual([]);
  });

  it('finds every certificate of the name, and none whose name only shares the hash', () => {
    const files = { [hashed(A, 0)]: pem(b1), [hashed(A, 1)]: pem(a1), [hashed(A, 2)]: pem(a2) };
    expect(serials(openCaPath(directory(files)), A)).toEqual(['01', '02']);
  });

  it('stops at the first number that is missing, as OpenSSL does', () => {
    const files = { [hashed(A, 0)]: pem(a1), [hashed(A, 2)]: pem(a2) };
    expect(serials(openCaPath(directory(files)), A)).toEqual(['01']);
  });

  it('passes over a dangling link, junk, and a directory', () => {
    const dir = directory({ [hashed(A, 1)]: 'junk', [hashed(A, 3)]: pem(a1) });
    symlinkSync('nowhere', join(dir, hashed(A, 0)));
    mkdirSync(join(dir, hashed(A, 2)));
    expect(serials(openCaPath(dir), A)).toEqual(['01']);
  });

  it('does not see files without a hash name, as OpenSSL does not, and says so', () => {
    const store = openCaPath(directory({ [hashed(A, 0)]: pem(a1), 'b.pem': pem(b1) }));
    expect(serials(store, B)).toEqual([]);
    expect(store.describe()).toContain('without a hash name are not read');
  });

  it('does not trust what a hash name of another subject points to', () => {
    expect(serials(openCaPath(directory({ [hashed(A, 0)]: pem(b1) })), B)).toEqual([]);
  });

  it('tries no more than a bounded number of files', () => {
    const names = Array.from({ length: LIMITS.anchorsPerName + 1 }, (_, i) => hashed(A, i));
    const files = Object.fromEntries(names.map((name, i) => [name, pem(root(A, i + 1))]));
    expect(serials(openCaPath(directory(files)), A)).toHaveLength(LIMITS.anchorsPerName);
  });

  it('reads a name once', () => {
    const dir = directory({ [hashed(A, 0)]: pem(a1) });
    const store = openCaPath(dir);
    const before = store.bySubject(parseName(A));
    rmSync(join(dir, hashed(A, 0)));
    expect(store.bySubject(parseName(A))).toBe(before);
  });
});

describe('openCaPath on a directory without hash names', () => {
  it('reads PEM and DER, whatever the file is called, and passes over the rest', () => {
    const dir = directory({
      'a.pem': `# comment\n${pem(a1)}${pem(a2)}`,
      'b.cer': b1,
      README: 'text',
      'key.pem': pem(b1, 'PRIVATE KEY'),
    });
    const store = openCaPath(dir);
    expect([serials(store, A), serials(store, B)]).toEqual([['01', '02'], ['03']]);
    expect(store.describe()).toContain('3 certificates, read whole');
  });

  it('follows links, and counts a certificate under two names once', () => {
    const dir = directory({ 'a.pem': pem(a1) });
    symlinkSync('a.pem', join(dir, 'link.crt'));
    symlinkSync('nowhere', join(dir, 'dangling.pem'));
    expect(serials(openCaPath(dir), A)).toEqual(['01']);
  });
});

describe('openCaPath on what is no CA directory', () => {
  it('missing', () => {
    expect(failure(() => openCaPath(join(base, 'missing')))).toMatchObject({
      code: 'ca-unreadable',
      phase: 'trust',
    });
  });

  it('unreadable: a link that leads to itself', () => {
    symlinkSync('loop', join(base, 'loop'));
    expect(failure(() => openCaPath(join(base, 'loop')))).toMatchObject({
      code: 'ca-unreadable',
      phase: 'trust',
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    'unreadable by its mode; one that may be entered but not listed is hashed',
    () => {
      const dir = directory({ [hashed(A, 0)]: pem(a1) });
      chmodSync(dir, 0o444);
      expect(failure(() => openCaPath(dir))).toMatchObject({ code: 'ca-unreadable', phase: 'trust' });
      chmodSync(dir, 0o311);
      expect(serials(openCaPath(dir), A)).toEqual(['01']);
      chmodSync(dir, 0o755);
    },
  );

  it('a file: the hint gives the option for files', () => {
    const file = join(directory({ 'a.pem': pem(a1) }), 'a.pem');
    expect(failure(() => openCaPath(file))).toEqual({
      code: 'ca-unreadable',
      phase: 'trust',
      hint: `for a file: --ca-file ${file}`,
    });
  });

  it('empty, or without a certificate: the hint names openssl rehash', () => {
    for (const files of [
      {},
      { 'a.pem': 'junk', 'key.pem': pem(a1, 'PRIVATE KEY') },
      { 'bad.pem': pem(a1.subarray(0, 50)) },
    ]) {
      const dir = directory(files);
      expect(failure(() => openCaPath(dir))).toMatchObject({ code: 'ca-empty', phase: 'trust' });
      expect(failure(() => openCaPath(dir)).hint).toContain(`openssl rehash ${dir}`);
    }
  });
});
