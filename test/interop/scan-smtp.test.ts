import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { answers, scanPort, type ScanTestOptions } from '../scan/probe-scan.js';
import { startInjectionServer } from '../servers/injection.js';
import { findingIds, withServer } from '../support/probe.js';
import { chainFile } from './support/chain-file.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { startSaslPostfix, type SaslPostfix } from './support/sasl-postfix.js';

/* What a real Postfix says around TLS, on each of the services that it is set up with. */

const ready = requireTool('postfix');
const withLogin = ready && requireTool('dovecot');
const USER = { user: 'tester', password: 'secret' };

const smtpOf = async (port: number, options: ScanTestOptions = {}): Promise<Report> =>
  scanPort(port, { only: ['smtp', 'injection'], ...options });

describe.skipIf(!ready)('a Postfix on port 25', () => {
  let folder = '';
  let postfix: PostfixInstance;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smtpcheck-scan-smtp-'));
    postfix = await startPostfix({
      chainFiles: [chainFile(folder, 'good-rsa')],
      smtps: true,
      services: {
        required: { smtpd_tls_security_level: 'encrypt' },
        // One connection at a time, and few a minute: a scan of SMTP must fit.
        limited: {
          smtpd_client_connection_rate_limit: '4',
          smtpd_client_event_limit_exceptions: '',
        },
      },
    });
  });
  afterAll(async () => {
    await postfix.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is as it should be, and drops what comes behind STARTTLS', async () => {
    const report = await smtpOf(postfix.port);
    expect(answers(report.scan?.smtp)).toEqual({
      'starttls-offered': 'yes',
      'starttls-offered-after-tls': 'no',
      'capabilities-lost': 'no',
      'capabilities-gained': 'no',
      'auth-offered-before-tls': 'no',
      'auth-offered-inside-tls': 'no',
      'auth-accepted-before-tls': 'no',
      'tls-enforced': 'no',
    });
    expect(answers(report.scan?.injection)).toEqual({
      'command-injection': 'no',
      'command-answered-before-tls': 'no',
      'bytes-before-tls': 'no',
    });
    expect([report.exitCode, report.findings]).toEqual([0, []]);
  });

  it('sees QUIT in every session, and loses no connection', async () => {
    const before = postfix.log().length;
    const report = await smtpOf(postfix.port);
    const log = await logged(postfix, before, /disconnect from/g, 3);
    expect(report.scan?.connections).toMatchObject({ made: 3, quit: 3 });
    expect(log.match(/ quit=1 /g)).toHaveLength(3);
    expect(log).not.toMatch(/lost connection|improper|warning/);
  });

  it('that insists on TLS turns senders away', async () => {
    const report = await smtpOf(postfix.servicePorts['required'] ?? 0);
    const enforced = report.scan?.smtp?.find(({ id }) => id === 'tls-enforced');
    expect(enforced).toMatchObject({ answer: 'yes' });
    expect(enforced?.evidence).toMatch(/530 5\.7\.0 Must issue a STARTTLS command first$/);
    // It is no finding on a port that nobody knows.
    expect(report.exitCode).toBe(0);
  });

  it('with a limit of four connections a minute is asked in three', async () => {
    const report = await smtpOf(postfix.servicePorts['limited'] ?? 0);
    expect(report.scan?.connections).toMatchObject({ made: 3, throttled: 0 });
    expect(report.exitCode).toBe(0);
  });

  it('with TLS first has nothing in front of it', async () => {
    const report = await smtpOf(postfix.smtpsPort ?? 0, { mode: 'implicit' });
    expect(report.scan?.injection).toEqual([]);
    expect(answers(report.scan?.smtp)).toEqual({
      'starttls-offered-after-tls': 'no',
      'auth-offered-inside-tls': 'no',
    });
    expect([report.connections, report.exitCode]).toEqual([1, 0]);
  });

  it('with TLS first is named when STARTTLS was expected', async () => {
    const report = await smtpOf(postfix.smtpsPort ?? 0, { connectionMs: 1000 });
    expect(report.error?.code).toBe('implicit-tls-port');
  });

  it('with STARTTLS is named when TLS was expected first', async () => {
    const report = await smtpOf(postfix.port, { mode: 'implicit' });
    expect(report.error?.code).toBe('plaintext-on-implicit-tls');
  });
});

describe.skipIf(!withLogin)('a Postfix with logins', () => {
  let submission: SaslPostfix;
  beforeAll(async () => {
    submission = await startSaslPostfix({ users: [USER] });
  });
  afterAll(() => submission.stop());

  it.each<[keyof SaslPostfix['ports'], Record<string, string>, string[]]>([
    [
      'mandatoryTls',
      {
        'tls-enforced': 'yes',
        'auth-accepted-before-tls': 'no',
        'auth-offered-before-tls': 'no',
        'auth-offered-inside-tls': 'yes',
      },
      [],
    ],
    [
      'submission',
      { 'tls-enforced': 'no', 'auth-accepted-before-tls': 'no', 'auth-offered-before-tls': 'no' },
      ['tls-not-enforced'],
    ],
    [
      'cleartext',
      { 'tls-enforced': 'no', 'auth-accepted-before-tls': 'yes', 'auth-offered-before-tls': 'yes' },
      ['auth-before-tls', 'tls-not-enforced', 'auth-accepted-before-tls'],
    ],
    // MAIL FROM is refused for want of a login, and there is none to be had without TLS.
    ['demanding', { 'tls-enforced': 'yes', 'auth-accepted-before-tls': 'no' }, []],
  ])('%s', async (service, expected, findings) => {
    const report = await smtpOf(submission.ports[service]);
    expect(answers(report.scan?.smtp)).toMatchObject(expected);
    expect(answers(report.scan?.injection)).toMatchObject({ 'command-injection': 'no' });
    expect(findingIds(report)).toEqual(findings);
  });

  it('has nobody’s password tried', () => {
    expect(submission.logs()).not.toMatch(/authentication failed|sasl_username/);
  });
});

describe('a server that carries out what was injected', () => {
  it('is beside Postfix the one that is found', () =>
    withServer(startInjectionServer('vulnerable'), async (server) => {
      expect(findingIds(await smtpOf(server.port))).toContain('starttls-command-injection');
    }));
});

/** What was logged since, as soon as it is there so many times. */
async function logged(postfix: PostfixInstance, since: number, what: RegExp, times: number): Promise<string> {
  for (let i = 0; i < 50; i++) {
    const log = postfix.log().slice(since);
    if ((log.match(what) ?? []).length >= times) return log;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it was not logged:\n${postfix.log().slice(since)}`);
}
