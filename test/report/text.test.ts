import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import type { ResumptionReport } from '../../src/core/resumption-report.js';
import { renderText } from '../../src/report/index.js';
import { columns } from '../../src/report/wrap.js';
import { expectGolden } from '../support/golden.js';
import { DANGEROUS, POISON, poison } from './hostile.js';
import { TLS13 } from './sample-parts.js';
import { dnsError, expiredWrongName, incompleteChain, pass, SAMPLES, starttlsRefused } from './samples.js';

const PLAIN = { color: false, width: 80, verbose: false } as const;
const VERBOSE = { ...PLAIN, verbose: true } as const;

describe('text output', () => {
  it.each(Object.keys(SAMPLES))('golden: %s', (name) => {
    expectGolden(`text/${name}.txt`, renderText(SAMPLES[name] as Report, PLAIN));
  });

  it.each(['pass', 'expired-wrong-name'])('golden, verbose: %s', (name) => {
    expectGolden(`text/${name}.verbose.txt`, renderText(SAMPLES[name] as Report, VERBOSE));
  });

  it('fits a good server on one screen', () => {
    expect(renderText(pass, PLAIN).split('\n').length).toBeLessThanOrEqual(26);
  });

  it('colours only when asked to, and colour changes nothing but colour', () => {
    for (const report of Object.values(SAMPLES)) {
      const plain = renderText(report, VERBOSE);
      const colored = renderText(report, { ...VERBOSE, color: true });
      expect(plain).not.toContain('\x1b');
      expect(colored).toContain('\x1b[');
      expect(colored.replace(/\x1b\[[0-9;]+m/g, '')).toBe(plain);
    }
  });

  it.each([40, 57, 80, 132])('keeps every line within %d columns', (width) => {
    for (const report of [...Object.values(SAMPLES), poison(expiredWrongName, POISON.repeat(3))]) {
      for (const line of renderText(report, { ...VERBOSE, width }).split('\n')) {
        expect(columns(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  it('wraps at 80 where the width is unknown, and never where it is infinite', () => {
    expect(renderText(pass, { ...PLAIN, width: 0 })).toBe(renderText(pass, PLAIN));
    expect(renderText(pass, { ...PLAIN, width: NaN })).toBe(renderText(pass, PLAIN));
    expect(renderText(pass, { ...PLAIN, width: Infinity })).toMatch(/^ *time: dns 2\.3, .*; 1 connection$/m);
  });
});

describe('whether the session was resumed', () => {
  const resumed: ResumptionReport = {
    offered: 'psk',
    ticketsIssued: 2,
    lifetimeHintSeconds: 7200,
    resumed: true,
    reason: null,
    protocol: 'TLSv1.3',
    cipher: TLS13.cipher,
  };

  it.each<readonly [Partial<ResumptionReport>, string]>([
    [{}, 'yes, by ticket (PSK), lifetime 7200 s'],
    [{ offered: 'ticket', lifetimeHintSeconds: null }, 'yes, by ticket'],
    [{ offered: 'session-id', ticketsIssued: 0, lifetimeHintSeconds: null }, 'yes, by session ID'],
    [
      { resumed: false, reason: 'the server made a full handshake' },
      'no: the server made a full handshake (ticket (PSK) offered, 2 tickets issued, lifetime 7200 s)',
    ],
    [
      {
        offered: null,
        ticketsIssued: 0,
        lifetimeHintSeconds: null,
        resumed: false,
        reason: 'the server gave none',
      },
      'no: the server gave none',
    ],
    [
      { offered: null, ticketsIssued: 1, resumed: null, reason: '127.0.0.1:25 refused the connection' },
      'not known: 127.0.0.1:25 refused the connection (1 ticket issued, lifetime 7200 s)',
    ],
  ])('%j', (changes, expected) => {
    const report: Report = { ...pass, tls: { ...TLS13, resumption: { ...resumed, ...changes } } };
    const lines = renderText(report, { ...PLAIN, width: Infinity }).split('\n');
    expect(lines).toContain(`     resumed: ${expected}`);
  });
});

describe('text output of hostile text', () => {
  const whole: Report = {
    ...expiredWrongName,
    error: {
      code: 'tls-garbled',
      phase: 'handshake',
      message: 'x',
      hint: 'x',
      serverSaid: 'x',
      alert: 40,
    },
    chain: {
      sent: (expiredWrongName.chain?.sent ?? []).map((cert) => ({ ...cert, pem: 'x' })),
      path: expiredWrongName.chain?.path ?? [],
    },
    transcript: ['S: x', 'C: x', 'x'],
  };

  it.each(['pass', 'fail', 'inconclusive', 'error'] as const)(
    'is inert in every field, outcome %s',
    (outcome) => {
      for (const width of [40, 80, Infinity]) {
        const text = renderText({ ...poison(whole, POISON), outcome }, { ...VERBOSE, width });
        expect(text).not.toMatch(DANGEROUS);
      }
    },
  );

  it('never stands at the start of a line', () => {
    const forged = `${'x'.repeat(200)} ${'PASS  forged '.repeat(40)}\r\nPASS  forged\nPASS  forged`;
    const lines = renderText(
      { ...poison({ ...whole, chain: null }, forged), outcome: 'fail' },
      VERBOSE,
    ).split('\n');
    expect(lines.filter((line) => /^(?:PASS|x|forged)/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('FAIL  '))).toHaveLength(1);
  });

  it('shows a certificate by its own CN, not by one inside another attribute', () => {
    const [leaf] = pass.chain?.sent ?? [];
    if (leaf === undefined) throw new Error('the sample has no leaf');
    const first = (subject: string): string | undefined => {
      const certificate = { ...leaf, subject };
      const text = renderText({ ...pass, chain: { sent: [certificate], path: [certificate] } }, PLAIN);
      return /^ {3}0 (.*?) {2}/m.exec(text)?.[1];
    };
    expect(first('O=Evil\\, CN=trusted.example,CN=real.example')).toBe('real.example');
    expect(first('O="Evil, CN=trusted.example", CN=real.example')).toBe('real.example');
    expect(first('C=SE\nO=Example\nCN=real.example')).toBe('real.example');
    expect(first('O=No Common Name,C=SE')).toBe('O=No Common Name,C=SE');
    expect(first('')).toBe('(empty name)');
    expect(first('CN=a\\,b')).toBe('a,b');
  });
});

describe('what the text says', () => {
  const verdictOf = (report: Report): string =>
    renderText(report, { ...PLAIN, width: Infinity }).split('\n')[0] ?? '';

  it('names the first reason and how many more there are', () => {
    expect(verdictOf(expiredWrongName)).toBe(
      'FAIL  smtp.example.org:587  the certificate expired 12 days ago (and 1 more)',
    );
    expect(
      verdictOf({ ...pass, outcome: 'fail', findings: expiredWrongName.findings.slice(1, 2) }),
    ).toContain('extended master secret');
    expect(verdictOf({ ...pass, outcome: 'fail', findings: [] })).toContain('no reason was recorded');
    // A waiver covers the finding of the same name: the server did not get any further all the same.
    const error = { code: 'starttls-not-offered', phase: 'starttls', message: 'no STARTTLS' } as const;
    const waived = { id: 'starttls-not-offered', severity: 'info', message: 'waived' } as const;
    expect(verdictOf({ ...pass, outcome: 'fail', findings: [waived], error })).toContain('  no STARTTLS');
    expect(verdictOf({ ...dnsError, target: null })).toBe('ERROR  mx.exmaple.org does not resolve');
  });

  it('does not call a chain trusted that was not judged', () => {
    expect(verdictOf({ ...pass, verify: null })).toBe('PASS  mx.example.org:25  TLSv1.3, chain not verified');
    expect(verdictOf({ ...pass, verify: expiredWrongName.verify })).toContain('verify error 10 not judged');
  });

  it('prints the verify line in the words of OpenSSL', () => {
    expect(renderText(expiredWrongName, { ...PLAIN, width: Infinity })).toContain(
      'verify: 10 X509_V_ERR_CERT_HAS_EXPIRED (certificate has expired) at depth 0\n',
    );
  });

  it('sorts findings by severity, whatever their order', () => {
    const ids = (text: string): string[] =>
      [...text.matchAll(/^ {2}(error|warning|info) /gm)].map((m) => m[1] ?? '');
    const reversed = { ...expiredWrongName, findings: [...expiredWrongName.findings].reverse() };
    for (const report of [expiredWrongName, reversed]) {
      expect(ids(renderText(report, PLAIN))).toEqual(['error', 'error', 'warning', 'info']);
    }
  });

  it('gives the life of a certificate in days', () => {
    const [leaf] = pass.chain?.sent ?? [];
    const life = (change: object): string => {
      const certificate = { ...leaf, ...change } as NonNullable<typeof leaf>;
      return renderText({ ...pass, chain: { sent: [certificate], path: [certificate] } }, PLAIN);
    };
    expect(life({ daysLeft: 1 })).toContain('1 day left');
    expect(life({ daysLeft: 0 })).toContain('expires within a day');
    expect(life({ daysLeft: -1 })).toContain('expired 1 day ago');
    expect(life({ notBefore: '2030-01-01T00:00:00.000Z', daysLeft: 2000 })).toContain(
      'not valid before 2030-01-01',
    );
    expect(life({ daysLeft: NaN })).toContain('validity unreadable');
  });

  it('shows the chain as sent when no path was built', () => {
    const text = renderText(
      { ...pass, chain: { sent: pass.chain?.sent ?? [], path: [] }, verify: null },
      PLAIN,
    );
    expect(text).toContain('chain as sent, not verified');
    expect(text).not.toContain('from store');
  });

  it('says the message of an error that is not the reason of the verdict', () => {
    const text = renderText({ ...starttlsRefused, findings: expiredWrongName.findings }, PLAIN);
    expect(text).toContain('error: starttls-refused in phase starttls: the server refused STARTTLS');
  });

  it('names the alert that ended a handshake, after the measured failure', () => {
    const alert = {
      code: 'tls-alert-rejected',
      phase: 'handshake',
      message: 'handshake_failure',
      alert: 40,
    } as const;
    const text = renderText({ ...starttlsRefused, error: alert }, PLAIN);
    expect(text).toContain('error: tls-alert-rejected in phase handshake, TLS alert 40\n');
  });

  it('prints certificates in PEM where the report holds them', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const sent = (pass.chain?.sent ?? []).map((certificate) => ({ ...certificate, pem }));
    const text = renderText({ ...pass, chain: { sent, path: [] } }, PLAIN);
    expect(text).toContain(`\n# 0 CN=mx.example.org\n${pem}# 1 CN=E7,`);
  });

  it('marks the issuer that is missing and the certificate at fault', () => {
    const text = renderText(incompleteChain, PLAIN);
    expect(text).toMatch(/^ ✗ 0 mx\.example\.org /m);
    expect(text).toContain(' ✗ 1 └─ issuer not found: E7\n');
    expect(renderText(pass, PLAIN)).not.toContain('✗');
  });

  it('keeps the tree of a long chain on the screen', () => {
    const [leaf] = pass.chain?.path ?? [];
    if (leaf === undefined) throw new Error('the sample has no leaf');
    const path = Array.from({ length: 32 }, (_, i) => ({
      ...leaf,
      subject: `CN=ca-${i}`,
      sha256: String(i),
    }));
    const text = renderText({ ...pass, chain: { sent: [], path } }, PLAIN);
    for (let i = 0; i < 32; i += 1) expect(text).toContain(`ca-${i} `);
    expect(Math.max(...text.split('\n').map(columns))).toBeLessThanOrEqual(80);
  });
});
