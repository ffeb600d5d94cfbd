import { describe, expect, it } from 'vitest';
import type { RenegotiationResult } from '../../../src/checks/scan/context.js';
import { renegotiation } from '../../../src/checks/scan/renegotiation.js';
import type { ScanProtocolReport, ScanTrait } from '../../../src/core/scan-report.js';
import { answers, contextWith, CURRENT, evidenceOf, OF_13, only, protocol } from './behaviour-support.js';
import { NOTHING_ASKED, REJECTED } from './support.js';

/*
 * A server that lets a client renegotiate as often as it likes can be kept busy with key exchanges (CVE-2011-1473). "No" is the good
 * answer here, so nothing but words of the server may stand for it, or a close that is seen twice.
 */

type Refusal = Extract<RenegotiationResult, { kind: 'done' }>['refusal'];

const ended = (times: number, refusal: Refusal, secure = true): RenegotiationResult => ({
  kind: 'done',
  times,
  refusal,
  secure,
});
const ALERT: Refusal = { by: 'alert', words: 'alert 100 (no_renegotiation)' };
const CLOSE: Refusal = { by: 'close', words: 'the server closed the connection' };
const SILENCE: Refusal = { by: 'silence', words: 'no answer for 10 s' };
const OTHER: Refusal = { by: 'other', words: 'alert 80 (internal_error)' };
const UNKNOWN: RenegotiationResult = { kind: 'unknown', reason: 'put off' };

async function run(
  results: readonly RenegotiationResult[],
  protocols: readonly ScanProtocolReport[] = CURRENT,
): Promise<{ traits: readonly ScanTrait[]; asked: number[] }> {
  const asked: number[] = [];
  const ctx = contextWith(() => REJECTED, {
    facts: { protocols },
    renegotiate: (most) => {
      const result = results[asked.push(most) - 1];
      if (result === undefined) throw new Error('asked once too often');
      return Promise.resolve(result);
    },
  });
  return { traits: await renegotiation.run(ctx), asked };
}

const judge = (traits: readonly ScanTrait[]): string[] =>
  renegotiation
    .judge(traits, { target: {} as never, scan: {}, asked: NOTHING_ASKED })
    .map(({ id, severity }) => `${severity} ${id}`);

const REFUSED = { 'client-renegotiation': 'no', 'insecure-renegotiation': 'no' };
const NOT_KNOWN = { 'client-renegotiation': 'unknown', 'insecure-renegotiation': 'unknown' };

describe('renegotiation', () => {
  it('is refused with an alert: one session finds out', async () => {
    const { traits, asked } = await run([ended(0, ALERT)]);
    expect(answers(traits)).toEqual(REFUSED);
    expect(evidenceOf(traits, 'client-renegotiation')).toBe('alert 100 (no_renegotiation)');
    // One more than is put up with.
    expect(asked).toEqual([11]);
    expect(judge(traits)).toEqual([]);
  });

  it('is refused with a close: two sessions find out', async () => {
    const { traits, asked } = await run([ended(0, CLOSE), ended(0, CLOSE)]);
    expect(answers(traits)).toEqual(REFUSED);
    expect(evidenceOf(traits, 'client-renegotiation')).toContain('in two sessions, each after EHLO');
    expect(asked).toHaveLength(2);
  });

  it('is carried out without end', async () => {
    const { traits } = await run([ended(11, null)]);
    expect(answers(traits)).toEqual({
      'client-renegotiation': 'yes',
      'client-renegotiation-limited': 'no',
      'insecure-renegotiation': 'no',
    });
    expect(judge(traits)).toEqual(['warning client-renegotiation-accepted']);
    expect(renegotiation.unknown(traits)).toEqual([]);
  });

  it.each<[string, RenegotiationResult[]]>([
    ['an alert', [ended(3, ALERT)]],
    ['a close, seen twice', [ended(3, CLOSE), ended(2, CLOSE)]],
  ])('is carried out up to a limit, then %s', async (_, results) => {
    const { traits } = await run(results);
    expect(answers(traits)).toMatchObject({
      'client-renegotiation': 'yes',
      'client-renegotiation-limited': 'yes',
    });
    expect(evidenceOf(traits, 'client-renegotiation')).toContain('3 in one session, then');
    expect(judge(traits)).toEqual(['info client-renegotiation-accepted']);
  });

  it('is insecure where ServerHello has no renegotiation_info', async () => {
    const { traits } = await run([ended(11, null, false)]);
    expect(answers(traits)['insecure-renegotiation']).toBe('yes');
    const refused = await run([ended(0, ALERT, false)]);
    expect(answers(refused.traits)['insecure-renegotiation']).toBe('no');
  });

  it.each<[string, RenegotiationResult[]]>([
    ['silence', [ended(0, SILENCE)]],
    ["the server's own trouble", [ended(0, OTHER)]],
    ['no session', [UNKNOWN]],
    ['a close, and then no session', [ended(0, CLOSE), UNKNOWN]],
    ['a close, and then silence', [ended(0, CLOSE), ended(0, SILENCE)]],
  ])('is not known after %s', async (_, results) => {
    const { traits } = await run(results);
    expect(answers(traits)).toEqual(NOT_KNOWN);
    expect(renegotiation.unknown(traits)).toHaveLength(2);
    expect(judge(traits)).toEqual([]);
  });

  it('has a limit that is not known after a silence', async () => {
    const { traits } = await run([ended(5, SILENCE)]);
    expect(answers(traits)).toMatchObject({
      'client-renegotiation': 'yes',
      'client-renegotiation-limited': 'unknown',
    });
    // Whoever is not known to have a limit is not praised for one.
    expect(judge(traits)).toEqual(['warning client-renegotiation-accepted']);
  });

  it('after a close is what the second session shows', async () => {
    const { traits } = await run([ended(0, CLOSE), ended(11, null)]);
    expect(answers(traits)['client-renegotiation']).toBe('yes');
  });

  it('is not there in TLS 1.3, and no session is needed for that', async () => {
    const { traits, asked } = await run([], only('TLSv1.3', OF_13));
    expect(answers(traits)).toEqual(REFUSED);
    expect(asked).toEqual([]);
  });

  it('is not known where it is not known whether there is an old version', async () => {
    const protocols = [protocol('TLSv1.2', 'inconclusive'), protocol('TLSv1.3', 'accepted', [OF_13])];
    const { traits } = await run([], protocols);
    expect(answers(traits)).toEqual(NOT_KNOWN);
  });
});
