import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PlainClient } from '../servers/plain-client.js';
import { CYRUS_MECHANISMS } from './support/cyrus.js';
import { DOVECOT_MECHANISMS, startDovecotAuth } from './support/dovecot-auth.js';
import { startGsaslServer, type GsaslSmtpOptions } from './support/gsasl-server.js';
import { requireTool } from './support/require.js';
import {
  gsaslLogin,
  handmadePlain,
  offeredIn,
  pythonLogin,
  securedClient,
  type SaslServer,
} from './support/sasl-clients.js';
import { startSaslPostfix, type SaslPorts, type SaslPostfix } from './support/sasl-postfix.js';
import { startTlsRelay } from './support/tls-relay.js';

// That the servers which smtpcheck is measured by are right, by clients that share no code with it.

const has = {
  postfix: requireTool('postfix'),
  dovecot: requireTool('dovecot'),
  cyrus: requireTool('saslpasswd2'),
  gsasl: requireTool('gsasl'),
  python3: requireTool('python3'),
};

const USER = { user: 'user', password: 'correct horse' };
const ODD = { user: 'odd=name', password: ` "it's" $HOME %u %% \\n :{PLAIN}x, = # ; | ~ ` };
const FOREIGN = { user: 'zoë', password: 'pässwörd €uro 密码' };
const USERS = [USER, ODD, FOREIGN];
const wrong = (user: typeof USER): typeof USER => ({ ...user, password: 'wrong' });

/** Those of the two clients: libgsasl has SCRAM-SHA-1 and SCRAM-SHA-256 alone. */
const knownToGsasl = (mechanism: string): boolean => !/-(?:224|384|512)$/.test(mechanism);

async function ehlo(port: number): Promise<string> {
  const client = PlainClient.to(port);
  await client.reply();
  const answer = await client.say('EHLO client.example');
  client.end();
  return answer;
}

async function afterTls(port: number): Promise<string> {
  const client = await securedClient(port);
  const answer = await client.say('EHLO client.example');
  client.end();
  return answer;
}

/** The codes to MAIL FROM and to RCPT TO, of a client that did not log in. */
async function withoutAuth(client: PlainClient): Promise<string[]> {
  await client.say('EHLO client.example');
  const codes = [
    await client.say('MAIL FROM:<a@client.example>'),
    await client.say('RCPT TO:<b@client.example>'),
  ];
  client.end();
  return codes.map((answer) => answer.slice(0, 9));
}

const backends: readonly (readonly ['dovecot' | 'cyrus', readonly string[]])[] = [
  ['dovecot', DOVECOT_MECHANISMS],
  ['cyrus', CYRUS_MECHANISMS],
];

describe.each(backends)('Postfix with %s', (sasl, mechanisms) => {
  describe.skipIf(!has.postfix || !has[sasl] || !has.gsasl || !has.python3)('for submission', () => {
    let server: SaslPostfix;
    const at = (name: keyof SaslPorts): SaslServer => ({ ...server, port: server.ports[name] });

    beforeAll(async () => {
      server = await startSaslPostfix({ sasl, users: USERS });
    });
    afterAll(() => server.stop());

    it('offers AUTH when it should', async () => {
      const { submission, cleartext, mandatoryTls, demanding } = server.ports;
      for (const port of [submission, mandatoryTls, demanding])
        expect(offeredIn(await ehlo(port))).toBeUndefined();
      for (const mechanismsOf of [ehlo(cleartext), ...Object.values({ submission, cleartext }).map(afterTls)])
        expect(offeredIn(await mechanismsOf)?.toSorted()).toEqual([...mechanisms].toSorted());
    });

    it.each(mechanisms)('%s lets the right ones in', async (mechanism) => {
      const submission = at('submission');
      const python = [USER, wrong(USER)].map((user) => pythonLogin(submission, mechanism, user));
      expect(await Promise.all(python)).toEqual([235, 535]);
      if (!knownToGsasl(mechanism)) return;
      const gsasl = [...USERS, ...USERS.map(wrong)].map((user) => gsaslLogin(submission, mechanism, user));
      expect(await Promise.all(gsasl)).toEqual([235, 235, 235, 535, 535, 535]);
    });

    it('knows PLAIN by hand, and nobody else', async () => {
      for (const user of USERS) expect(await handmadePlain(at('submission'), 'PLAIN', user)).toBe(235);
      expect(await handmadePlain(at('submission'), 'PLAIN', { ...USER, user: 'nobody' })).toBe(535);
    });

    it('takes credentials in the clear where it offers that', async () => {
      const client = PlainClient.to(server.ports.cleartext);
      await client.reply();
      await client.say('EHLO client.example');
      const response = Buffer.from(`\0${USER.user}\0${USER.password}`).toString('base64');
      expect(await client.say(`AUTH PLAIN ${response}`)).toMatch(/^235 /);
      client.end();
    });

    it('wants AUTH before mail', async () => {
      const { submission, mandatoryTls, demanding } = server.ports;
      expect(await withoutAuth(await securedClient(submission))).toEqual(['250 2.1.0', '554 5.7.1']);
      expect(await withoutAuth(await securedClient(demanding))).toEqual(['530 5.7.0', '503 5.5.1']);
      const plain = PlainClient.to(mandatoryTls);
      await plain.reply();
      expect(await withoutAuth(plain)).toEqual(['530 5.7.0', '530 5.7.0']);
    });

    it('logs who was let in and who was not', () => {
      expect(server.logs()).toMatch(/disconnect from \S+ .*starttls=1 auth=1 /);
      expect(server.logs()).toMatch(/disconnect from \S+ .*starttls=1 auth=0\/1 /);
      expect(server.logs()).toMatch(/SASL PLAIN authentication failed: .*sasl_username=user/);
    });
  });
});

describe.skipIf(!has.postfix || !has.dovecot || !has.python3)('Postfix with options', () => {
  it('has one TLS version, the mechanisms that were asked for, and 554', async () => {
    const [mechanisms, refusal] = [['PLAIN', 'SCRAM-SHA-256'], '554'] as const;
    const server = await startSaslPostfix({ users: USERS, tls: 'TLSv1.2', mechanisms, refusal });
    const { submission, demanding, implicit } = server.ports;
    const client = await securedClient(submission);
    expect('getProtocol' in client.socket && client.socket.getProtocol()).toBe('TLSv1.2');
    expect(offeredIn(await client.say('EHLO client.example'))).toEqual(mechanisms);
    client.end();
    expect(await withoutAuth(await securedClient(demanding))).toEqual(['554 5.7.1', '503 5.5.1']);
    const secure = await PlainClient.to(implicit).secure();
    expect(typeof secure === 'string' ? secure : await secure.reply()).toBe(
      `220 ${server.hostname} ESMTP Postfix (Debian/GNU)`,
    );
    if (typeof secure !== 'string') secure.end();
    await server.stop();
    expect(server.logs()).toContain('daemon started');
  });

  it.skipIf(!has.cyrus)('cannot tell who is right while the database is locked', async () => {
    const server = await startSaslPostfix({ sasl: 'cyrus', users: USERS, locked: true });
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-512'])
      expect(await pythonLogin({ ...server, port: server.ports.submission }, mechanism, USER)).toBe(454);
    await server.stop();
  });

  it('leaves nothing behind', async () => {
    const dovecot = await startDovecotAuth({ users: USERS });
    expect(dovecot.mechanisms).toEqual(DOVECOT_MECHANISMS);
    await dovecot.stop();
    expect(existsSync(dirname(dirname(dovecot.socket)))).toBe(false);
    expect(dovecot.log()).toContain('starting up without any protocols');
  });
});

describe.skipIf(!has.gsasl)('gsasl --server behind a small SMTP server', () => {
  const PLUS = 'SCRAM-SHA-256-PLUS';

  /** Lets a client of GnuTLS try, and says which binding it used. */
  async function attempt(options: Partial<GsaslSmtpOptions>, mechanism: string, user = USER) {
    const server = await startGsaslServer({ user: USER, ...options });
    const code = await gsaslLogin(server, mechanism, user);
    await server.stop();
    const [, first = ''] = /^C: (cD10|biws|eSws\S*)\S*$/m.exec(server.log()) ?? [];
    const bound = /^C: (cD10\S+)$/m.exec(server.log())?.[1] ?? first;
    return { code, binding: Buffer.from(bound, 'base64').toString().split(',')[0] };
  }

  const bindings = [
    ['TLSv1.3', 'p=tls-exporter'],
    ['TLSv1.2', 'p=tls-unique'],
  ] as const;

  it.each(bindings)('%s is bound with %s', async (tls, binding) => {
    expect(await attempt({ tls }, PLUS)).toEqual({ code: 235, binding });
    expect(await attempt({ tls }, PLUS, wrong(USER))).toEqual({ code: 535, binding });
    expect(await attempt({ tls }, PLUS, { ...USER, user: 'nobody' })).toEqual({ code: 535, binding });
    expect(await attempt({ tls, binding: 'foreign' }, PLUS)).toEqual({ code: 535, binding });
    expect(await attempt({ tls, mechanisms: ['SCRAM-SHA-1-PLUS'] }, 'SCRAM-SHA-1-PLUS')).toEqual({
      code: 235,
      binding,
    });
  });

  it('knows odd names and passwords', async () => {
    for (const user of [ODD, FOREIGN]) expect((await attempt({ user }, PLUS, user)).code).toBe(235);
  });

  it.each(bindings)('%s: a relay gets through without a binding, and not with one', async (tls) => {
    const server = await startGsaslServer({ user: USER, tls });
    const relay = await startTlsRelay(server.port);
    expect(await gsaslLogin(server, PLUS, USER)).toBe(235);
    const relayed = { ...server, port: relay.port };
    expect(await gsaslLogin(relayed, PLUS, USER)).toBe(535);
    expect(await gsaslLogin(relayed, 'SCRAM-SHA-256', USER)).toBe(235);
    await relay.stop();
    await server.stop();
  });

  it.each([
    ['-PLUS is offered: a downgrade', [PLUS, 'SCRAM-SHA-256'], '535'],
    ['it is not', ['SCRAM-SHA-256'], '334'],
  ] as const)('a client that could bind meets a server where %s', async (_what, mechanisms, code) => {
    const server = await startGsaslServer({ user: USER, mechanisms });
    const client = await securedClient(server.port);
    const first = Buffer.from('y,,n=user,r=fyko+d2lbbFgONRv9qkxdawL').toString('base64');
    expect((await client.say(`AUTH SCRAM-SHA-256 ${first}`)).slice(0, 3)).toBe(code);
    client.end();
    await server.stop();
  });

  it('can do without RFC 7627, and TLS first', async () => {
    const legacy = await startGsaslServer({ user: USER, tls: 'TLSv1.2', extendedMasterSecret: false });
    expect(await gsaslLogin(legacy, PLUS, USER)).toBe(235);
    await legacy.stop();
    const implicit = await startGsaslServer({ user: USER, implicit: true });
    const secure = await PlainClient.to(implicit.port).secure();
    if (typeof secure === 'string') throw new Error(secure);
    expect(await secure.reply()).toBe(`220 ${implicit.hostname} ESMTP`);
    expect(offeredIn(await secure.say('EHLO client.example'))).toEqual([PLUS, 'SCRAM-SHA-256']);
    secure.end();
    await implicit.stop();
  });
});
