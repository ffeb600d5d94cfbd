import { describe, expect, it } from 'vitest';
import type { ScanContext, SmtpAnswer, SmtpExchange } from '../../../src/checks/scan/context.js';
import { judgePort } from '../../../src/checks/scan/smtp-findings.js';
import { smtp } from '../../../src/checks/scan/smtp.js';
import { SmtpcheckError, type ErrorCode } from '../../../src/core/errors.js';
import type { EhloKeyword } from '../../../src/core/report.js';
import { noSmtpFacts } from '../../../src/core/smtp-facts.js';
import type { Target } from '../../../src/core/target.js';
import type { ProbeFacts } from '../../../src/core/tls-facts.js';
import { fakeContext } from './support.js';

const keyword = (text: string): EhloKeyword => {
  const [word = '', ...params] = text.split(' ');
  return { keyword: word, params };
};

interface Server {
  readonly port?: number;
  readonly mode?: Target['mode'];
  readonly ehlo?: readonly string[];
  readonly inside?: readonly string[] | null;
  /** Replies by verb; the connection ends where there is none. */
  readonly clear?: Readonly<Record<string, string>>;
  /** The same inside TLS. */
  readonly secure?: Readonly<Record<string, string>>;
}

const answer = (text: string): SmtpAnswer => ({
  code: Number(text.slice(0, 3)),
  enhanced: /^\d{3} (\d\.\d+\.\d+)/.exec(text)?.[1] ?? null,
  text: text.slice(4),
});

function contextOf(server: Server): { ctx: ScanContext; said: string[] } {
  const { port = 25, mode = 'starttls', ehlo = ['STARTTLS'], inside = [], clear = {}, secure = {} } = server;
  const said: string[] = [];
  const speak = (
    { lines }: SmtpExchange,
    says: Readonly<Record<string, string>>,
  ): ReturnType<ScanContext['inClear']> => {
    const replies: (SmtpAnswer | null)[] = [];
    for (const line of lines) {
      const text = typeof line === 'string' ? line : line(replies);
      if (text === null) {
        replies.push(null);
        continue;
      }
      said.push(text);
      const reply = says[text.split(' ')[0] ?? ''];
      if (reply === undefined) return Promise.resolve({ kind: 'done', replies, cut: 'it closed' });
      replies.push(answer(reply));
    }
    return Promise.resolve({ kind: 'done', replies, cut: null });
  };
  const facts = {
    ...noSmtpFacts(),
    ehlo: mode === 'implicit' ? null : ehlo.map(keyword),
    ehloAfterTls: inside?.map(keyword) ?? null,
  };
  const target: Target = { host: 'mail.example.org', port, mode, literal: 0 };
  const ctx = fakeContext(
    () => {
      throw new Error('no hello is due');
    },
    {
      target,
      base: { smtp: facts } as unknown as ProbeFacts,
      inClear: (exchange) => speak(exchange, clear),
      insideTls: (exchange) => speak(exchange, secure),
    },
  );
  return { ctx, said };
}

async function run(server: Server): Promise<{
  traits: Record<string, string>;
  findings: string[];
  unknown: readonly string[];
  said: string[];
}> {
  const { ctx, said } = contextOf(server);
  const data = await smtp.run(ctx);
  const asked = { target: ctx.target, scan: { smtp: data } } as Parameters<typeof smtp.judge>[1];
  const findings = smtp.judge(data, asked);
  for (const { id } of findings) expect(smtp.ids).toContain(id);
  return {
    traits: Object.fromEntries(data.map((one) => [one.id, one.answer])),
    findings: findings.map(({ id, severity }) => `${severity} ${id}`),
    unknown: smtp.unknown(data),
    said,
  };
}

const OK = '250 2.1.0 Ok';
const STARTTLS_FIRST = '530 5.7.0 Must issue a STARTTLS command first';
/** An MX as Postfix has it. */
const MX: Server = {
  ehlo: ['PIPELINING', 'SIZE 10240000', 'STARTTLS', '8BITMIME'],
  inside: ['PIPELINING', 'SIZE 10240000', '8BITMIME'],
  clear: { MAIL: OK, RSET: '250 2.0.0 Ok', AUTH: '503 5.5.1 Error: authentication not enabled' },
};
/** A submission service as Postfix has it with smtpd_tls_security_level=encrypt. */
const SUBMISSION: Server = {
  port: 587,
  ehlo: ['PIPELINING', 'STARTTLS', '8BITMIME'],
  inside: ['PIPELINING', 'AUTH PLAIN LOGIN', '8BITMIME'],
  clear: { MAIL: STARTTLS_FIRST, AUTH: STARTTLS_FIRST },
};

describe('SMTP around TLS', () => {
  it('of an MX is fine, in one session that asks for nothing', async () => {
    const { traits, findings, unknown, said } = await run(MX);
    expect(traits).toEqual({
      'starttls-offered': 'yes',
      'starttls-offered-after-tls': 'no',
      'capabilities-lost': 'no',
      'capabilities-gained': 'no',
      'auth-offered-before-tls': 'no',
      'auth-offered-inside-tls': 'no',
      'auth-accepted-before-tls': 'no',
      'tls-enforced': 'no',
    });
    expect([findings, unknown]).toEqual([[], []]);
    expect(said).toEqual(['MAIL FROM:<>', 'RSET', 'AUTH PLAIN']);
  });

  it('of a submission service is fine when it insists on TLS', async () => {
    const { traits, findings, unknown, said } = await run(SUBMISSION);
    expect(traits).toMatchObject({
      'port-mixed-up': 'no',
      'auth-offered-inside-tls': 'yes',
      'auth-accepted-before-tls': 'no',
      'tls-enforced': 'yes',
    });
    expect([findings, unknown]).toEqual([[], []]);
    // Nothing was begun, so nothing is taken back.
    expect(said).toEqual(['MAIL FROM:<>', 'AUTH PLAIN']);
  });

  it('is said in the clear nowhere where TLS comes first', async () => {
    const { traits, findings, said } = await run({ port: 465, mode: 'implicit', inside: ['AUTH PLAIN'] });
    expect(traits).toEqual({
      'port-mixed-up': 'no',
      'starttls-offered-after-tls': 'no',
      'auth-offered-inside-tls': 'yes',
    });
    expect([findings, said]).toEqual([[], []]);
  });

  it('of LMTP has no AUTH to ask for', async () => {
    const { traits, findings, said } = await run({ ...MX, port: 24, mode: 'lmtp' });
    expect(traits).not.toHaveProperty('auth-accepted-before-tls');
    expect([findings, said]).toEqual([[], ['MAIL FROM:<>', 'RSET']]);
  });
});

describe('AUTH in the clear', () => {
  const taken = { ...SUBMISSION.clear, AUTH: '334 ', '*': '501 5.7.0 Authentication aborted' };

  it('that is taken is an error, and is broken off', async () => {
    const { findings, said } = await run({ ...SUBMISSION, clear: taken });
    expect(findings).toContain('error auth-accepted-before-tls');
    expect(said.slice(-2)).toEqual(['AUTH PLAIN', '*']);
  });

  it('is asked for with a mechanism that there is', async () => {
    const { said } = await run({ ...SUBMISSION, inside: ['AUTH LOGIN'] });
    expect(said).toContain('AUTH LOGIN');
  });

  it.each([
    ['454 4.7.0 temporary', 'unknown'],
    ['421 4.3.0 closing', 'unknown'],
    ['538 5.7.11 encryption required', 'no'],
    ['504 5.5.4 unrecognised', 'no'],
  ])('answered with %s is %s', async (reply, expected) => {
    const { traits, unknown } = await run({ ...SUBMISSION, clear: { ...SUBMISSION.clear, AUTH: reply } });
    expect(traits['auth-accepted-before-tls']).toBe(expected);
    expect(unknown).toHaveLength(expected === 'unknown' ? 1 : 0);
  });

  it('is not known when the server goes away', async () => {
    const { traits } = await run({ ...SUBMISSION, clear: { MAIL: STARTTLS_FIRST } });
    expect(traits).toMatchObject({ 'auth-accepted-before-tls': 'unknown', 'tls-enforced': 'yes' });
  });

  it('offered on port 25 is a finding', async () => {
    expect((await run({ ...MX, inside: ['AUTH PLAIN'] })).findings).toContain('warning auth-on-mx');
  });
});

describe('TLS that is not insisted on', () => {
  it.each<[string, number, string, string, string[]]>([
    ['taken on 587', 587, OK, 'no', ['warning tls-not-enforced']],
    ['taken on a port of its own with AUTH', 2525, OK, 'no', ['warning tls-not-enforced']],
    ['refused on 25', 25, STARTTLS_FIRST, 'yes', ['warning tls-required-on-mx']],
    ['refused by 5.7.10', 587, '550 5.7.10 Encryption needed', 'yes', []],
    ['refused by 538', 587, '538 5.7.11 no', 'yes', []],
    [
      'refused for want of a login, which there is none without TLS',
      587,
      '530 5.7.0 Authentication required',
      'yes',
      [],
    ],
    ['refused for another reason on 25', 25, '550 5.7.1 blocked', 'no', []],
    ['put off', 25, '451 4.3.0 later', 'unknown', []],
  ])('MAIL %s', async (_, port, mail, expected, findings) => {
    const { traits, findings: found } = await run({
      ...SUBMISSION,
      port,
      ehlo: ['STARTTLS'],
      inside: port === 25 ? [] : ['AUTH PLAIN'],
      clear: { MAIL: mail, RSET: '250 2.0.0 Ok', AUTH: '503 5.5.1 no' },
    });
    expect(traits['tls-enforced']).toBe(expected);
    expect(found).toEqual(findings);
  });

  // Such as a rule about senders, which is asked after TLS and login, or before.
  it.each<[string, Readonly<Record<string, string>>, string, string[]]>([
    ['the same inside TLS', { MAIL: '550 5.7.1 blocked' }, 'no', ['warning tls-not-enforced']],
    ['taken inside TLS', { MAIL: OK, RSET: '250 2.0.0 Ok' }, 'yes', []],
    ['refused for want of a login inside TLS', { MAIL: '530 5.7.0 Authentication required' }, 'yes', []],
    ['refused in other words inside TLS', { MAIL: '550 5.7.1 get off' }, 'unknown', []],
    ['put off inside TLS', { MAIL: '451 4.3.0 later' }, 'unknown', []],
    ['not answered inside TLS', {}, 'unknown', []],
  ])('MAIL refused for another reason on 587, and %s', async (_, secure, expected, findings) => {
    const { traits, findings: found } = await run({
      ...SUBMISSION,
      clear: { MAIL: '550 5.7.1 blocked', AUTH: '503 5.5.1 no' },
      secure,
    });
    expect(traits['tls-enforced']).toBe(expected);
    expect(found).toEqual(findings);
  });

  it('a login in the clear that mail hangs on is no insisting', async () => {
    const { traits, findings } = await run({
      ...SUBMISSION,
      clear: { MAIL: '530 5.7.0 Authentication required', AUTH: '334 ', '*': '501 5.7.0 aborted' },
    });
    expect(traits['tls-enforced']).toBe('no');
    expect(findings).toEqual(['warning tls-not-enforced', 'error auth-accepted-before-tls']);
  });
});

describe('capabilities', () => {
  it('that appear and vanish are told apart from those that should', async () => {
    const { ctx } = contextOf({
      ...MX,
      ehlo: ['PIPELINING', 'STARTTLS', 'AUTH=LOGIN', 'dsn', 'CHUNKING'],
      inside: ['PIPELINING', 'AUTH PLAIN', 'DSN', 'REQUIRETLS'],
    });
    const data = await smtp.run(ctx);
    expect(data.filter(({ id }) => id.startsWith('capabilities'))).toEqual([
      { id: 'capabilities-lost', answer: 'yes', evidence: 'CHUNKING' },
      { id: 'capabilities-gained', answer: 'yes', evidence: 'REQUIRETLS' },
    ]);
  });

  it('are not known where EHLO inside TLS had no answer', async () => {
    const { unknown, findings } = await run({ ...MX, inside: null });
    expect(unknown).toHaveLength(4);
    expect(findings).toEqual([]);
  });

  it('without end are not all shown', async () => {
    const { ctx } = contextOf({ ...MX, ehlo: Array.from({ length: 3000 }, (_, i) => `X${i}`) });
    const lost = (await smtp.run(ctx)).find(({ id }) => id === 'capabilities-lost');
    expect(lost?.evidence.length).toBeLessThan(200);
    expect(lost?.evidence).toMatch(/ and 2980 more$/);
  });

  it('of a server that offers STARTTLS again', async () => {
    const { traits } = await run({ ...MX, inside: ['StartTLS'] });
    expect(traits['starttls-offered-after-tls']).toBe('yes');
  });
});

describe('465 and 587', () => {
  it.each<[number, Target['mode'], string[]]>([
    [465, 'starttls', ['error starttls-on-465']],
    [587, 'implicit', ['error implicit-tls-on-587']],
    [465, 'implicit', []],
    [25, 'starttls', []],
    [2465, 'starttls', []],
  ])('port %i with %s', async (port, mode, expected) => {
    const { findings } = await run({ ...MX, port, mode });
    expect(findings).toEqual(expected);
  });

  it.each<[number, ErrorCode, string[]]>([
    [465, 'plaintext-on-implicit-tls', ['starttls-on-465']],
    [587, 'implicit-tls-port', ['implicit-tls-on-587']],
    [465, 'implicit-tls-port', []],
    [587, 'plaintext-on-implicit-tls', []],
    [25, 'implicit-tls-port', []],
    [587, 'silent', []],
  ])('port %i that does not get there: %s', (port, code, expected) => {
    const error = new SmtpcheckError(code, 'banner', 'why').toReport();
    const findings = judgePort({ port }, error);
    expect(findings.map(({ id }) => id)).toEqual(expected);
    expect(judgePort({ port }, null)).toEqual([]);
  });
});
