import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { firstError, lastCode, verifyChain } from '../../src/x509/verify.js';
import { CASES, codes, inputOf, LEVELS } from './verify/fixtures.js';

/**
 * Where strict host-name rules differ from OpenSSL's on purpose (design section 2.3), with the errors they give: no common
 * name, no wildcard for part of a label. A dot behind the name asked for changes nothing about it.
 */
const STRICT: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  'cn-only': [[62, 0]],
  'cn-with-email-san-only': [[62, 0]],
  'cn-with-ip-san-only': [[62, 0]],
  'name-constraints-cn-violates': [
    [62, 0],
    [47, 0],
  ],
  'name-trailing-dot-asked': [],
  'partial-wildcard': [[62, 0]],
  'partial-wildcard-f': [[62, 0]],
};

describe('verifyChain against what openssl recorded', () => {
  it.each(CASES.map((one) => [one.id, one] as const))(
    '%s: every error, in order, with its depth',
    (_id, one) => {
      for (const level of LEVELS) {
        const result = verifyChain(inputOf(one, Number(level)));
        const first = firstError(result);
        expect({
          first: first?.code ?? 0,
          depth: first?.depth ?? 0,
          all: codes(result),
          last: lastCode(result),
        }).toEqual(one.openssl[level]);
      }
    },
  );

  it('names the certificate at fault, and it stands in the path at the depth given', () => {
    for (const one of CASES) {
      const { path, errors } = verifyChain(inputOf(one, 2));
      for (const error of errors) expect(path[error.depth], one.id).toBe(error.certificate);
    }
  });

  it('counts what was sent and what came from the store', () => {
    for (const one of CASES) {
      const input = inputOf(one, 0);
      const { path, fromChain } = verifyChain(input);
      const sent = new Set(input.chain);
      expect(
        path.map((cert) => sent.has(cert)),
        one.id,
      ).toEqual(path.map((_cert, i) => i < fromChain));
    }
  });

  it('differs under strict host-name rules in the cases listed above alone', () => {
    const differing = CASES.flatMap((one) => {
      const input = inputOf(one, 0);
      const strict = codes(verifyChain({ ...input, hostnameRules: 'strict' }));
      return isDeepStrictEqual(strict, codes(verifyChain(input))) ? [] : [[one.id, strict] as const];
    });
    expect(Object.fromEntries(differing)).toEqual(STRICT);
  });
});
