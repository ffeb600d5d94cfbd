import { readFileSync } from 'node:fs';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { PlainClient } from '../servers/plain-client.js';

let lab: Lab;
let trusted: ConnectionOptions;

beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR });
  trusted = { ca: lab.caFiles.map((file) => readFileSync(file, 'utf8')) };
});
afterAll(() => lab.stop());

function portOf(name: string): number {
  const port = lab.servers.find(({ definition }) => definition.name === name)?.port;
  if (port === undefined) throw new Error(`no ${name}`);
  return port;
}

/** Through STARTTLS to a TLS session, which must come about. */
async function secured(name: string, options: ConnectionOptions = {}, hello = 'EHLO'): Promise<PlainClient> {
  const plain = PlainClient.to(portOf(name));
  expect(await plain.upToStarttls(hello)).toMatch(/^220 /);
  const secure = await plain.secure({ ...trusted, ...options });
  if (typeof secure === 'string') throw new Error(secure);
  return secure;
}

const session = (client: PlainClient): TLSSocket => client.socket as TLSSocket;
const authorization = (client: PlainClient): string => String(session(client).authorizationError);

describe('the good ones', () => {
  it.each([
    ['good', 'EHLO', 'TLSv1.3'],
    ['good', 'EHLO', 'TLSv1.2'],
    ['good-ecdsa', 'EHLO', 'TLSv1.3'],
    ['good-ecdsa', 'EHLO', 'TLSv1.2'],
    ['good-lmtp', 'LHLO', 'TLSv1.3'],
    ['escape-in-banner', 'EHLO', 'TLSv1.3'],
    ['starttls-after-tls', 'EHLO', 'TLSv1.3'],
    ['auth-in-the-clear', 'EHLO', 'TLSv1.3'],
  ] as const)('%s verifies and answers %s over %s', async (name, hello, version) => {
    const client = await secured(name, { minVersion: version, maxVersion: version }, hello);
    expect(session(client).authorized).toBe(true);
    expect(session(client).getProtocol()).toBe(version);
    expect(await client.say(`${hello} client.example`)).toMatch(/^250-mail\.smtpcheck\.test/);
    expect(await client.say('QUIT')).toMatch(/^221/);
    expect(await client.ended).toBe('end');
  });

  it('good-implicit greets over TLS', async () => {
    const socket = connectTls({
      port: portOf('good-implicit'),
      host: '127.0.0.1',
      servername: lab.hostname,
      ...trusted,
    });
    const client = new PlainClient(socket);
    expect(await client.reply()).toMatch(/^220 mail\.smtpcheck\.test ESMTP/);
    expect(socket.authorized).toBe(true);
    expect(await client.say('EHLO client.example')).not.toContain('STARTTLS');
    client.end();
  });

  it('good does not speak TLS 1.1, and offers AUTH over TLS only', async () => {
    const plain = PlainClient.to(portOf('good'));
    await plain.reply();
    expect(await plain.say('EHLO client.example')).not.toContain('AUTH');
    plain.end();
    const client = await secured('good');
    expect(await client.say('EHLO client.example')).toContain('AUTH');
    client.end();
    const old = PlainClient.to(portOf('good'));
    await old.upToStarttls();
    const options: ConnectionOptions = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    };
    expect(await old.secure(options)).toMatch(/SSL alert number 70/);
  });
});

describe('certificates', () => {
  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['incomplete-chain', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ])('%s is not authorized: %s', async (name, reason) => {
    const client = await secured(name);
    expect(authorization(client)).toContain(reason);
    client.end();
  });

  it('expired is over, and would verify otherwise', async () => {
    const client = await secured('expired');
    const { valid_to: end } = session(client).getPeerCertificate();
    expect(Date.parse(end)).toBeLessThan(Date.now());
    expect(session(client).getPeerX509Certificate()?.checkHost(lab.hostname)).toBe(lab.hostname);
    client.end();
  });

  it('incomplete-chain sends the leaf alone', async () => {
    const client = await secured('incomplete-chain');
    expect(session(client).getPeerX509Certificate()?.issuerCertificate).toBeUndefined();
    client.end();
  });

  it('rsa-1024 is refused at security level 2 for its key alone', async () => {
    const strict = await secured('rsa-1024', { ciphers: 'DEFAULT:@SECLEVEL=2' });
    expect(session(strict).authorized).toBe(false);
    expect(session(strict).getPeerX509Certificate()?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(
      1024,
    );
    strict.end();
    const lax = await secured('rsa-1024', { ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect(session(lax).authorized).toBe(true);
    lax.end();
  });
});

describe('before TLS', () => {
  it('no-starttls does not offer it and refuses it', async () => {
    const client = PlainClient.to(portOf('no-starttls'));
    await client.reply();
    expect(await client.say('EHLO client.example')).not.toMatch(/STARTTLS|AUTH/);
    expect(await client.say('STARTTLS')).toMatch(/^5/);
    client.end();
  });

  it.each([
    ['starttls-454', /^454 /],
    ['starttls-501', /^501 /],
  ])('%s offers STARTTLS and answers %s', async (name, answer) => {
    const client = PlainClient.to(portOf(name));
    await client.reply();
    expect(await client.say('EHLO client.example')).toContain('STARTTLS');
    expect(await client.say('STARTTLS')).toMatch(answer);
    expect(await client.say('QUIT')).toMatch(/^221/);
  });

  it('starttls-masked shows what the firewall left', async () => {
    const client = PlainClient.to(portOf('starttls-masked'));
    await client.reply();
    const offered = await client.say('EHLO client.example');
    expect(offered).toContain('|250-XXXXXXXA|');
    expect(offered).not.toContain('STARTTLS');
    client.end();
  });

  it('auth-in-the-clear offers AUTH beside STARTTLS', async () => {
    const client = PlainClient.to(portOf('auth-in-the-clear'));
    await client.reply();
    expect(await client.say('EHLO client.example')).toMatch(/AUTH .*STARTTLS/);
    client.end();
  });

  it('injected-after-220 sends 220 and the injected text in one read, and then goes on with TLS', async () => {
    const client = PlainClient.to(portOf('injected-after-220'));
    await client.upToStarttls();
    expect(client.chunks.at(-1)?.toString()).toMatch(
      /^220 [^\n]*\n250-injected\r\n250 AUTH PLAIN LOGIN\r\n$/,
    );
    const secure = await client.secure();
    if (typeof secure === 'string') throw new Error(secure);
    expect(await secure.say('EHLO client.example')).toMatch(/^250-/);
    secure.end();
  });
});

describe('first words', () => {
  it.each([
    ['greeting-554', /^554 /],
    ['greeting-421', /^421 /],
    ['http-server', /^HTTP\/1\.1 400 /],
    ['ssh-server', /^SSH-2\.0-/],
    ['escape-in-banner', /^220 .*\x1b\[2J/],
  ])('%s begins with %s', async (name, words) => {
    const client = PlainClient.to(portOf(name));
    while (client.chunks.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(Buffer.concat(client.chunks).toString('latin1')).toMatch(words);
    client.end();
  });

  it('silent says nothing and does not close', async () => {
    const client = PlainClient.to(portOf('silent'));
    const patience = new Promise((resolve) => setTimeout(() => resolve('still silent'), 500));
    expect(await Promise.race([client.ended, client.reply(), patience])).toBe('still silent');
    client.end();
  });
});

describe('the handshake', () => {
  it('tls-1-0-only refuses TLS 1.2 and negotiates TLS 1.0', async () => {
    const modern = PlainClient.to(portOf('tls-1-0-only'));
    await modern.upToStarttls();
    expect(await modern.secure({ minVersion: 'TLSv1.2' })).toMatch(/SSL alert number 70/);
    const old = await secured('tls-1-0-only', { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect(session(old).getProtocol()).toBe('TLSv1');
    expect(session(old).authorized).toBe(true);
    expect(await old.say('EHLO client.example')).toMatch(/^250-/);
    old.end();
  });

  it.each([
    ['tls-alert-40', /SSL alert number 40/],
    ['tls-closes', /before secure TLS connection was established/],
    ['tls-garbage', /wrong version number/],
  ])('%s ends it: %s', async (name, message) => {
    const client = PlainClient.to(portOf(name));
    expect(await client.upToStarttls()).toMatch(/^220 /);
    expect(await client.secure()).toMatch(message);
  });
});

describe('after TLS', () => {
  it('ehlo-after-tls-refused answers 554', async () => {
    const client = await secured('ehlo-after-tls-refused');
    expect(await client.say('EHLO client.example')).toMatch(/^554 /);
    expect(await client.say('QUIT')).toMatch(/^221 /);
  });

  it('starttls-after-tls offers STARTTLS again', async () => {
    const client = await secured('starttls-after-tls');
    expect(await client.say('EHLO client.example')).toContain('STARTTLS');
    client.end();
  });
});

describe('AUTH', () => {
  const plain = (user: string, password: string): string =>
    `AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`;
  const good = plain(LAB_USER.user, LAB_USER.password);

  it.each([
    ['auth-good', good, /^235 /],
    ['auth-good', plain(LAB_USER.user, 'wrong'), /^535 /],
    ['auth-rejected', good, /^535 /],
    ['auth-too-weak', good, /^534 /],
    ['auth-wants-encryption', good, /^538 /],
    ['auth-temporary', good, /^454 /],
    ['auth-unproven', 'AUTH SCRAM-SHA-256 biwsbj1hLHI9Yg==', /^235 /],
    ['auth-no-token', 'AUTH XOAUTH2 dXNlcj1h', /^235 /],
    ['mail-without-auth', 'MAIL FROM:<>', /^250 /],
    ['auth-scram', 'MAIL FROM:<>', /^530 /],
  ])('%s answers %s', async (name, line, answer) => {
    const client = await secured(name);
    expect(await client.say('EHLO client.example')).toMatch(/^250-/);
    expect(await client.say(line)).toMatch(answer);
    client.end();
  });

  it.each([
    ['auth-scram', 4096],
    ['auth-scram-few-iterations', 1000],
    ['auth-bound-to-certificate', 4096],
  ])('%s begins SCRAM with %i iterations', async (name, iterations) => {
    const client = await secured(name);
    await client.say('EHLO client.example');
    const first = await client.say('AUTH SCRAM-SHA-256 biwsbj1sYWIscj1hYmM=');
    const message = Buffer.from(first.slice('334 '.length), 'base64').toString();
    expect(message).toMatch(new RegExp(`^r=abc[^,]+,s=[^,]+,i=${iterations}$`));
    client.end();
  });

  it('auth-not-offered offers none, auth-taken-in-the-clear takes it before TLS, capabilities-lost loses one', async () => {
    const none = await secured('auth-not-offered');
    expect(await none.say('EHLO client.example')).not.toContain('AUTH');
    none.end();
    const clear = PlainClient.to(portOf('auth-taken-in-the-clear'));
    await clear.reply();
    expect(await clear.say('AUTH PLAIN')).toMatch(/^334/);
    clear.end();
    const before = PlainClient.to(portOf('capabilities-lost'));
    await before.reply();
    expect(await before.say('EHLO client.example')).toContain('CHUNKING');
    before.end();
    const inside = await secured('capabilities-lost');
    expect(await inside.say('EHLO client.example')).not.toContain('CHUNKING');
    inside.end();
  });
});

it('has a test for every server', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  const untested = lab.servers
    .map(({ definition }) => definition.name)
    .filter((name) => !source.includes(`'${name}'`));
  expect(untested).toEqual([]);
});
