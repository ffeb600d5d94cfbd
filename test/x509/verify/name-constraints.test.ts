import { describe, expect, it } from 'vitest';
import { decodeNameConstraints } from '../../../src/x509/name-constraints.js';
import { ascii, cn, der, dn, ID, type Attribute, type ExtensionSpec } from '../support/der-writer.js';
import {
  altNames,
  constraints,
  directory,
  dns,
  email,
  ip,
  nameConstraints,
  subtree,
  type Subtrees,
} from '../support/constraint-writer.js';
import { CONSTRAINT_FORMS } from './constraint-forms.js';
import {
  caExtensions,
  caKey,
  constrainedCa,
  errorsOf,
  judge,
  leafKey,
  lowKey,
  rootKey,
} from './constraint-judge.js';
import { issue, notCa, subjectKeyId, type Issued } from './issue.js';

describe('lists of subtrees', () => {
  const [a, b, c] = [dns('a.test'), dns('b.test'), dns('c.test')];

  it.each<readonly [string, Subtrees, string]>([
    ['one permitted subtree is enough', { permitted: [subtree(a), subtree(b)] }, ''],
    ['none is too few', { permitted: [subtree(a), subtree(c)] }, '47@0'],
    ['subtrees of other kinds do not count', { permitted: [subtree(email('x.test'))] }, ''],
    ['excluded comes after permitted', { permitted: [subtree(b)], excluded: [subtree(b)] }, '48@0'],
    ['one excluded subtree is enough', { excluded: [subtree(a), subtree(b)] }, '48@0'],
    ['empty lists constrain nothing', { permitted: [], excluded: [] }, ''],
    ['a minimum of 0 is the default', { permitted: [subtree(b, [0])] }, ''],
    ['a minimum is not supported', { permitted: [subtree(b, [1])] }, '49@0'],
    ['a maximum is not supported', { permitted: [subtree(b), subtree(a, undefined, [9])] }, '49@0'],
    ['also in what is excluded', { excluded: [subtree(a, [1])] }, '49@0'],
    ['but nobody asks about another kind', { excluded: [subtree(email('x'), [1])] }, ''],
  ])('%s', (_what, subtrees, result) => {
    expect(judge({ names: [dns('mail.b.test')] }, subtrees)).toBe(result);
  });

  it('of more comparisons than OpenSSL makes are refused with 1', () => {
    const many = { excluded: new Array<Uint8Array>(1 << 10).fill(subtree(a)) };
    const names = new Array<Uint8Array>((1 << 10) - 1).fill(b);
    expect(judge({ names }, many)).toBe('');
    expect(judge({ names: [...names, b] }, many)).toBe('1@0');
  });
});

describe('the subject', () => {
  const permitted = { permitted: [subtree(dns('example.test'))] };
  const named = (...texts: readonly (readonly [number, string])[]): Uint8Array =>
    dn(...texts.map(([tag, text]) => [['2.5.4.3', tag, Buffer.from(text, 'latin1')] as const]));

  it.each([
    ['one inside', named([0x13, 'mail.example.test']), ''],
    ['one outside', named([0x13, 'mail.other.test']), '47@0'],
    ['a second one outside', named([0x13, 'mail.example.test'], [0x13, 'mail.other.test']), '47@0'],
    ['a single label', named([0x13, 'localhost']), ''],
    ['a sentence', named([0x13, 'Example Ltd.']), ''],
    ['a hyphen at a wrong place', named([0x13, 'mail-.other.test']), ''],
    ['an underscore', named([0x13, '_mail.other.test']), '47@0'],
    ['16-bit characters', named([0x1e, '\0m\0.\0o\0t']), '47@0'],
    ['NULs behind it', named([0x13, 'mail.other.test\0\0']), '47@0'],
    ['a NUL inside', named([0x13, 'mail.other.test\0.example.test']), '53@0'],
    ['a BIT STRING', named([0x03, '\0x']), '1@0'],
  ])('has a commonName read as a host name: %s', (_what, subject, result) => {
    expect(judge({ subject }, permitted)).toBe(result);
    expect(judge({ subject, names: [dns('example.test')] }, permitted)).toBe('');
    expect(judge({ subject, names: [email('a@b.test')] }, permitted)).toBe(result);
  });

  it.each([
    ['inside', 0x16, 'root@example.test', ''],
    ['outside', 0x16, 'root@other.test', '47@0'],
    ['that is no IA5String', 0x0c, 'root@example.test', '53@0'],
  ])('has an emailAddress %s', (_what, tag, address, result) => {
    const subject = dn([['1.2.840.113549.1.9.1', tag, ascii(address)]]);
    expect(judge({ subject }, { permitted: [subtree(email('example.test'))] })).toBe(result);
  });

  it('without parts is no directoryName', () => {
    const subtrees = { permitted: [subtree(directory([['2.5.4.10', 0x0c, ascii('x')]]))] };
    expect(judge({ subject: dn() }, subtrees)).toBe('');
    expect(judge({ subject: 'leaf' }, subtrees)).toBe('47@0');
  });
});

describe('the path', () => {
  const only = (name: string): ExtensionSpec =>
    nameConstraints(constraints({ permitted: [subtree(dns(name))] }));
  const excludeRoot = nameConstraints(
    constraints({ excluded: [subtree(der(0xa4, cn('ca'))), subtree(dns('out.test'))] }),
  );
  const low = (subject: string, issuer: string, extensions: readonly ExtensionSpec[]): Issued =>
    issue({ subject, issuer, key: lowKey, signer: caKey, extensions: [...caExtensions, ...extensions] });
  const below = (issuer: string, host: string): Issued =>
    issue({
      subject: 'leaf',
      issuer,
      key: leafKey,
      signer: lowKey,
      extensions: [notCa, altNames(dns(host))],
    });
  const middle = constrainedCa(constraints({ permitted: [subtree(dns('in.test'))] }));

  it('must keep the constraints of every CA above, the topmost first', () => {
    const second = low('low', 'ca', [only('sub.in.test')]);
    expect(errorsOf([below('low', 'sub.in.test'), second, middle])).toBe('');
    expect(errorsOf([below('low', 'in.test'), second, middle])).toBe('47@0');
    expect(errorsOf([below('low', 'other.test'), second, middle])).toBe('47@0 47@0');
  });

  it('must keep those of the trust anchor too, CAs and leaf', () => {
    const anchor = issue({ subject: 'root', key: rootKey, extensions: [...caExtensions, excludeRoot] });
    const second = low('low', 'ca', []);
    expect(errorsOf([below('low', 'out.test'), second, middle], anchor)).toBe('48@2 48@0 47@0');
  });

  it('leaves out a CA that issued to itself, but not a leaf that did', () => {
    const anchor = issue({ subject: 'root', key: rootKey, extensions: [...caExtensions, excludeRoot] });
    const keyId: ExtensionSpec = ['2.5.29.35', false, der(0x30, der(0x80, [1, 2, 3]))];
    const again = low('ca', 'ca', [subjectKeyId(lowKey), keyId]);
    const plain = issue({
      subject: 'ca',
      issuer: 'root',
      key: caKey,
      signer: rootKey,
      extensions: caExtensions,
    });
    expect(errorsOf([below('ca', 'in.test'), again, plain], anchor)).toBe('48@2');
    const extensions = [notCa, subjectKeyId(leafKey), keyId];
    const selfIssued = issue({ subject: 'ca', issuer: 'ca', key: leafKey, signer: caKey, extensions });
    expect(errorsOf([selfIssued, plain], anchor)).toBe('48@1 48@0');
  });

  it('holds a proxy certificate’s subject against its issuer’s name (RFC 3820 section 3.4)', () => {
    const proxy: ExtensionSpec = [
      '1.3.6.1.5.5.7.1.14',
      true,
      der(0x30, der(0x30, Uint8Array.from([0x06, 8, 0x2b, 6, 1, 5, 5, 7, 21, 1]))),
    ];
    const text = (type: string, value: string): Attribute => [type, 0x0c, ascii(value)];
    const [one, two] = [text('2.5.4.3', 'ca'), text('2.5.4.3', 'proxy')];
    const named = (subject: Uint8Array): string =>
      errorsOf([
        issue({ subject, issuer: 'ca', key: leafKey, signer: caKey, extensions: [proxy] }),
        constrainedCa(constraints({})),
      ]);
    expect(named(dn([one], [two]))).not.toContain('72@0');
    expect(named(dn([one], [text('2.5.4.10', 'proxy')]))).toContain('72@0');
    expect(named(dn([two], [two]))).toContain('72@0');
    expect(named(dn([one, two]))).toContain('72@0');
    expect(named(dn([two]))).toContain('72@0');
    expect(named(dn([one], [two], [two]))).toContain('72@0');
  });

  it('of hostile length is not compared for seconds', () => {
    const names = new Array<Uint8Array>(1000).fill(dns('a'));
    const subtrees = new Array<Uint8Array>(1000).fill(subtree(dns('b')));
    const extensions = [
      ...caExtensions,
      altNames(...names),
      nameConstraints(constraints({ excluded: subtrees })),
    ];
    const chain = Array.from({ length: 20 }, (_, i) =>
      issue({ subject: `c${i}`, issuer: i === 19 ? 'root' : `c${i + 1}`, key: caKey, extensions }),
    );
    const started = performance.now();
    const errors = errorsOf(chain).split(' ');
    expect(performance.now() - started).toBeLessThan(2000);
    expect(errors).toContain('1@0');
  });
});

describe('decodeNameConstraints', () => {
  it('reads both lists', () => {
    const value = constraints({
      permitted: [subtree(dns('a'), [0])],
      excluded: [subtree(ip(1, 2, 3, 4), [1])],
    });
    expect(decodeNameConstraints(value)).toEqual({
      permitted: [{ base: { type: 'dns', value: 'a' }, limited: false }],
      excluded: [{ base: { type: 'ip', octets: expect.anything() as unknown }, limited: true }],
    });
  });

  it.each(CONSTRAINT_FORMS.filter(({ read }) => !read).map((form) => [form.why, form] as const))(
    'refuses %s',
    (_why, { value }) => {
      expect(() => decodeNameConstraints(value)).toThrow(
        expect.objectContaining({ code: 'certificate-malformed' }) as Error,
      );
      const { cert } = constrainedCa(value);
      expect([cert.malformedExtension, cert.nameConstraints]).toEqual([true, null]);
    },
  );

  it.each(CONSTRAINT_FORMS.filter(({ read }) => read).map((form) => [form.why, form] as const))(
    'reads %s',
    (_why, { value }) => {
      expect(decodeNameConstraints(value)).toBeDefined();
      expect(constrainedCa(value).cert.malformedExtension).toBe(false);
    },
  );

  it('has a certificate with two extensions of it count as malformed', () => {
    const twice = [ID.nameConstraints, ID.nameConstraints].map((id): ExtensionSpec => [
      id,
      true,
      constraints({}),
    ]);
    const { cert } = issue({ subject: 'ca', key: caKey, extensions: twice });
    expect([cert.malformedExtension, cert.nameConstraints]).toEqual([true, null]);
  });
});
