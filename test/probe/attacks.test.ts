import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, type SecureContextOptions } from 'node:tls';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openTrust, parseTarget, probeTls, resolvePins, type Report } from '../../src/index.js';
import type { ProbeTlsOptions } from '../../src/probe/options.js';
import { certificate, FIXTURES_DIR } from '../servers/fixtures.js';

// Each of these once passed, or was called the server's failure when it was cut off.

const ROOT = join(FIXTURES_DIR, 'roots', 'lab-root-rsa.pem');
const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-attacks-'));
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Plan {
  readonly greeting?: string;
  readonly ehlo?: string;
  readonly tls?: SecureContextOptions;
  /** Called when TLS is up, with the socket. */
  readonly secured?: (tls: TLSSocket) => void;
  /** Called with each line inside TLS. */
  readonly line?: (line: string, tls: TLSSocket) => void;
}

/** A server that upgrades at STARTTLS and then does what the plan says. */
async function serve(plan: Plan): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.write(plan.greeting ?? '220 mx ESMTP\r\n');
    const onData = (chunk: Buffer): void => {
      const text = chunk.toString('latin1');
      if (text.startsWith('EHLO')) socket.write(plan.ehlo ?? '250-mx\r\n250 STARTTLS\r\n');
      if (!text.startsWith('STARTTLS')) return;
      socket.off('data', onData);
      socket.write('220 go\r\n');
      upgrade(socket, plan);
    };
    socket.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

function upgrade(socket: Socket, plan: Plan): void {
  const tls = new TLSSocket(socket, { isServer: true, ...certificate('good-rsa'), ...plan.tls });
  tls.on('error', () => undefined);
  tls.once('secure', () => plan.secured?.(tls));
  tls.on('data', (chunk: Buffer) => plan.line?.(chunk.toString('latin1').trim(), tls));
}

function probe(port: number, options: Partial<ProbeTlsOptions> = {}): Promise<Report> {
  return probeTls(parseTarget(`127.0.0.1:${port}`, { port: 25 }), {
    trust: openTrust({ caFiles: [ROOT] }),
    servername: 'mail.smtpcheck.test',
    timeoutMs: 4000,
    ...options,
  });
}

const answer = (line: string, tls: TLSSocket): void => {
  tls.write(line.startsWith('QUIT') ? '221 bye\r\n' : '250 mx\r\n');
};

describe('a server that passed', () => {
  it('is the plain one, when it does nothing odd', async () => {
    expect((await probe(await serve({ line: answer }))).outcome).toBe('pass');
  });

  // The verdict was read once, at the first handshake. A server could then renegotiate to another certificate and answer
  // EHLO under that; OpenSSL took part without a word.
  it('renegotiates before it answers EHLO', async () => {
    let renegotiated = false;
    const port = await serve({
      tls: { maxVersion: 'TLSv1.2' },
      line: (line, tls) => {
        if (!line.startsWith('EHLO')) return;
        tls.renegotiate({}, (error) => {
          renegotiated = error === null;
          answer(line, tls);
        });
      },
    });
    const report = await probe(port, { timeoutMs: 2000 });
    expect(report.outcome).not.toBe('pass');
    expect(renegotiated).toBe(false);
  });

  // The 250 was sent before EHLO was; the real answer, a 550, was read as the answer to QUIT and dropped.
  it('answers EHLO before it is asked, and then refuses it', async () => {
    const port = await serve({
      secured: (tls) => tls.write('250 ok\r\n'),
      line: (line, tls) => tls.write(line.startsWith('EHLO') ? '550 no\r\n' : '221 bye\r\n'),
    });
    expect(await probe(port)).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 4,
      error: { code: 'reply-out-of-turn' },
    });
  });

  // --max-tls 1.3 changes nothing about what is offered, but switched the finding off.
  it.each(['1.2', '1.3'])('speaks TLS 1.0 only, with --max-tls %s', async (maxTls) => {
    const port = await serve({
      tls: { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
      line: answer,
    });
    const report = await probe(port, { pins: resolvePins({ maxTls }) });
    expect(report.outcome).toBe('fail');
    expect(report.findings).toContainEqual(
      expect.objectContaining({ id: 'protocol-deprecated', severity: 'error' }),
    );
  });

  // String.toUpperCase makes an S of a long s, and trim takes off more than blanks.
  it.each(['\u017ftarttls', '\u00a0STARTTLS', '\u2028STARTTLS'])(
    'offers %j for STARTTLS',
    async (keyword) => {
      const report = await probe(await serve({ ehlo: `250-mx\r\n250 ${keyword}\r\n`, line: answer }));
      expect(report).toMatchObject({ outcome: 'fail', smtp: { starttls: 'not-offered' } });
    },
  );
});

// `openssl verify` says 28 with such a store; the rejected certificate was merely left out of it, and the path was built
// from the copy that the server sent.
describe('a CA store that rejects a certificate', () => {
  // X509_CERT_AUX with reject serverAuth, as `openssl x509 -addreject serverAuth` appends it.
  const REJECT = Buffer.from('300ca00a06082b06010505070301', 'hex');
  const blocks = certificate('good-rsa').cert.match(/-----BEGIN[\s\S]+?-----END [A-Z ]+-----\n?/g) ?? [];
  const root = readFileSync(ROOT, 'utf8');

  function rejected(pem: string): string {
    const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    const body = Buffer.concat([der, REJECT]).toString('base64').replace(/.{64}/g, '$&\n');
    return `-----BEGIN TRUSTED CERTIFICATE-----\n${body}\n-----END TRUSTED CERTIFICATE-----\n`;
  }

  async function verdict(...pems: string[]): Promise<Report> {
    const file = join(dir, 'ca.pem');
    writeFileSync(file, pems.join('\n'));
    return probe(await serve({ line: answer }), { trust: openTrust({ caFiles: [file] }) });
  }

  it('refuses a path through an intermediate that was sent', async () => {
    const report = await verdict(root, rejected(blocks[1] ?? ''));
    expect(report).toMatchObject({ outcome: 'fail', verify: { code: 28, depth: 1 } });
    expect(report.findings.map(({ id }) => id)).toContain('certificate-distrusted');
  });

  it.each([
    ['before', (): string[] => [rejected(root), root]],
    ['behind', (): string[] => [root, rejected(root)]],
  ])('refuses a root that it rejects %s a plain copy', async (_where, pems) => {
    expect((await verdict(...pems())).outcome).toBe('fail');
  });

  it('passes with the plain root alone', async () => {
    expect((await verdict(root)).outcome).toBe('pass');
  });
});

describe('a server that was blamed for what it did not do', () => {
  it('shuts down with a 421 in the segment of its greeting', async () => {
    const port = await serve({ greeting: '220 mx\r\n421 4.3.2 shutting down\r\n' });
    expect(await probe(port)).toMatchObject({
      outcome: 'inconclusive',
      error: { code: 'service-closing', phase: 'banner' },
    });
  });

  it('speaks LMTP and was asked for EHLO', async () => {
    const port = await serve({ greeting: '220 mx LMTP ready\r\n', ehlo: '500 5.5.1 EHLO? say LHLO\r\n' });
    const report = await probe(port);
    expect(report).toMatchObject({ outcome: 'inconclusive', error: { code: 'ehlo-rejected' }, findings: [] });
    expect(report.error?.hint).toContain('--lmtp');
  });
});

// OpenSSL leaves a suite that it does not have out of the list, and the report said nothing of it.
it('a suite that cannot be offered is not dropped from a list', async () => {
  const pins = resolvePins({ cipher: 'ECDHE-RSA-AES128-GCM-SHA256:RC4-SHA' });
  const report = await probe(await serve({ line: answer }), { pins });
  expect(report).toMatchObject({
    outcome: 'inconclusive',
    connections: 0,
    error: { code: 'library-cannot-offer' },
  });
  expect(report.error?.message).toContain('RC4-SHA');
});
