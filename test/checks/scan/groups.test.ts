import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { groups } from '../../../src/checks/scan/groups.js';
import type { ScanGroup, ScanList, ScanProtocolReport } from '../../../src/core/scan-report.js';
import { ffdhePrime } from '../../../src/wire/ffdhe.js';
import { keyExchangeOf } from '../../../src/wire/key-exchange.js';
import { groupById } from '../../../src/wire/names.js';
import {
  fakeContext,
  groupId,
  picked,
  protocol,
  rejected,
  unknown,
  type Answerer,
  type Asked,
  type FakeContext,
} from './support/asked.js';

const TLS13 = protocol('TLSv1.3', { suites: [['TLS_AES_128_GCM_SHA256', 'x25519']] });
const ECDHE_RSA = protocol('TLSv1.2', { suites: [['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048']] });
const no13 = protocol('TLSv1.3', { answer: 'rejected', evidence: 'alert 70' });
const no12 = protocol('TLSv1.2', { answer: 'rejected', evidence: 'alert 70' });

async function run(
  answer: Answerer,
  protocols: readonly ScanProtocolReport[],
  parts: Parameters<typeof fakeContext>[1] = {},
): Promise<{ ctx: FakeContext; older: ScanList<ScanGroup>; newer: ScanList<ScanGroup> }> {
  const ctx = fakeContext(answer, { facts: { protocols }, ...parts });
  const [older, newer] = await groups.run(ctx);
  if (older === undefined || newer === undefined) throw new Error('two lists are due');
  return { ctx, older, newer };
}

const names = ({ accepted }: ScanList<ScanGroup>): string[] => accepted.map(({ name }) => name);
const ids = (...list: string[]): number[] => list.map(groupId);

/** HelloRetryRequest for the first of these that is offered; else what is given. */
const retries =
  (has: readonly number[], refusal: HelloResult = rejected(40)): Answerer =>
  ({ groups: offered }) => {
    const group = has.find((id) => offered.includes(id));
    return group === undefined ? refusal : picked({ version: 0x0304, suite: 0x1301, group, flight: null });
  };

describe('groups of TLS 1.3', () => {
  it('one connection for each that the suites have not shown, and one for the end', async () => {
    const has = ids('X25519MLKEM768', 'x25519', 'secp256r1', 'MLKEM1024', 'ffdhe3072');
    const { ctx, newer, older } = await run(retries(has), [no12, TLS13]);
    expect(names(newer)).toEqual(['x25519', 'X25519MLKEM768', 'secp256r1', 'MLKEM1024', 'ffdhe3072']);
    expect(newer).toMatchObject({ unknown: null, notOffered: [], skipped: null });
    expect(ctx.asked).toHaveLength(5);
    expect(ctx.asked.every(({ shares }) => shares.length === 0)).toBe(true);
    expect(older.skipped).toBe('TLSv1.2 is not accepted');
  });

  it.each([
    ['silence', unknown('silent')],
    ['an alert about something else', unknown('alert', 'alert 80')],
    ['a close', unknown('closed')],
    ['garbage', unknown('garbled')],
    ['no connection', unknown('unreached')],
  ])('%s is no no: what was not answered is unknown', async (_how, refusal) => {
    const { newer } = await run(retries(ids('x25519', 'secp384r1'), refusal), [no12, TLS13]);
    expect(names(newer)).toEqual(['x25519', 'secp384r1']);
    expect(newer.unknown?.count).toBeGreaterThan(20);
    expect(groups.unknown([newer])).toHaveLength(1);
  });

  it('a group that was not offered is an answer, and a finding', async () => {
    const stubborn: Answerer = () =>
      picked({ version: 0x0304, suite: 0x1301, group: groupId('secp256r1'), flight: null });
    const { newer } = await run(stubborn, [no12, TLS13]);
    expect(newer).toMatchObject({ unknown: null, notOffered: [{ name: 'secp256r1' }] });
    expect(names(newer)).toEqual(['x25519', 'secp256r1']);
    expect(idsOf([newer])).toContain('group-not-offered');
  });

  it('is asked with real key shares where nothing else is answered', async () => {
    const has = ids('secp256r1', 'X25519MLKEM768', 'secp521r1');
    const choosy: Answerer = ({ shares }) => {
      const share = shares.find(({ group }) => has.includes(group));
      if (shares.length === 0) return unknown('alert', 'alert 50');
      return share === undefined
        ? rejected(40)
        : picked({ version: 0x0304, suite: 0x1301, group: share.group });
    };
    const known = { reading: { longestList: 0, needsShare: true } };
    const { newer, ctx } = await run(choosy, [no12, TLS13], known);
    expect(names(newer)).toEqual(['x25519', 'secp256r1', 'secp521r1', 'X25519MLKEM768']);
    expect(newer.unknown).toBeNull();
    // Nobody has shares of the curves that TLS 1.3 left out.
    expect(ctx.asked.every(({ groups: offered }) => !offered.includes(groupId('sect283k1')))).toBe(true);
    expect(ctx.asked.every(({ groups: offered, shares }) => sameOrder(offered, shares))).toBe(true);
  });

  it('a refusal of every group says nothing, since there must be one', async () => {
    const { newer } = await run(
      () => rejected(40),
      [no12, protocol('TLSv1.3', { suites: [['TLS_AES_128_GCM_SHA256']] })],
    );
    expect(newer.accepted).toEqual([]);
    expect(newer.unknown?.reason).toContain('alert 40');
  });

  it('an answer in another version is a no', async () => {
    const { newer } = await run(() => picked({ version: 0x0303, group: 23 }), [no12, TLS13]);
    expect(names(newer)).toEqual(['x25519']);
    expect(newer).toMatchObject({ unknown: null, notOffered: [] });
  });

  it('is unknown where TLS 1.3 is', async () => {
    const unsure = protocol('TLSv1.3', { answer: 'inconclusive', evidence: 'no answer for 10s' });
    const { newer, ctx } = await run(() => rejected(40), [no12, unsure]);
    expect(newer).toMatchObject({ accepted: [], unknown: { reason: 'no answer for 10s' }, skipped: null });
    expect(ctx.asked).toHaveLength(0);
  });
});

const sameOrder = (offered: readonly number[], shares: Asked['shares']): boolean =>
  shares.every(({ group }, i) => offered.indexOf(group) >= offered.indexOf(shares[i - 1]?.group ?? -1));

/** ServerKeyExchange with the first curve of these that is offered. */
const curves =
  (has: readonly number[]): Answerer =>
  ({ groups: offered, suites }) => {
    const group = has.find((id) => offered.includes(id));
    const suite = suites.find((id) => keyExchangeOf(id).kind === 'ecdhe');
    return group === undefined || suite === undefined ? rejected(40) : picked({ suite, group });
  };

describe('curves up to TLS 1.2', () => {
  it('are found by elimination', async () => {
    const { older, ctx } = await run(curves(ids('x25519', 'secp384r1', 'secp160r1')), [ECDHE_RSA, no13]);
    expect(names(older)).toEqual(['x25519', 'secp384r1', 'secp160r1']);
    expect(ctx.asked).toHaveLength(3);
  });

  it('of the newest version that there is', async () => {
    const tls11 = protocol('TLSv1.1', { suites: [['ECDHE-RSA-AES128-SHA', 'secp256r1']] });
    const answer: Answerer = (asked) =>
      asked.version === 0x0302 && asked.groups.includes(groupId('secp384r1'))
        ? picked({ version: 0x0302, group: groupId('secp384r1') })
        : rejected(40);
    const { older } = await run(answer, [tls11, no12, no13]);
    expect(older.protocol).toBe('TLSv1.1');
    expect(names(older)).toEqual(['secp256r1', 'secp384r1']);
  });

  it('an explicit curve, and one that was not offered, are findings', async () => {
    const always: Answerer = () => picked({ group: 0xff01 });
    const { older } = await run(always, [ECDHE_RSA, no13]);
    expect(older.notOffered.map(({ name }) => name)).toEqual(['arbitrary_explicit_prime_curves']);
    expect(older.unknown).toBeNull();
    const seen = protocol('TLSv1.2', { suites: [['ECDHE-RSA-AES128-SHA', 'ffdhe2048']] });
    expect((await run(() => rejected(40), [seen, no13])).older.notOffered).toHaveLength(1);
  });

  it('a flight that was cut short leaves the curve unknown', async () => {
    const { older } = await run(() => picked({ cut: 'the connection broke' }), [ECDHE_RSA, no13]);
    expect(older.unknown?.reason).toBe('the connection broke');
  });

  /*
   * The client's list is about the certificate too: OpenSSL with nothing but a P-256 certificate refuses a hello without P-256,
   * though it has X448 for the key exchange.
   */
  describe('of a server with nothing but an ECDSA certificate', () => {
    const ecdsa = protocol('TLSv1.2', {
      suites: [['ECDHE-ECDSA-AES128-GCM-SHA256', 'secp256r1', 'ec prime256v1']],
    });
    const server =
      (preference: readonly number[]): Answerer =>
      (asked, options) =>
        asked.groups.includes(groupId('secp256r1')) ? curves(preference)(asked, options) : rejected(40);

    it('are found behind the curve of the certificate', async () => {
      const { older, ctx } = await run(server(ids('x448', 'secp384r1', 'secp256r1')), [ecdsa, no13]);
      expect(names(older)).toEqual(['secp256r1', 'x448', 'secp384r1']);
      expect(older.unknown).toBeNull();
      expect(ctx.asked).toHaveLength(5);
    });

    it('are not where it always prefers that one: then no client gets another', async () => {
      const { older, ctx } = await run(server(ids('secp256r1', 'x448')), [ecdsa, no13]);
      expect(names(older)).toEqual(['secp256r1']);
      expect(older).toMatchObject({ unknown: null, notOffered: [] });
      expect(ctx.asked).toHaveLength(2);
    });

    it('are found behind the usual curves when the certificate cannot be read', async () => {
      const unread = protocol('TLSv1.2', { suites: [['ECDHE-ECDSA-AES128-GCM-SHA256', 'x448']] });
      const { older } = await run(server(ids('x448', 'secp384r1', 'secp256r1')), [unread, no13]);
      expect(names(older)).toEqual(['x448', 'secp384r1', 'secp256r1']);
    });

    it('are unknown where the second question is not answered', async () => {
      const answer: Answerer = (asked) =>
        asked.groups.includes(groupId('secp256r1')) ? unknown('unreached') : rejected(40);
      expect((await run(answer, [ecdsa, no13])).older.unknown?.reason).toBe('unreached');
    });

    it('do not matter where there are other suites', async () => {
      const both = protocol('TLSv1.2', {
        suites: [
          ['ECDHE-ECDSA-AES128-GCM-SHA256', 'x25519', 'ec prime256v1'],
          ['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048'],
        ],
      });
      const { ctx } = await run(curves(ids('x25519', 'x448')), [both, no13]);
      expect(ctx.asked.every(({ suites }) => suites.length === 1)).toBe(true);
      expect(ctx.asked).toHaveLength(2);
    });
  });
});

describe('finite fields of TLS 1.2', () => {
  const DHE = protocol('TLSv1.2', { suites: [['DHE-RSA-AES128-GCM-SHA256', null, 'rsa 2048']] });
  const primes =
    (has: readonly number[]): Answerer =>
    ({ groups: offered }) => {
      const bits = has.find((size) => offered.includes(groupId(`ffdhe${size}`)));
      return bits === undefined ? rejected(40) : picked({ flight: { dhPrime: ffdhePrime(bits) } });
    };

  it('are found where the server takes notice of RFC 7919', async () => {
    const { older, ctx } = await run(primes([3072, 2048]), [DHE, no13]);
    expect(names(older)).toEqual(['ffdhe3072', 'ffdhe2048']);
    expect(ctx.asked).toHaveLength(3);
  });

  it('are none where it uses a prime of its own, which is no fault', async () => {
    const { older, ctx } = await run(
      () => picked({ flight: { dhPrime: Buffer.alloc(256, 0xff) } }),
      [DHE, no13],
    );
    expect(older).toMatchObject({ accepted: [], unknown: null, notOffered: [] });
    expect(ctx.asked).toHaveLength(1);
  });

  it('is one where it always uses that one', async () => {
    const { older } = await run(() => picked({ flight: { dhPrime: ffdhePrime(2048) } }), [DHE, no13]);
    expect(names(older)).toEqual(['ffdhe2048']);
    expect(older).toMatchObject({ unknown: null, notOffered: [] });
  });

  it('are skipped where nothing has DHE or ECDHE, and unknown where that is not known', async () => {
    const rsa = protocol('TLSv1.2', { suites: [['AES128-SHA', null, 'rsa 2048']] });
    expect((await run(() => rejected(40), [rsa, no13])).older.skipped).toContain('no suite with ECDHE');
    const unsure = { ...rsa, unknown: { count: 3, reason: 'no connection' } };
    const { older } = await run(() => rejected(40), [unsure, no13]);
    expect(older).toMatchObject({ skipped: null, unknown: { reason: 'no connection' } });
    // A quick look at the suites, which asked for none with ECDHE: a server that prefers others may have some.
    const some = { ...rsa, partial: true, asked: [] } as const;
    const { older: unasked } = await run(() => rejected(40), [some, no13]);
    expect(unasked).toMatchObject({
      skipped: null,
      unknown: { reason: expect.stringContaining('not all suites') as string },
    });
    const half = { ...ECDHE_RSA, unknown: { count: 3, reason: 'no connection' } };
    expect((await run(() => rejected(40), [half, no13])).older.unknown?.count).toBe(5);
  });
});

const described = (...list: string[]): ScanGroup[] =>
  list.map((name) => ({
    name,
    id: `0x${groupId(name).toString(16).padStart(4, '0')}`,
    bits: groupById(groupId(name))?.bits ?? null,
    answer: 'accepted',
  }));

const list = (
  accepted: readonly ScanGroup[],
  parts: Partial<ScanList<ScanGroup>> = {},
): ScanList<ScanGroup> => ({
  protocol: 'TLSv1.3',
  accepted,
  unknown: null,
  notOffered: [],
  skipped: null,
  ...parts,
});

const idsOf = (data: readonly ScanList<ScanGroup>[]): string[] =>
  groups.judge(data, undefined as never).map(({ id }) => id);

describe('the judgement', () => {
  it.each([
    [['secp160r1', 'secp256r1', 'X25519MLKEM768'], ['weak-groups-accepted']],
    [['secp224r1', 'ffdhe2048', 'MLKEM768'], []],
    [['x25519', 'X25519Kyber768Draft00'], ['no-post-quantum-group']],
  ])('of %j is %j', (accepted, expected) => {
    expect(idsOf([list(described(...accepted))])).toEqual(expected);
  });

  it('says nothing of a quantum computer where not all is known', () => {
    expect(idsOf([list(described('x25519'), { unknown: { count: 9, reason: '' } })])).toEqual([]);
    expect(idsOf([list([], { skipped: 'TLSv1.3 is not accepted' })])).toEqual([]);
  });

  it('makes no finding that is not in its list', () => {
    const all = list(described('sect163k1'), { notOffered: described('x448') });
    for (const id of idsOf([all])) expect(groups.ids).toContain(id);
  });
});
