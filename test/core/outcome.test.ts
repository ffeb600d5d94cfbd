import { describe, expect, it } from 'vitest';
import { ERROR_OUTCOMES, SmtpcheckError, type ErrorCode, type ReportError } from '../../src/core/errors.js';
import type { Finding, Severity } from '../../src/core/finding.js';
import { combineExitCodes, decideOutcome, EXIT, exitCodeOf } from '../../src/core/outcome.js';

function error(code: ErrorCode): ReportError {
  return new SmtpcheckError(code, 'banner', 'x').toReport();
}

function finding(severity: Severity): Finding {
  return { id: 'x', severity, message: 'x' };
}

/** Design section 3, code by code: outcome of a probe that ended in this error, and its exit code. */
const PROMISED: Readonly<Record<ErrorCode, readonly [string, number]>> = {
  usage: ['error', 2],
  'connections-exhausted': ['inconclusive', 4],
  'scan-incomplete': ['inconclusive', 4],
  'ca-unreadable': ['error', 2],
  'ca-empty': ['error', 2],
  'crl-malformed': ['error', 2],
  'file-unreadable': ['error', 2],
  'dns-not-found': ['error', 3],
  'dns-timeout': ['inconclusive', 4],
  'connection-refused': ['error', 3],
  'connect-timeout': ['error', 3],
  unreachable: ['error', 3],
  'proxy-unreachable': ['inconclusive', 4],
  'proxy-auth': ['inconclusive', 4],
  'proxy-refused': ['inconclusive', 4],
  'proxy-failed': ['inconclusive', 4],
  'proxy-timeout': ['inconclusive', 4],
  'not-a-proxy': ['inconclusive', 4],
  'not-smtp': ['error', 3],
  'implicit-tls-port': ['error', 3],
  'plaintext-on-implicit-tls': ['fail', 1],
  silent: ['inconclusive', 4],
  'deadline-exceeded': ['inconclusive', 4],
  'connection-closed': ['inconclusive', 4],
  'connection-reset': ['inconclusive', 4],
  'greeting-rejected': ['inconclusive', 4],
  'reply-malformed': ['inconclusive', 4],
  'reply-too-large': ['inconclusive', 4],
  'reply-out-of-turn': ['inconclusive', 4],
  'ehlo-rejected': ['inconclusive', 4],
  'service-closing': ['inconclusive', 4],
  'reconnect-failed': ['inconclusive', 4],
  'starttls-not-offered': ['fail', 1],
  'starttls-refused': ['fail', 1],
  'starttls-temporary': ['inconclusive', 4],
  'tls-alert-rejected': ['fail', 1],
  'tls-alert-other': ['inconclusive', 4],
  'tls-garbled': ['inconclusive', 4],
  'certificate-malformed': ['inconclusive', 4],
  'tls-local-refusal': ['inconclusive', 4],
  'library-cannot-offer': ['inconclusive', 4],
  'client-certificate-required': ['fail', 1],
  'client-certificate-rejected': ['fail', 1],
  'ehlo-after-tls-rejected': ['fail', 1],
  'credentials-unusable': ['error', 2],
  'auth-temporary': ['inconclusive', 4],
  'sasl-protocol': ['fail', 1],
  'server-not-authenticated': ['fail', 1],
  interrupted: ['inconclusive', 130],
  terminated: ['inconclusive', 143],
  internal: ['error', 70],
};

describe('one target', () => {
  it.each(Object.keys(ERROR_OUTCOMES) as ErrorCode[])('%s gives what the design says', (code) => {
    const outcome = decideOutcome([], error(code), 'error');
    expect([outcome, exitCodeOf(outcome, error(code))]).toEqual(PROMISED[code]);
  });

  it.each([
    [[], 'pass', 'pass'],
    [['info'], 'pass', 'pass'],
    [['warning'], 'pass', 'fail'],
    [['error'], 'fail', 'fail'],
    [['info', 'warning', 'error'], 'fail', 'fail'],
  ] as const)(
    'with findings %j and no error is %s, and with --fail-on warning %s',
    (severities, normal, strict) => {
      const findings = severities.map(finding);
      expect(decideOutcome(findings, undefined, 'error')).toBe(normal);
      expect(decideOutcome(findings, undefined, 'warning')).toBe(strict);
    },
  );

  it('never passes with an error, whatever it is', () => {
    for (const code of Object.keys(ERROR_OUTCOMES) as ErrorCode[]) {
      const outcome = decideOutcome([finding('info')], error(code), 'error');
      expect(outcome).not.toBe('pass');
      expect(exitCodeOf(outcome, error(code))).not.toBe(EXIT.pass);
    }
  });

  it('fails for what was measured, also when the probe was cut off', () => {
    expect(decideOutcome([finding('error')], error('connection-reset'), 'error')).toBe('fail');
    expect(decideOutcome([finding('warning')], error('connection-reset'), 'error')).toBe('inconclusive');
  });

  it('says that it was interrupted, whatever was measured by then', () => {
    const outcome = decideOutcome([finding('error')], error('interrupted'), 'error');
    expect(exitCodeOf(outcome, error('interrupted'))).toBe(EXIT.interrupted);
  });
});

describe('several targets', () => {
  // Design section 3; 2 can only meet another code through --save-chain, and must not hide a server that fails.
  const worstFirst = [130, 143, 70, 1, 2, 4, 3, 0];

  it('combine to the worst, whatever the order and the company', () => {
    for (const [i, worse] of worstFirst.entries()) {
      for (const better of worstFirst.slice(i)) {
        expect(combineExitCodes([worse, better])).toBe(worse);
        expect(combineExitCodes([better, worse])).toBe(worse);
        expect(combineExitCodes([0, better, worse, better, 0])).toBe(worse);
      }
    }
  });

  it('that are none, or unknown, are a bug and never a pass', () => {
    expect(combineExitCodes([])).toBe(EXIT.bug);
    expect(combineExitCodes([99])).toBe(EXIT.bug);
    expect(combineExitCodes([NaN])).toBe(EXIT.bug);
  });

  it('with an unknown code among passes are no pass', () => {
    expect(combineExitCodes([0, 99])).not.toBe(EXIT.pass);
  });
});
