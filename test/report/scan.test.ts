import { describe, expect, it } from 'vitest';
import type {
  ScanConnections,
  ScanProtocolReport,
  ScanReport,
  ScanSuite,
} from '../../src/core/scan-report.js';
import { renderText } from '../../src/report/index.js';
import { pass } from './samples.js';

const suite = (name: string, id: string): ScanSuite => ({
  name,
  iana: null,
  id,
  bits: 128,
  keyExchange: 'ECDHE',
  group: 'x25519',
  groupBits: 253,
  certificate: 'rsa 2048',
});

const GCM = suite('ECDHE-RSA-AES128-GCM-SHA256', '0xc02f');
const CBC = suite('ECDHE-RSA-AES128-SHA', '0xc013');

const protocol = (
  name: ScanProtocolReport['name'],
  suites: readonly ScanSuite[],
  more: Partial<ScanProtocolReport> = {},
): ScanProtocolReport => ({
  name,
  answer: 'accepted',
  evidence: 'ServerHello',
  suites,
  order: 'server',
  unknown: null,
  ...more,
});

const connections: ScanConnections = {
  made: 12,
  quit: 1,
  halfOpen: 8,
  throttled: 3,
  waitedMs: 7_000,
  leftUndone: 2,
  stoppedBy: null,
};

function textOf(scan: Partial<ScanReport>): string {
  const report = { ...pass, scan: { connections, checks: [], unknown: [], ...scan } };
  return renderText(report, { color: false, width: 200, verbose: false });
}

const rowOf = (text: string, begin: string): string =>
  text.split('\n').find((line) => line.trim().startsWith(begin)) ?? '';

describe('the text of a scan', () => {
  it('has a row a suite and a column a version, with a mark for every pair', () => {
    const text = textOf({ protocols: [protocol('TLSv1', [CBC]), protocol('TLSv1.2', [GCM, CBC])] });
    expect(rowOf(text, 'ECDHE-RSA-AES128-GCM-SHA256')).toMatch(
      /SHA256 +- +\+ +128 bits, ECDHE x25519, rsa 2048$/,
    );
    expect(rowOf(text, 'ECDHE-RSA-AES128-SHA ')).toMatch(/SHA +\+ +\+ /);
    expect(text).toMatch(/^ +1\.0 +1\.2 *$/m);
  });

  // A blank or a minus would read as a no.
  it('has a question mark where nothing is known', () => {
    const unknown = { count: 300, reason: 'the server greeted with 421' };
    const text = textOf({
      protocols: [
        protocol('SSLv3', [], { answer: 'inconclusive', evidence: 'no answer', order: 'unknown' }),
        protocol('TLSv1', [CBC], { unknown }),
        protocol('TLSv1.2', [GCM]),
      ],
      groups: [{ protocol: 'TLSv1.3', accepted: [], notOffered: [], skipped: null, unknown }],
      tolerance: [{ id: 'large-hello-tolerance', answer: 'unknown', evidence: 'not reached' }],
      unknown: ['TLSv1: 300 suites (the server greeted with 421)'],
    });
    expect(rowOf(text, 'SSLv3')).toMatch(/SSLv3 +\? +no answer$/);
    expect(rowOf(text, 'TLSv1 ')).toContain('300 not known (the server greeted with 421)');
    expect(rowOf(text, 'ECDHE-RSA-AES128-GCM-SHA256')).toMatch(/SHA256 +\? +\+ /);
    expect(rowOf(text, 'groups 1.3')).toContain('? 300 not known');
    expect(rowOf(text, 'large-hello-tolerance')).toMatch(/\? +not reached$/);
    expect(rowOf(text, 'not known:')).toContain('TLSv1: 300 suites');
  });

  it('does not say no of what --quick does not ask for', () => {
    const text = textOf({
      protocols: [
        protocol('TLSv1', [CBC], { partial: true, order: 'unknown' }),
        protocol('TLSv1.2', [GCM], { partial: true, order: 'unknown' }),
      ],
    });
    expect(rowOf(text, 'TLSv1.2')).toContain('weak suites alone were asked for');
    expect(rowOf(text, 'ECDHE-RSA-AES128-GCM-SHA256')).toMatch(/SHA256 +\+ +128 bits/);
  });

  it('has no blanks at the end of a line, as a table whose last column was empty had', () => {
    const trait = { id: 'tls-enforced', answer: 'yes', evidence: 'seen' } as const;
    const text = textOf({ protocols: [protocol('TLSv1.2', [GCM], {})], smtp: [trait] });
    expect(text).toMatch(/^ +tls-enforced +yes$/m);
    expect(text).not.toMatch(/ $/m);
  });

  it('says what became of the connections', () => {
    expect(rowOf(textOf({}), 'connections:')).toBe(
      ' connections: 12: 1 ended with QUIT, 8 left in the handshake, 3 put off by the server, 7 s waited for it, 2 questions left unasked',
    );
  });

  it('lets nothing of a server at the terminal', () => {
    const evidence = '220 \u001b[2J\u202e';
    const text = textOf({
      smtp: [{ id: 'tls-enforced', answer: 'unknown', evidence }],
      unknown: [evidence],
    });
    expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(text).toContain('\\x1b[2J');
  });
});
