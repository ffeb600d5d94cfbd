import { describe, expect, it } from 'vitest';
import { authResult } from '../../src/checks/auth-result.js';
import { submission } from '../../src/checks/submission.js';
import { AUTH_CHECKS } from '../../src/checks/index.js';
import type { AuthFacts } from '../../src/core/auth-facts.js';
import type { AuthReport, AuthResult } from '../../src/core/auth-report.js';
import { noSmtpFacts } from '../../src/core/smtp-facts.js';
import { keywords } from '../report/sample-parts.js';

const AUTH: AuthReport = {
  mechanism: 'PLAIN',
  result: 'accepted',
  reply: { code: 235, enhanced: '2.7.0', text: '2.7.0 ok' },
  reason: null,
  channelBinding: null,
  iterations: null,
  user: 'alice',
  authzid: null,
  offered: ['PLAIN'],
  offeredBeforeTls: [],
  mailBeforeAuth: 'refused',
};

function facts(auth: Partial<AuthReport>, changes: Partial<AuthFacts> = {}): AuthFacts {
  const smtp = {
    ...noSmtpFacts(),
    ehlo: keywords('SIZE', 'STARTTLS'),
    ehloAfterTls: keywords('SIZE', 'AUTH PLAIN'),
  };
  return {
    source: 'server',
    target: { host: 'mail.example.org', port: 587, mode: 'starttls', literal: 0 },
    smtp,
    smtpReport: null,
    tls: null,
    handshakeCompleted: true,
    opensslAsked: true,
    chain: null,
    chainUnread: false,
    certificateSent: true,
    verify: null,
    publicAnchor: false,
    ocsp: null,
    asked: {
      pins: { versionPinned: false },
      alpn: [],
      certificatePins: [],
      expiresWithinMs: null,
      judgeChain: true,
      nameUnknown: false,
      now: 0,
    },
    ...changes,
    auth: { ...AUTH, ...auth },
  };
}

const found = (input: AuthFacts): string[] =>
  [authResult, submission].flatMap((check) =>
    check.judge(input).map(({ id, severity }) => `${severity} ${id}`),
  );

describe('the checks of a login', () => {
  it('have ids of their own beside those of tls', () => {
    const ids = AUTH_CHECKS.flatMap((check) => [...new Set(check.ids)]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('find nothing about a login that worked', () => {
    expect(found(facts({}))).toEqual([]);
  });

  it.each<readonly [AuthResult, string[]]>([
    ['rejected', ['error auth-rejected']],
    ['mechanism-refused', ['error auth-mechanism-refused']],
    ['encryption-required', ['error auth-encryption-required']],
    ['not-offered', ['error auth-not-offered']],
    ['not-attempted', ['error auth-not-attempted']],
    ['server-not-authenticated', ['error auth-server-not-authenticated']],
    // No verdict: the report's error makes it inconclusive.
    ['temporary-failure', []],
  ])('%s', (result, expected) => {
    expect(found(facts({ result, reason: 'why' }))).toEqual(expected);
  });

  it('name the attempt that failed among several, with the server’s words', () => {
    const failed = {
      ...AUTH,
      mechanism: 'LOGIN',
      result: 'rejected',
      reply: { code: 535, enhanced: null, text: 'no' },
    } as const;
    const [finding] = authResult.judge(facts({ attempts: [AUTH, failed] }));
    expect(finding).toMatchObject({ id: 'auth-rejected', evidence: 'LOGIN: 535 no' });
  });

  it('say nothing of AUTH where the dialogue did not come to it', () => {
    const smtp = { ...noSmtpFacts(), ehlo: keywords('SIZE') };
    expect(found(facts({ result: 'not-attempted' }, { smtp }))).toEqual([]);
  });

  it.each<readonly [string, Partial<AuthReport>, string[]]>([
    ['1000 iterations', { mechanism: 'SCRAM-SHA-256', iterations: 1000 }, ['warning scram-few-iterations']],
    ['4096 iterations', { mechanism: 'SCRAM-SHA-256', iterations: 4096 }, []],
    [
      'bound to the certificate',
      { mechanism: 'SCRAM-SHA-256-PLUS', channelBinding: 'tls-server-end-point' },
      ['info channel-binding-weak'],
    ],
    ['bound to the session', { mechanism: 'SCRAM-SHA-256-PLUS', channelBinding: 'tls-exporter' }, []],
    ['AUTH taken before TLS', { plaintext: 'accepted' }, ['error auth-accepted-before-tls']],
    ['AUTH refused before TLS', { plaintext: 'refused' }, []],
    ['mail without AUTH', { mailBeforeAuth: 'accepted' }, ['info mail-without-auth']],
  ])('%s', (_what, auth, expected) => {
    expect(found(facts(auth))).toEqual(expected);
  });

  it('AUTH on port 25 serves those who guess passwords; MAIL FROM without it is what the port is for', () => {
    const target = { host: 'mx.example.org', port: 25, mode: 'starttls', literal: 0 } as const;
    expect(found(facts({ mailBeforeAuth: 'accepted' }, { target }))).toEqual(['warning auth-on-mx']);
    expect(found(facts({ offered: [] }, { target }))).toEqual([]);
  });

  it('capabilities that are gone inside TLS, but for those that should be', () => {
    const smtp = {
      ...noSmtpFacts(),
      ehlo: keywords('Size', 'STARTTLS', 'AUTH PLAIN', 'DSN'),
      ehloAfterTls: keywords('SIZE'),
    };
    const [finding, ...rest] = submission.judge(facts({}, { smtp }));
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ id: 'capabilities-lost', severity: 'info', evidence: 'DSN' });
  });
});
