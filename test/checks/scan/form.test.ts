import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { FormedQuestion, type FormOptions } from '../../../src/checks/scan/form.js';
import { suitesOfVersion } from '../../../src/checks/scan/suites.js';
import { fakeContext, groupId, picked, rejected, suiteId, unknown, type Asked } from './support/asked.js';

/** The answers to the forms asked for, in turn: `f` is full, `p` plain. */
async function forms(
  options: Omit<FormOptions, 'ask'>,
  answers: readonly HelloResult[],
  questions = 1,
): Promise<{ forms: string; last: HelloResult | undefined }> {
  let asked = '';
  let last: HelloResult | undefined;
  const question = new FormedQuestion({
    ...options,
    ask: (_ids, plain) => {
      asked += plain ? 'p' : 'f';
      return Promise.resolve(answers[asked.length - 1] ?? rejected(40));
    },
  });
  for (let n = 0; n < questions; n++) last = await question.ask([1]);
  return { forms: asked, last };
}

describe('FormedQuestion', () => {
  const accepted = picked({});

  it.each([
    ['decode_error', unknown('alert', 'alert 50')],
    ['a close', unknown('closed')],
    ['silence', unknown('silent')],
    ['no TLS', unknown('garbled')],
  ])('after %s it asks again in the plain form, and stays with it', async (_what, first) => {
    expect(await forms({}, [first, accepted, accepted], 2)).toEqual({ forms: 'fpp', last: accepted });
  });

  it.each([
    ['missing_extension', 109],
    ['handshake_failure', 40],
    ['a close that was confirmed', null],
  ])('a refusal by %s may be one of the form, where that is doubted', async (_what, alert) => {
    const doubting = { doubtsRefusal: true };
    expect((await forms(doubting, [rejected(alert), accepted])).forms).toBe('fp');
    expect((await forms({}, [rejected(alert), accepted])).forms).toBe('f');
    // Once it has answered, a no is one.
    expect((await forms(doubting, [accepted, rejected(alert)], 2)).forms).toBe('ff');
    expect((await forms({ ...doubting, answers: true }, [rejected(alert)])).forms).toBe('f');
  });

  it('the version, and a server that is not reached, have nothing to do with the form', async () => {
    expect((await forms({ doubtsRefusal: true }, [rejected(70)])).forms).toBe('f');
    expect((await forms({ doubtsRefusal: true }, [unknown('unreached')])).forms).toBe('f');
  });
});

/*
 * A server without HelloRetryRequest is offered an empty key_share, and refuses: some in words, some by closing. Taken at its
 * word it would have no TLS 1.3.
 */
describe('TLS 1.3 of a server that wants a key share', () => {
  const TLS13 = { id: 0x0304, name: 'TLSv1.3' } as const;
  const takes = [suiteId('TLS_AES_256_GCM_SHA384'), suiteId('TLS_AES_128_GCM_SHA256')];

  function server(refusal: HelloResult) {
    return ({ shares, suites }: Asked): HelloResult => {
      const share = shares.find(({ group }) => group === groupId('x25519'));
      if (share === undefined) return refusal;
      const suite = takes.find((id) => suites.includes(id));
      if (suite === undefined) return rejected(40);
      return picked({ version: 0x0304, suite, group: share.group });
    };
  }

  it.each([
    ['alert 47', unknown('alert', 'alert 47')],
    ['alert 50', unknown('alert', 'alert 50')],
    ['alert 109', rejected(109)],
    ['alert 40', rejected(40)],
    ['a close', unknown('closed')],
    ['a confirmed close', rejected(null)],
  ])('is found, when it refuses an empty one by %s', async (_how, refusal) => {
    const ctx = fakeContext(server(refusal));
    const report = await suitesOfVersion(TLS13, ctx);
    expect(report).toMatchObject({ answer: 'accepted', unknown: null });
    expect(report.suites.map(({ iana }) => iana)).toEqual([
      'TLS_AES_256_GCM_SHA384',
      'TLS_AES_128_GCM_SHA256',
    ]);
    expect(ctx.reading.needsShare).toBe(true);
    // RFC 8446 section 4.2.8: in the order of supported_groups.
    expect(ctx.asked.at(-1)?.shares.map(({ group }) => group)).toEqual([0x17, 0x1d]);
  });

  it('is rejected at once by protocol_version', async () => {
    const ctx = fakeContext(() => rejected(70));
    expect(await suitesOfVersion(TLS13, ctx)).toMatchObject({ answer: 'rejected', evidence: 'alert 70' });
    expect(ctx.asked).toHaveLength(1);
  });

  it('is not known when no connection can be had', async () => {
    const ctx = fakeContext(() => unknown('unreached', 'the server said 421'));
    const report = await suitesOfVersion(TLS13, ctx);
    expect(report).toMatchObject({ answer: 'inconclusive', evidence: 'the server said 421' });
    expect(ctx.asked).toHaveLength(1);
  });
});

describe('what the enumeration of suites leaves for others', () => {
  it('primes and chains; SSLv3 has no SNI', async () => {
    const prime = Buffer.from([1, 2, 3]);
    const answer = ({ suites }: Asked): HelloResult => {
      const suite = suites.find((id) => id === suiteId('DHE-RSA-AES128-SHA'));
      if (suite === undefined) return rejected(40);
      return picked({
        version: 0x0300,
        suite,
        flight: { dhPrime: prime, certificates: [Buffer.from('a certificate')] },
      });
    };
    const ctx = fakeContext(answer);
    await suitesOfVersion({ id: 0x0300, name: 'SSLv3' }, ctx);
    expect(ctx.primes.all()).toEqual([prime]);
    expect(ctx.chains.all().map(({ servernames }) => [...servernames])).toEqual([[null]]);
  });
});
