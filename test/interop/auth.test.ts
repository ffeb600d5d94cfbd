import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { openTrust } from '../../src/index.js';
import type { ProbeAuthOptions } from '../../src/probe/auth/options.js';
import { probeAuth } from '../../src/probe/auth/probe.js';
import type { MechanismName } from '../../src/smtp/sasl/index.js';
import { renderJson, renderText } from '../../src/report/index.js';
import { assertValidReport } from '../support/schema.js';
import { startGsaslServer, type GsaslSmtpOptions } from './support/gsasl-server.js';
import { requireTool } from './support/require.js';
import { startSaslPostfix, type SaslPostfix } from './support/sasl-postfix.js';
import { startTlsRelay } from './support/tls-relay.js';

/*
 * `auth` against real servers: Postfix with Dovecot's and with Cyrus' SASL, and gsasl for channel binding. That they are right
 * themselves is seen to in sasl-servers.test.ts, by other clients.
 */

const ready = {
  dovecot: requireTool('postfix') && requireTool('dovecot'),
  cyrus: requireTool('postfix') && requireTool('saslpasswd2'),
  gsasl: requireTool('gsasl'),
};

interface User {
  readonly user: string;
  readonly password: string;
}

const USER: User = { user: 'user', password: 'correct horse' };
const ODD: User = { user: 'odd=name', password: ` "it's" $HOME %u %% \\n :{PLAIN}x, = # ; | ~ ` };
const FOREIGN: User = { user: 'zoë', password: 'pässwörd €uro 密码' };
const USERS = [USER, ODD, FOREIGN];

interface Where {
  readonly port: number;
  readonly caFile: string;
  readonly mode?: 'implicit';
}

async function logIn(
  { port, caFile, mode }: Where,
  who: User,
  options: Partial<ProbeAuthOptions> = {},
): Promise<Report> {
  const report = await probeAuth(
    { host: '127.0.0.1', port, mode: mode ?? 'starttls', literal: 4 },
    {
      trust: openTrust({ caFiles: [caFile] }),
      servername: 'mail.smtpcheck.test',
      ehloName: 'client.example',
      timeoutMs: 20_000,
      transcript: true,
      credentials: { user: who.user, secret: { kind: 'password', value: who.password } },
      ...options,
    },
  );
  assertValidReport(JSON.parse(JSON.stringify(report)));
  const printed = renderJson(report) + renderText(report, { color: false, width: Infinity, verbose: true });
  expect(printed).not.toContain(who.password);
  expect(printed).not.toContain(Buffer.from(`\0${who.user}\0${who.password}`).toString('base64'));
  return report;
}

const wrong = (who: User): User => ({ ...who, password: `${who.password}?` });

describe.each(['dovecot', 'cyrus'] as const)('Postfix with %s', (sasl) => {
  describe.skipIf(!ready[sasl])('as a submission server', () => {
    let server: SaslPostfix;
    const at = (name: keyof SaslPostfix['ports']): Where => ({ ...server, port: server.ports[name] });

    beforeAll(async () => {
      server = await startSaslPostfix({ sasl, users: USERS });
    });
    afterAll(() => server.stop());

    const mechanisms: readonly MechanismName[] = [
      'PLAIN',
      'LOGIN',
      'CRAM-MD5',
      'SCRAM-SHA-1',
      'SCRAM-SHA-256',
      ...(sasl === 'cyrus' ? (['SCRAM-SHA-512'] as const) : []),
    ];

    it.each(mechanisms)(
      '%s: the right ones come in, the wrong ones do not',
      { timeout: 30_000 },
      async (mechanism) => {
        for (const who of USERS) {
          const good = await logIn(at('submission'), who, { mechanism });
          expect(good, who.user).toMatchObject({ exitCode: 0, auth: { mechanism, result: 'accepted' } });
        }
        const bad = await logIn(at('submission'), wrong(ODD), { mechanism });
        expect(bad).toMatchObject({
          exitCode: 1,
          auth: { mechanism, result: 'rejected', reply: { code: 535 } },
        });
        const nobody = await logIn(at('submission'), { ...USER, user: 'nobody' }, { mechanism });
        expect(nobody).toMatchObject({ exitCode: 1, auth: { result: 'rejected' } });
      },
    );

    it('takes the strongest by itself, also over implicit TLS', async () => {
      const strongest = sasl === 'cyrus' ? 'SCRAM-SHA-512' : 'SCRAM-SHA-256';
      for (const where of [at('submission'), { ...at('implicit'), mode: 'implicit' } as const]) {
        const { auth } = await logIn(where, USER);
        expect(auth).toMatchObject({ mechanism: strongest, result: 'accepted', channelBinding: 'y' });
      }
    });

    it('--all-mechanisms logs in with each on a connection of its own', { timeout: 30_000 }, async () => {
      const report = await logIn(at('submission'), USER, { allMechanisms: true });
      expect(report.auth?.attempts?.every(({ result }) => result === 'accepted')).toBe(true);
      expect(new Set(report.auth?.attempts?.map(({ mechanism }) => mechanism))).toEqual(new Set(mechanisms));
      expect(report.connections).toBe(mechanisms.length);
      const stopped = await logIn(at('submission'), wrong(USER), { allMechanisms: true });
      expect(stopped.auth?.attempts).toHaveLength(1);
    });

    it('is asked whether mail goes without AUTH, and whether AUTH goes without TLS', async () => {
      expect((await logIn(at('demanding'), USER)).auth?.mailBeforeAuth).toBe('refused');
      // Postfix says it at RCPT TO, unless it is told otherwise.
      expect((await logIn(at('submission'), USER)).auth?.mailBeforeAuth).toBe('accepted');
      const inside = await logIn(at('submission'), USER, { probePlaintext: true });
      expect(inside.auth).toMatchObject({ plaintext: 'not-offered', offeredBeforeTls: [] });
      const clear = await logIn(at('cleartext'), USER, { probePlaintext: true });
      expect(clear).toMatchObject({ exitCode: 1, auth: { result: 'accepted', plaintext: 'accepted' } });
      expect(clear.findings.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['auth-before-tls', 'auth-accepted-before-tls']),
      );
      expect(server.logs()).not.toContain(USER.password);
    });
  });
});

describe.skipIf(!ready.cyrus)('Postfix whose user database is locked', () => {
  it('is no verdict about the user', { timeout: 20_000 }, async () => {
    const server = await startSaslPostfix({ sasl: 'cyrus', users: [USER], locked: true });
    try {
      const report = await logIn({ ...server, port: server.ports.submission }, USER, { mechanism: 'PLAIN' });
      expect(report).toMatchObject({
        outcome: 'inconclusive',
        exitCode: 4,
        auth: { result: 'temporary-failure', reply: { code: 454 } },
        error: { code: 'auth-temporary', phase: 'auth' },
      });
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!ready.gsasl)('gsasl, which checks the channel binding', () => {
  async function withGsasl(
    options: Omit<GsaslSmtpOptions, 'user'>,
    use: (where: Where) => Promise<void>,
  ): Promise<void> {
    const server = await startGsaslServer({ user: USER, ...options });
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  }

  it.each([
    ['TLSv1.3', 'tls-exporter'],
    ['TLSv1.2', 'tls-unique'],
  ] as const)('%s is bound by %s', async (tls, channelBinding) => {
    await withGsasl({ tls }, async (where) => {
      const report = await logIn(where, USER);
      expect(report).toMatchObject({
        exitCode: 0,
        auth: { mechanism: 'SCRAM-SHA-256-PLUS', result: 'accepted', channelBinding },
      });
      expect((await logIn(where, wrong(USER))).auth?.result).toBe('rejected');
    });
  });

  it('a session that is not the server’s own is refused', async () => {
    await withGsasl({ tls: 'TLSv1.3', binding: 'foreign' }, async (where) => {
      expect(await logIn(where, USER)).toMatchObject({ exitCode: 1, auth: { result: 'rejected' } });
    });
  });

  it('a relay with the server’s own key is found out with -PLUS, and not without', async () => {
    await withGsasl({ tls: 'TLSv1.3' }, async (where) => {
      const relay = await startTlsRelay(where.port);
      try {
        const through = { ...where, port: relay.port };
        expect((await logIn(through, USER)).auth).toMatchObject({ result: 'rejected' });
        const pinned = await logIn(through, USER, { mechanism: 'SCRAM-SHA-256' });
        expect(pinned.auth).toMatchObject({ result: 'accepted', channelBinding: 'n' });
      } finally {
        await relay.stop();
      }
    });
  });

  it('says y where the server cannot bind', async () => {
    await withGsasl({ mechanisms: ['SCRAM-SHA-256'] }, async (where) => {
      expect((await logIn(where, USER)).auth).toMatchObject({ result: 'accepted', channelBinding: 'y' });
    });
  });

  it('does not bind by tls-unique without the extended master secret', async () => {
    await withGsasl({ tls: 'TLSv1.2', extendedMasterSecret: false }, async (where) => {
      const { auth } = await logIn(where, USER, { channelBinding: 'tls-unique' });
      expect(auth?.channelBinding).not.toBe('tls-unique');
      expect(auth?.result === 'accepted' && auth.mechanism?.endsWith('-PLUS')).toBe(false);
    });
  });
});
