import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { HOST, inter, interCrl, keys, leaf, root, rootCrl } from '../x509/support/crl-pki.js';
import { findCase, hostOf, readCertificates, readPem } from '../x509/verify/fixtures.js';
import type { Issued } from '../x509/verify/issue.js';
import { recordOf, wrongRecord } from '../x509/verify/tlsa-records.js';
import { compare, type Job, type Question } from './support/dane.js';
import { requireTool } from './support/require.js';

/*
 * What is asked beside TLSA records was once dropped on the way: revocation lists, strictness and purpose.
 * OpenSSL honours all three under DANE-TA(2), so here both are asked, with the errors of every depth in order.
 */

const serialOf = ({ cert }: Issued): Uint8Array => Uint8Array.from(Buffer.from(cert.serial, 'hex'));

const LISTS: Readonly<Record<string, readonly Uint8Array[]>> = {
  clean: [interCrl(), rootCrl()],
  'the leaf revoked': [interCrl({ entries: [{ serial: serialOf(leaf) }] }), rootCrl()],
  'the intermediate revoked': [interCrl(), rootCrl({ entries: [{ serial: serialOf(inter) }] })],
  'of another CA alone': [rootCrl()],
  'signed by another key': [interCrl({ signer: keys.other })],
};

/** Records that lead to an anchor of each kind: sent, brought whole, brought as a bare key, none. */
const anchors = {
  'the intermediate': [recordOf('2 0 1', inter.cert)],
  'the whole root': [recordOf('2 0 0', root.cert)],
  'the bare key of the root': [recordOf('2 1 0', root.cert)],
  'the root': [recordOf('2 1 1', root.cert)],
  'another issuer': [wrongRecord('2 1 1')],
};

function questions(more: readonly (Partial<Question> & { readonly what: string })[]): Question[] {
  return Object.entries(anchors).flatMap(([what, records]) =>
    more.map((one) => ({ ...one, records, what: `${what}, ${one.what}` })),
  );
}

function job(chain: readonly Issued[], asked: readonly Question[]): Job {
  return {
    ...{ id: `${chain.length} sent`, hostname: HOST, now: Date.now(), questions: asked },
    pem: chain.map(({ pem }) => pem).join(''),
    keyPem: leaf.keyPem,
    chain: chain.map(({ cert }) => cert),
  };
}

const CHAINS = [[leaf], [leaf, inter], [leaf, inter, root]];

const lookUps = Object.entries(LISTS).flatMap(([what, crls]) =>
  (['leaf', 'all'] as const).map((scope) => ({ what: `${what}, ${scope}`, crls, scope })),
);

describe.skipIf(!requireTool('openssl'))('verifyDane and openssl s_client with options', () => {
  it('agree on revocation lists below a DANE-TA record', { timeout: 120_000 }, async () => {
    const { asked, different, answers } = await compare(
      CHAINS.map((chain) => job(chain, questions(lookUps))),
    );
    expect(different).toEqual([]);
    expect(asked).toBe(150);
    expect(answers).toContain('23@0 last 23');
    expect(answers).toContain('last 0');
  });

  it('agree on strictness below a DANE-TA record', { timeout: 60_000 }, async () => {
    const strict = questions([{ what: 'strict', x509Strict: true }]);
    const { different, answers } = await compare(CHAINS.map((chain) => job(chain, strict)));
    expect(different).toEqual([]);
    // The leaf has no authorityKeyIdentifier.
    expect([...answers].some((answer) => answer.includes('85@0'))).toBe(true);
  });

  it('agree on any purpose below a DANE-TA record', { timeout: 60_000 }, async () => {
    const one = findCase('client-auth-only-leaf');
    const chain = readCertificates(one.chain);
    const records = [recordOf('2 0 1', chain[1] as Certificate)];
    const { different, answers } = await compare([
      {
        ...{ id: one.id, chain, pem: readPem(one.chain), keyPem: readPem(one.key), now: Date.now() },
        hostname: hostOf(one) ?? HOST,
        questions: [
          { what: 'a server', records },
          { what: 'any purpose', records, purpose: 'any' },
        ],
      },
    ]);
    expect(different).toEqual([]);
    expect([...answers]).toEqual(['26@0 last 26', 'last 0']);
  });

  // OpenSSL does not look up what a DANE-EE record matches; who names a list wants to know all the same.
  it('differ on revocation lists under a DANE-EE record, on purpose', { timeout: 60_000 }, async () => {
    const records = [recordOf('3 1 1', leaf.cert)];
    const ask = async (list: string): Promise<string[]> =>
      (await compare([job([leaf, inter], [{ what: list, records, crls: LISTS[list] ?? [] }])])).different;
    expect(await ask('clean')).toEqual([]);
    expect(await ask('the leaf revoked')).toEqual([
      '2 sent, the leaf revoked: openssl last 0, ours 23@0 last 23',
    ]);
    expect(await ask('of another CA alone')).toEqual([
      '2 sent, of another CA alone: openssl last 0, ours 3@0 last 3',
    ]);
  });
});
