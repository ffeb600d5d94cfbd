import { describe, expect, it } from 'vitest';
import type { TlsaRecord } from '../../src/core/tlsa-record.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { makeDaneChains } from '../x509/verify/dane-chains.js';
import { HOST, makeExoticCases } from '../x509/verify/exotic.js';
import { CASES, hostOf, readCertificates, readPem } from '../x509/verify/fixtures.js';
import type { Issued } from '../x509/verify/issue.js';
import { recordOf, wrongRecord } from '../x509/verify/tlsa-records.js';
import { compare, UNUSABLE, type Job, type Question } from './support/dane.js';
import { requireTool } from './support/require.js';

/*
 * Our verdict by TLSA records beside that of `openssl s_client -dane_tlsa_rrdata`: every error with its depth, in order, and the
 * code that the session ends on. `-dane_ee_no_namechecks` is how RFC 7672 section 3.1.1 wants it. What is not compared:
 * usages 0 and 1, which OpenSSL has and RFC 7672 section 3.1.3 takes from SMTP; the last test holds that difference fast.
 */

function fixtureJob(
  id: string,
  questions: (sent: readonly Certificate[], anchors: readonly Certificate[]) => Question[],
): Job {
  const one = CASES.find((candidate) => candidate.id === id);
  if (one === undefined) throw new Error(`no fixture ${id}`);
  const chain = readCertificates(one.chain);
  return {
    ...{ id, chain, pem: readPem(one.chain), keyPem: readPem(one.key), hostname: hostOf(one) ?? HOST },
    now: one.at === undefined ? Date.now() : Date.parse(one.at),
    ...(one.tls === undefined ? {} : { tls: one.tls }),
    questions: questions(chain, one.trust.flatMap(readCertificates)),
  };
}

function issuedJob(id: string, chain: readonly Issued[], questions: readonly Question[]): Job {
  return {
    ...{ id, questions, hostname: HOST, now: Date.now() },
    pem: chain.map(({ pem }) => pem).join(''),
    keyPem: chain[0]?.keyPem ?? '',
    chain: chain.map(({ cert }) => cert),
  };
}

const PARAMETERS = [2, 3].flatMap((usage) =>
  [0, 1].flatMap((selector) => [0, 1, 2].map((matchingType) => `${usage} ${selector} ${matchingType}`)),
);

/** Every combination of parameters for every certificate there is, sent or not. */
function wholeMatrix(sent: readonly Certificate[], anchors: readonly Certificate[]): Question[] {
  return PARAMETERS.flatMap((parameters) => [
    ...[...sent, ...anchors].map((cert, i) => ({
      what: `${parameters} of certificate ${i}`,
      records: [recordOf(parameters, cert)],
    })),
    { what: `${parameters} wrong`, records: [wrongRecord(parameters)] },
  ]);
}

/** The records that lead into each part of the code, for a chain that is to be seen through. */
function fewQuestions(
  sent: readonly Certificate[],
  anchors: readonly Certificate[],
  levels: readonly number[] = [0],
): Question[] {
  const one = (parameters: string, cert: Certificate | undefined): TlsaRecord[] =>
    cert === undefined ? [] : [recordOf(parameters, cert)];
  const sets: Record<string, TlsaRecord[]> = {
    'the key of the leaf': one('3 1 1', sent[0]),
    'another key': [wrongRecord('3 1 1')],
    'another issuer': [wrongRecord('2 1 1')],
    'each issuer': sent.slice(1).map((cert) => recordOf('2 0 1', cert)),
    'the last that was sent': one('2 1 1', sent.at(-1)),
    'the whole anchor': one('2 0 0', anchors[0]),
    'the bare key of the anchor': one('2 1 0', anchors[0]),
    'the bare key of the last': one('2 1 0', sent.at(-1)),
  };
  return Object.entries(sets)
    .filter(([, records]) => records.length > 0)
    .flatMap(([what, records]) =>
      levels.map((authLevel) => ({ what: `${what}, level ${authLevel}`, records, authLevel })),
    );
}

/** The two of them that go furthest where a leaf's own record says nothing new. */
function issuerQuestions(sent: readonly Certificate[], anchors: readonly Certificate[]): Question[] {
  return fewQuestions(sent, anchors).filter(({ what }) => /^(?:the last that|the whole)/.test(what));
}

/** How several records of one chain work together, by the parameters that are right (+) and wrong (-). */
function together(...sets: readonly string[]) {
  return (sent: readonly Certificate[]): Question[] =>
    sets.map((set) => ({
      what: set,
      records: set.split(', ').map((word) => {
        const parameters = word.slice(1);
        const right = sent[parameters.startsWith('3') ? 0 : 1];
        return word.startsWith('+') && right !== undefined
          ? recordOf(parameters, right)
          : wrongRecord(parameters);
      }),
    }));
}

const AGILITY = together(
  '-3 1 1, +3 1 1',
  '+3 1 1, -3 1 1',
  '+3 1 1, +3 1 1',
  '+3 1 1, -3 1 2',
  '-3 1 1, +3 1 2',
  '+3 1 1, -3 0 2',
  '+3 0 1, -3 0 2, -3 1 1',
  '+3 1 0, -3 1 2',
  '+3 0 0, -3 0 1, -3 0 2',
  '+2 0 1, -2 0 2',
  '-2 0 1, +2 0 2',
  '+2 0 0, -2 0 2',
  '+2 1 0, -2 1 1',
  '+2 1 1, -2 0 2',
  '-3 1 1, +2 0 1',
  '+3 1 1, -2 0 1',
  '-3 1 1, -2 0 1',
  '-3 1 2, +2 1 1, +3 1 1',
  '+3 1 1, +2 0 1',
);

const certsOf = (issued: readonly Issued[]): Certificate[] => issued.map(({ cert }) => cert);

/** Cases in which the authentication level shows. */
const WEAK = /^(?:rsa-1|sha1-|md5-|p-|everything-)/;

/** s_client always has a name to check here, and none of these. */
const judged = CASES.filter(({ ip }) => ip === undefined);

describe.skipIf(!requireTool('openssl'))('verifyDane and openssl s_client, live', () => {
  const MATRIX = [
    'good-ecdsa',
    'root-sent',
    'self-signed-leaf',
    'expired-leaf',
    'expired-intermediate',
    'expired-root',
  ];
  const MORE = ['wrong-name', 'good-direct', 'bad-signature-leaf', 'untrusted-root-sent', 'good-rsa-pss'];

  it(
    'agree on each usage, selector and matching type for each certificate',
    { timeout: 120_000 },
    async () => {
      const { asked, different } = await compare(
        [...MATRIX, ...MORE].map((id) => fixtureJob(id, wholeMatrix)),
      );
      expect(different).toEqual([]);
      expect(asked).toBeGreaterThan(400);
    },
  );

  it('agree on several records together, and on digest agility', { timeout: 60_000 }, async () => {
    const ids = ['good-rsa', 'wrong-name', 'expired-intermediate', 'expired-leaf'];
    expect((await compare(ids.map((id) => fixtureJob(id, AGILITY)))).different).toEqual([]);
  });

  it('agree on every chain of the fixtures', { timeout: 180_000 }, async () => {
    const { asked, different, answers } = await compare(
      judged.map(({ id }) =>
        fixtureJob(id, (sent, anchors) => fewQuestions(sent, anchors, WEAK.test(id) ? [0, 2] : [0])),
      ),
    );
    expect(different).toEqual([]);
    expect(asked).toBeGreaterThan(700);
    expect(answers.size).toBeGreaterThan(30);
  });

  it('agree at each depth limit', { timeout: 60_000 }, async () => {
    const limits = (sent: readonly Certificate[], anchors: readonly Certificate[]): Question[] =>
      fewQuestions(sent, anchors, [0, 2]).flatMap((question) =>
        [0, 1, 2, 3].map((depth) => ({ ...question, depth, what: `${question.what}, limit ${depth}` })),
      );
    const ids = ['good-ecdsa', 'good-deep', 'root-sent', 'rsa-1024-leaf'];
    expect((await compare(ids.map((id) => fixtureJob(id, limits)))).different).toEqual([]);
  });

  it('agree on chains that no CA would issue', { timeout: 180_000 }, async () => {
    const exotic = makeExoticCases().map(({ id, chain, trust }) =>
      issuedJob(id, chain, issuerQuestions(certsOf(chain), certsOf(trust))),
    );
    const odd = makeDaneChains().map(({ id, chain, others }) =>
      issuedJob(id, chain, wholeMatrix(certsOf(chain), certsOf(others))),
    );
    expect((await compare([...odd, ...exotic])).different).toEqual([]);
  });

  it('agree on which records are unusable, usages 0 and 1 apart', { timeout: 60_000 }, async () => {
    const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(0x30);
    const unusable = (sent: readonly Certificate[]): Question[] => {
      const [leaf] = sent;
      if (leaf === undefined) return [];
      const more = (data: Uint8Array): Uint8Array => Buffer.concat([data, Buffer.from([0])]);
      const records: TlsaRecord[] = [
        { ...recordOf('3 1 1', leaf), usage: 4 },
        { ...recordOf('3 1 1', leaf), usage: 255 },
        { ...recordOf('3 1 1', leaf), selector: 2 },
        { ...recordOf('3 1 1', leaf), matchingType: 3 },
        { ...recordOf('3 1 1', leaf), matchingType: 2 },
        { ...recordOf('3 1 1', leaf), matchingType: 0 },
        { ...recordOf('3 1 0', leaf), selector: 0 },
        { ...recordOf('3 0 0', leaf), selector: 1 },
        { ...recordOf('3 0 0', leaf), data: more(leaf.der) },
        { ...recordOf('2 1 0', leaf), data: more(leaf.spkiDer) },
        { usage: 2, selector: 0, matchingType: 0, data: bytes(40) },
      ];
      return records.map((record, i) => ({ what: `record ${i}`, records: [record] }));
    };
    const { different, answers } = await compare([fixtureJob('good-rsa', unusable)]);
    expect(different).toEqual([]);
    expect([...answers]).toEqual([UNUSABLE]);
  });

  it('differ on usages 0 and 1 as RFC 7672 section 3.1.3 wants it', { timeout: 60_000 }, async () => {
    const pkix = (sent: readonly Certificate[]): Question[] =>
      ['0 0 1', '1 1 1'].flatMap((parameters) =>
        sent.map((cert, i) => ({ what: `${parameters} of ${i}`, records: [recordOf(parameters, cert)] })),
      );
    const { asked, different } = await compare([fixtureJob('good-rsa', pkix)]);
    expect(different).toHaveLength(asked);
    expect(different.every((line) => line.endsWith('ours unusable'))).toBe(true);
  });
});
