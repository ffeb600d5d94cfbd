import { X509Certificate } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { SmtpcheckError } from '../../../src/core/errors.js';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { lastCode, verifyChain } from '../../../src/x509/verify.js';
import type { VerifyInput, VerifyResult } from '../../../src/x509/verify-types.js';
import { seeded } from '../../support/seeded.js';
import { HOST, loops } from './exotic.js';
import { codes, findCase, inputOf, memoryStore } from './fixtures.js';
import { ca, ecKey, issue, keyUsage, notCa, san } from './issue.js';

const GOOD = [
  'good-rsa',
  'good-ecdsa',
  'good-ed25519',
  'good-ed448',
  'good-rsa-pss',
  'good-mixed',
  'good-deep',
];

function ask(chain: readonly Certificate[], anchors: readonly Certificate[]): VerifyInput {
  return { chain, trust: memoryStore(anchors), now: Date.now(), authLevel: 2, hostname: HOST };
}

/** Runs a verification and counts the signatures that were verified. */
function countSignatures(input: VerifyInput): { readonly result: VerifyResult; readonly signatures: number } {
  const spy = vi.spyOn(X509Certificate.prototype, 'verify');
  try {
    return { result: verifyChain(input), signatures: spy.mock.calls.length };
  } finally {
    spy.mockRestore();
  }
}

function changed(der: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = Uint8Array.from(der);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}

/** Verifies the chain of `input` with one certificate exchanged; undefined when those octets are no certificate. */
function withCertificate(input: VerifyInput, index: number, der: Uint8Array): VerifyResult | undefined {
  let cert: Certificate;
  try {
    cert = parseCertificate(der);
  } catch (error) {
    if (error instanceof SmtpcheckError) return undefined;
    throw error;
  }
  return verifyChain({ ...input, chain: input.chain.map((sent, i) => (i === index ? cert : sent)) });
}

describe('a changed certificate', () => {
  it.each(GOOD)('%s: a signature with one octet changed fails with 7 at its depth', (id) => {
    const input = inputOf(findCase(id), 2);
    expect(codes(verifyChain(input))).toEqual([]);
    for (const [index, { der }] of input.chain.entries()) {
      // The last 40 octets lie within the signature, whatever its kind.
      for (let at = der.length - 40; at < der.length; at++) {
        const result = withCertificate(input, index, changed(der, at, 0x01));
        if (result !== undefined) expect(codes(result)).toEqual([[7, index]]);
      }
    }
  });

  it('is never OK, wherever an octet was changed', () => {
    const random = seeded(20_261_123);
    let judged = 0;
    for (let round = 0; round < 400; round++) {
      const input = inputOf(findCase(GOOD[round % GOOD.length] ?? ''), 0);
      const index = random(input.chain.length);
      const { der } = input.chain[index] ?? { der: new Uint8Array() };
      const [at, mask] = [random(der.length), 1 + random(255)];
      const result = withCertificate(input, index, changed(der, at, mask));
      if (result === undefined) continue;
      judged += 1;
      expect(result.errors, `round ${round}: certificate ${index}, octet ${at}, mask ${mask}`).not.toEqual(
        [],
      );
    }
    expect(judged).toBeGreaterThan(200);
  });
});

describe('a certificate that may not issue', () => {
  const [rootKey, caKey, leafKey] = [ecKey(), ecKey(), ecKey()];
  const root = issue({ subject: 'root', key: rootKey, extensions: [ca(), keyUsage(0x06)] }).cert;
  const forged = issue({
    subject: HOST,
    issuer: 'leaf',
    key: ecKey(),
    signer: leafKey,
    extensions: [san(HOST)],
  });

  it.each([
    ['says CA:FALSE', [notCa, keyUsage(0x80)]],
    ['says nothing', []],
    ['may sign certificates, but does not say that it is a CA', [keyUsage(0x04)]],
    ['is a CA that may not sign certificates', [ca(), keyUsage(0x02)]],
  ])('is refused as an intermediate when it %s', (_what, extensions) => {
    const below = issue({ subject: 'leaf', issuer: 'root', key: leafKey, signer: rootKey, extensions }).cert;
    const { errors } = verifyChain(ask([forged.cert, below], [root]));
    expect(errors.map(({ code }) => code)).toContain(79);
  });

  it('is no CA by being in the store', () => {
    const anchor = issue({ subject: 'leaf', key: leafKey, extensions: [notCa, san(HOST)] }).cert;
    expect(codes(verifyChain(ask([anchor], [anchor])))).toEqual([]);
    const result = verifyChain(ask([forged.cert], [anchor]));
    expect(codes(result)).toEqual([
      [79, 1],
      [26, 1],
    ]);
  });

  it('gains nothing by a root of the same name and another key', () => {
    const mimic = issue({ subject: 'root', key: caKey, extensions: [ca(), keyUsage(0x06)] }).cert;
    const below = issue({
      subject: HOST,
      issuer: 'root',
      key: leafKey,
      signer: caKey,
      extensions: [san(HOST)],
    });
    expect(codes(verifyChain(ask([below.cert, mimic], [root])))).toEqual([[7, 0]]);
    expect(codes(verifyChain(ask([mimic], [root])))[0]).toEqual([18, 0]);
  });
});

describe('a hostile chain costs little', () => {
  it('when certificates certify each other', () => {
    for (const { id, chain, trust } of loops().filter((one) => one.id.startsWith('loop-'))) {
      const input = ask(
        chain.map(({ cert }) => cert),
        trust.map(({ cert }) => cert),
      );
      const { result, signatures } = countSignatures(input);
      expect(lastCode(result), id).not.toBe(0);
      // A loop within the store goes on up to the depth limit, as in OpenSSL; one that was sent ends by itself.
      expect(signatures, id).toBeLessThanOrEqual(trust.length === 2 ? 101 : chain.length + trust.length);
    }
  });

  it('when a hundred intermediates have one name', () => {
    const [rootKey, leafKey] = [ecKey(), ecKey()];
    const root = issue({ subject: 'root', key: rootKey, extensions: [ca()] }).cert;
    const spec = { subject: 'crowd', issuer: 'root', signer: rootKey, extensions: [ca()] };
    const crowd = Array.from({ length: 100 }, () => issue({ ...spec, key: ecKey() }).cert);
    const leaf = issue({
      subject: HOST,
      issuer: 'crowd',
      key: leafKey,
      signer: ecKey(),
      extensions: [san(HOST)],
    });
    const started = performance.now();
    const { result, signatures } = countSignatures(ask([leaf.cert, ...crowd], [root, ...crowd]));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(codes(result)).toEqual([[7, 0]]);
    expect(signatures).toBe(2);
  });

  it('when each of many names has many certificates', () => {
    const keys = Array.from({ length: 6 }, () => ecKey());
    const [rootKey = ecKey()] = keys;
    const tiers = keys.flatMap((key, tier) =>
      keys.map((signer) =>
        issue({ subject: `tier ${tier}`, issuer: `tier ${tier + 1}`, key, signer, extensions: [ca()] }),
      ),
    );
    const leaf = issue({
      subject: HOST,
      issuer: 'tier 0',
      key: ecKey(),
      signer: rootKey,
      extensions: [san(HOST)],
    });
    const { result, signatures } = countSignatures(
      ask(
        [leaf, ...tiers].map(({ cert }) => cert),
        [],
      ),
    );
    expect(result.errors[0]?.code).toBe(20);
    expect(signatures).toBeLessThanOrEqual(7);
  });

  it('and no more than the limit of sent certificates is looked at', () => {
    const input = inputOf(findCase('good-rsa'), 2);
    const [leaf, ...rest] = input.chain;
    if (leaf === undefined) throw new Error('the fixture is empty');
    const padded = (count: number): VerifyInput => ({
      ...input,
      chain: [leaf, ...Array.from({ length: count }, () => leaf), ...rest],
    });
    expect(codes(verifyChain(padded(LIMITS.chainCertificates - 2)))).toEqual([]);
    expect(codes(verifyChain(padded(LIMITS.chainCertificates - 1)))).toEqual([
      [20, 0],
      [21, 0],
    ]);
  });

  it('and a depth beyond OpenSSL’s default is no longer one', () => {
    const loop = loops().find(({ id }) => id === 'loop-trusted');
    const input = ask(
      (loop?.chain ?? []).map(({ cert }) => cert),
      (loop?.trust ?? []).map(({ cert }) => cert),
    );
    const { path } = verifyChain({ ...input, depth: 1_000_000 });
    expect(path).toHaveLength(102);
  });
});

describe('what cannot be a question', () => {
  const good = inputOf(findCase('good-rsa'), 2);

  it.each([
    ['an empty chain', { ...good, chain: [] }],
    ['a time that is none', { ...good, now: NaN }],
    ['a level that is none', { ...good, authLevel: NaN }],
    ['a negative depth', { ...good, depth: -1 }],
    ['a depth that is none', { ...good, depth: NaN }],
  ])('%s is an internal error, not a verdict', (_what, input) => {
    expect(() => verifyChain(input)).toThrow(expect.objectContaining({ code: 'internal', phase: 'verify' }));
  });
});

describe('constraints that are not implemented', () => {
  it.each(['1.3.6.1.5.5.7.1.7', '1.3.6.1.5.5.7.1.8'])('RFC 3779 resources (%s) are refused', (id) => {
    const [rootKey, leafKey] = [ecKey(), ecKey()];
    const root = issue({ subject: 'root', key: rootKey, extensions: [ca(), [id, true, [0x30, 0x00]]] }).cert;
    const leaf = issue({
      subject: HOST,
      issuer: 'root',
      key: leafKey,
      signer: rootKey,
      extensions: [san(HOST)],
    });
    expect(codes(verifyChain(ask([leaf.cert], [root])))).toEqual([[46, 1]]);
  });
});
