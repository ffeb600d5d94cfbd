import { describe, expect, it } from 'vitest';
import type { ResumeRequest, ResumeResult } from '../../../src/checks/scan/context.js';
import { sessions } from '../../../src/checks/scan/sessions.js';
import { no, yes } from '../../../src/checks/scan/trait.js';
import type { ScanProtocolReport, ScanTrait } from '../../../src/core/scan-report.js';
import {
  answers,
  contextWith,
  CURRENT,
  evidenceOf,
  GCM,
  OF_13,
  only,
  protocol,
} from './behaviour-support.js';
import { NOTHING_ASKED, REJECTED } from './support.js';

type Done = Extract<ResumeResult, { kind: 'done' }>;

const done = (changes: Partial<Done>): ResumeResult => ({
  kind: 'done',
  offered: null,
  resumed: false,
  ticketLifetime: null,
  maxEarlyData: 0,
  ...changes,
});
const TICKET = done({ offered: 'ticket', resumed: true, ticketLifetime: 7200 });
const SESSION_ID = done({ offered: 'session-id', resumed: true });
const PSK = done({ offered: 'psk', resumed: true, ticketLifetime: 7200 });
const NOTHING = done({});
const UNKNOWN: ResumeResult = { kind: 'unknown', reason: 'put off' };

/** The results by what was asked: `1.3`, `ticket`, `id`. */
async function run(
  results: Readonly<Record<string, ResumeResult>>,
  protocols: readonly ScanProtocolReport[] = CURRENT,
): Promise<{ traits: readonly ScanTrait[]; asked: string[] }> {
  const asked: string[] = [];
  const nameOf = ({ tls13, tickets }: ResumeRequest): string => (tls13 ? '1.3' : tickets ? 'ticket' : 'id');
  const ctx = contextWith(() => REJECTED, {
    facts: { protocols },
    resume: (request) => {
      const name = nameOf(request);
      asked.push(name);
      const result = results[name];
      if (result === undefined) throw new Error(`nobody should ask for ${name}`);
      return Promise.resolve(result);
    },
  });
  return { traits: await sessions.run(ctx), asked };
}

const judge = (traits: readonly ScanTrait[]): string[] =>
  sessions
    .judge(traits, { target: {} as never, scan: {}, asked: NOTHING_ASKED })
    .map(({ id, severity }) => `${severity} ${id}`);

describe('sessions', () => {
  it('are resumed in every way there is', async () => {
    const { traits, asked } = await run({ ticket: TICKET, id: SESSION_ID, '1.3': PSK });
    expect(answers(traits)).toEqual({
      'resumption-session-id': 'yes',
      'resumption-ticket': 'yes',
      'resumption-psk': 'yes',
      'early-data': 'no',
      'ticket-lifetime-within-a-week': 'yes',
    });
    expect(asked).toEqual(['ticket', 'id', '1.3']);
    expect(judge(traits)).toEqual([]);
    expect(sessions.unknown(traits)).toEqual([]);
  });

  it('of a server without tickets were asked by session ID already', async () => {
    const { traits, asked } = await run({ ticket: SESSION_ID }, only('TLSv1.2', GCM));
    expect(answers(traits)).toEqual({
      'resumption-session-id': 'yes',
      'resumption-ticket': 'no',
      'early-data': 'no',
    });
    expect(evidenceOf(traits, 'early-data')).toBe('the server has no TLS 1.3');
    expect(asked).toEqual(['ticket']);
  });

  it('are not resumed by a server that gives nothing, or makes a full handshake', async () => {
    const { traits } = await run({ ticket: NOTHING, '1.3': done({ offered: 'psk' }) });
    expect(answers(traits)).toMatchObject({
      'resumption-session-id': 'no',
      'resumption-ticket': 'no',
      'resumption-psk': 'no',
    });
    expect(evidenceOf(traits, 'resumption-session-id')).toBe(
      'the server gave no session that could be resumed',
    );
    expect(evidenceOf(traits, 'resumption-psk')).toContain('made a full handshake');
  });

  it('that could not be had leave what they would have shown unknown', async () => {
    const { traits } = await run({ ticket: UNKNOWN, id: UNKNOWN, '1.3': UNKNOWN });
    expect(new Set(Object.values(answers(traits)))).toEqual(new Set(['unknown']));
    expect(sessions.unknown(traits)).toHaveLength(4);
  });

  it('of versions that a server has not are no question', async () => {
    const { traits, asked } = await run({ '1.3': PSK }, only('TLSv1.3', OF_13));
    expect(Object.keys(answers(traits))).toEqual([
      'resumption-psk',
      'early-data',
      'ticket-lifetime-within-a-week',
    ]);
    expect(asked).toEqual(['1.3']);
  });

  it('of versions that are not known to be there are not known either', async () => {
    const protocols = [protocol('TLSv1.2', 'inconclusive'), protocol('TLSv1.3', 'inconclusive')];
    const { traits, asked } = await run({}, protocols);
    expect(new Set(Object.values(answers(traits)))).toEqual(new Set(['unknown']));
    expect(asked).toEqual([]);
  });

  it('with early data are a warning: who replays it sends mail twice', async () => {
    const early = done({ offered: 'psk', resumed: true, ticketLifetime: 60, maxEarlyData: 16_384 });
    const { traits } = await run({ ticket: TICKET, id: SESSION_ID, '1.3': early });
    expect(evidenceOf(traits, 'early-data')).toBe('max_early_data_size 16384 in NewSessionTicket');
    expect(judge(traits)).toEqual(['warning early-data-offered']);
  });

  it('that last for more than a week are a warning, whichever version they are of', async () => {
    const long = done({ offered: 'ticket', resumed: true, ticketLifetime: 604_801 });
    const { traits } = await run({ ticket: long, id: SESSION_ID, '1.3': PSK });
    expect(evidenceOf(traits, 'ticket-lifetime-within-a-week')).toBe('604801 s in NewSessionTicket');
    expect(judge(traits)).toEqual(['warning ticket-lifetime-long']);
    const week = await run({
      ticket: { ...long, ticketLifetime: 604_800 } as Done,
      id: SESSION_ID,
      '1.3': PSK,
    });
    expect(judge(week.traits)).toEqual([]);
  });

  it('make only findings that they list', () => {
    expect(
      judge([yes('early-data', ''), no('ticket-lifetime-within-a-week', '')]).map((one) => one.split(' ')[1]),
    ).toEqual(sessions.ids);
  });
});
