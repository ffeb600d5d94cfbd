import { describe, expect, it } from 'vitest';
import { judgeStaple, STAPLE_FINDINGS } from '../../src/checks/ocsp-staple.js';
import type { OcspReport } from '../../src/core/ocsp-report.js';

const report = (changes: Partial<OcspReport>): OcspReport => ({
  result: 'good',
  reason: null,
  responder: 'CN=CA',
  producedAt: '2026-01-10T11:00:00.000Z',
  thisUpdate: '2026-01-10T11:00:00.000Z',
  nextUpdate: '2026-01-11T12:00:00.000Z',
  revokedAt: null,
  revocationReason: null,
  ...changes,
});

const judge = (ocsp: OcspReport | null, mustStaple = false, stapleExpected = true): string[] =>
  judgeStaple({ ocsp, mustStaple, stapleExpected }).map(({ id, severity }) => `${id} ${severity}`);

describe('a staple', () => {
  it.each([true, false])('that is good, or says revoked, is no finding (must-staple: %s)', (mustStaple) => {
    expect(judge(report({}), mustStaple)).toEqual([]);
    // The verdict says it, with code 23.
    expect(judge(report({ result: 'revoked' }), mustStaple)).toEqual([]);
  });

  it.each(['stale', 'invalid', 'unknown'] as const)(
    'that is %s is a warning, and an error for a must-staple certificate',
    (result) => {
      expect(judge(report({ result, reason: 'why' }))).toEqual([`ocsp-${result} warning`]);
      expect(judge(report({ result, reason: 'why' }), true)).toEqual([`ocsp-${result} error`]);
    },
  );

  it('is missed only where the certificate demands it and a handshake was made', () => {
    expect(judge(null, true)).toEqual(['must-staple-without-staple error']);
    expect(judge(null, false)).toEqual([]);
    expect(judge(null, true, false)).toEqual([]);
  });

  it('is told with its reason, its responder and its times', () => {
    const [finding] = judgeStaple({
      ocsp: report({ result: 'stale', reason: 'it is out of date', nextUpdate: null }),
      mustStaple: false,
      stapleExpected: true,
    });
    expect(finding?.evidence).toBe(
      'it is out of date; responder CN=CA; thisUpdate 2026-01-10T11:00:00.000Z, nextUpdate none',
    );
    const unread = report({ result: 'invalid', reason: 'malformed', responder: null, thisUpdate: null });
    const [invalid] = judgeStaple({ ocsp: unread, mustStaple: true, stapleExpected: true });
    expect(invalid?.evidence).toBe('malformed');
    expect(invalid?.message).toMatch(/must-staple/);
  });

  it('has findings that all say what to do', () => {
    const all = [
      null,
      ...(['stale', 'invalid', 'unknown'] as const).map((result) => report({ result })),
    ].flatMap((ocsp) => judgeStaple({ ocsp, mustStaple: true, stapleExpected: true }));
    expect(all.map(({ id }) => id).sort()).toEqual([...STAPLE_FINDINGS].sort());
    for (const { fix, refs } of all) expect([fix, refs?.length]).not.toContain(undefined);
  });
});
