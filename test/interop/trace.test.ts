import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { runMain } from '../support/run-cli.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { startSServer, type SServer } from './support/s-server-trace.js';
import { sClient } from './support/openssl.js';
import { readOpensslTrace, readOurTrace, type TracedRecord, type Way } from './support/trace-text.js';

/*
 * `--trace` against `openssl -trace`. Of one connection the two ends must tell the same: each record and message, every number and
 * octet that both texts show. And on a Postfix, what s_client tells of its own connection and we of ours.
 */

const NAME = 'mail.smtpcheck.test';
const TRUST = ['--ca-path', join(FIXTURES_DIR, 'ca-dir'), '--servername', NAME];
const chain = (id: string): string => join(FIXTURES_DIR, 'chains', `${id}.pem`);
const key = (id: string): string => join(FIXTURES_DIR, 'chains', `${id}.key.pem`);
const CLIENT = ['client.pem', 'client.key.pem'].map((file) => join(FIXTURES_DIR, 'client', file));
const CLIENT_CERTIFICATE = ['--cert', CLIENT[0] ?? '', '--key', CLIENT[1] ?? ''];
const ASK_FOR_ONE = ['-verify', '3', '-CAfile', join(FIXTURES_DIR, 'roots', 'lab-root-ec.pem')];

let folder = '';
const servers: SServer[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-trace-'));
});
afterAll(() => {
  for (const server of servers) server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const of = (records: readonly TracedRecord[], way: Way): TracedRecord[] =>
  records.filter((record) => record.way === way);

const heads = (records: readonly TracedRecord[]): string[] =>
  records.flatMap(({ way, messages, alerts }) =>
    [...messages.map(({ head }) => head), ...alerts].map((head) => `${way} ${head}`),
  );

const names = (records: readonly TracedRecord[]): string[] =>
  records.flatMap(({ messages }) => messages.map(({ head }) => head.replace(/ \d+$/, '')));

async function ourTrace(args: readonly string[]): Promise<{ text: string; records: TracedRecord[] }> {
  const { stderr: text } = await runMain(['tls', ...args, ...TRUST, '--quiet', '--trace']);
  return { text, records: readOurTrace(text) };
}

interface Case {
  readonly title: string;
  readonly server: readonly string[];
  readonly ours: readonly string[];
  readonly id?: string;
  /** Messages that must be among them, so that the case shows what it is for. */
  readonly has: readonly string[];
  readonly facts?: readonly string[];
}

const TLS12 = [
  'ClientHello',
  'ServerHello',
  'Certificate',
  'ServerKeyExchange',
  'ServerHelloDone',
  'ClientKeyExchange',
  'Finished',
  'NewSessionTicket',
  'Finished',
];
const TLS13 = [
  'ClientHello',
  'ServerHello',
  'EncryptedExtensions',
  'Certificate',
  'CertificateVerify',
  'Finished',
  'Finished',
  'NewSessionTicket',
  'NewSessionTicket',
];

const CASES: readonly Case[] = [
  {
    title: 'TLS 1.2, ECDHE and GCM',
    server: ['-tls1_2'],
    ours: ['--cipher', 'ECDHE-RSA-AES128-GCM-SHA256'],
    has: TLS12,
    facts: ['ServerHello item=49199'],
  },
  {
    title: 'TLS 1.2, CBC with encrypt-then-MAC',
    server: ['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-SHA384:@SECLEVEL=0'],
    ours: [],
    has: TLS12,
    facts: ['ServerHello item=49192', 'ServerHello extension=22/0'],
  },
  {
    title: 'TLS 1.2, CBC with MAC-then-encrypt',
    server: ['-tls1_2', '-no_etm', '-cipher', 'DHE-RSA-AES128-SHA:@SECLEVEL=0'],
    ours: [],
    has: TLS12,
    facts: ['ServerHello item=51', 'ServerKeyExchange bits=2048'],
  },
  {
    title: 'TLS 1.2, ChaCha20-Poly1305 and ECDSA',
    server: ['-tls1_2', '-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
    ours: [],
    id: 'good-ecdsa',
    has: TLS12,
    facts: ['ServerHello item=52393'],
  },
  {
    title: 'TLS 1.2, CCM and RSA key exchange',
    server: ['-tls1_2', '-cipher', 'AES256-CCM8'],
    ours: ['--cipher', 'AES256-CCM8'],
    has: ['ClientKeyExchange', 'Finished'],
    facts: ['ServerHello item=49313'],
  },
  {
    title: 'TLS 1.2, with a client certificate',
    server: ['-tls1_2', ...ASK_FOR_ONE],
    ours: CLIENT_CERTIFICATE,
    has: ['CertificateRequest', 'CertificateVerify'],
    facts: ['Certificate subject=O=smtpcheck test PKI, CN=client.smtpcheck.test'],
  },
  {
    title: 'TLS 1.3',
    server: ['-tls1_3'],
    ours: ['--alpn', 'smtp', '--alpn', 'h2'],
    has: TLS13,
    facts: ['ClientHello text=smtp'],
  },
  {
    title: 'TLS 1.3, with ALPN answered',
    server: ['-tls1_3', '-alpn', 'smtp', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256'],
    ours: ['--alpn', 'smtp'],
    has: TLS13,
    facts: ['ServerHello item=4867', 'EncryptedExtensions extension=16/7'],
  },
  {
    title: 'TLS 1.3, HelloRetryRequest for P-384',
    server: ['-tls1_3', '-groups', 'P-384'],
    ours: [],
    has: ['ClientHello', 'ServerHello', 'ClientHello', ...TLS13.slice(1)],
    facts: [
      'ServerHello octets=cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c',
      'ServerHello item=24',
    ],
  },
  {
    title: 'TLS 1.3, with a client certificate',
    server: ['-tls1_3', ...ASK_FOR_ONE],
    ours: CLIENT_CERTIFICATE,
    has: ['CertificateRequest', 'Certificate', 'CertificateVerify'],
    facts: ['Certificate subject=O=smtpcheck test PKI, CN=client.smtpcheck.test'],
  },
  {
    title: 'TLS 1.3, a client certificate asked for and not given',
    server: ['-tls1_3', ...ASK_FOR_ONE],
    ours: [],
    has: ['CertificateRequest', 'Certificate'],
  },
  {
    title: 'TLS 1.1',
    server: ['-tls1_1', '-cipher', 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0'],
    ours: [],
    has: TLS12,
    facts: ['ServerHello item=770'],
  },
  {
    title: 'TLS 1.0, whose IVs are chained',
    server: ['-tls1', '-cipher', 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0'],
    ours: [],
    has: TLS12,
    facts: ['ServerHello item=769'],
  },
  {
    title: 'a refusal',
    server: ['-tls1_3'],
    ours: ['--tls1.2'],
    has: ['ClientHello'],
  },
];

describe.skipIf(!requireTool('openssl'))('of one connection, s_server -trace tells the same', () => {
  it.each(CASES)('$title', async ({ server: args, ours: options, id = 'good-rsa', has, facts = [] }) => {
    const files = ['-cert', chain(id), '-key', key(id), '-cert_chain', chain(id)];
    const server = await startSServer([...files, ...args], folder);
    servers.push(server);
    const { text, records: ours } = await ourTrace([`smtps://127.0.0.1:${server.port}`, ...options]);
    const theirs = readOpensslTrace(await server.trace(), 'server');
    expect(text).toMatch(new RegExp(`^=== TLS with 127\\.0\\.0\\.1:${server.port}\n`));
    expect(of(ours, 'sent')).toEqual(of(theirs, 'sent'));
    // When we have said goodbye we do not wait for what else it may say.
    const received = of(ours, 'received');
    expect(received).toEqual(of(theirs, 'received').slice(0, received.length));
    expect(of(theirs, 'received').length - received.length).toBeLessThanOrEqual(1);
    expect(received.length).toBeGreaterThan(0);
    const all = names(ours);
    for (const name of has) expect(all).toContain(name);
    const told = ours.flatMap(({ messages }) =>
      messages.flatMap(({ head, facts: each }) => each.map((fact) => `${head.replace(/ \d+$/, '')} ${fact}`)),
    );
    for (const fact of facts) expect(told).toContain(fact);
    // What was compared is no empty shell.
    if (has.length > 1) expect(told.filter((fact) => / octets=/.test(fact)).length).toBeGreaterThanOrEqual(4);
  });
});

describe.skipIf(![requireTool('postfix'), requireTool('openssl')].every(Boolean))('on a Postfix', () => {
  let postfix: PostfixInstance;
  beforeAll(async () => {
    const file = join(folder, 'postfix.pem');
    writeFileSync(file, readFileSync(key('good-rsa'), 'utf8') + readFileSync(chain('good-rsa'), 'utf8'), {
      mode: 0o600,
    });
    postfix = await startPostfix({
      chainFiles: [file],
      main: {
        smtpd_tls_protocols: '>=TLSv1',
        tls_medium_cipherlist: 'ALL:@SECLEVEL=0',
        smtpd_tls_ciphers: 'medium',
        smtpd_tls_ask_ccert: 'yes',
      },
    });
  });
  afterAll(() => postfix.stop());

  it.each([
    ['-tls1_2', '--tls1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['-tls1_2', '--tls1.2', 'ECDHE-RSA-AES256-SHA384'],
    ['-tls1_3', '--tls1.3', 'TLS_AES_256_GCM_SHA384'],
    ['-tls1', '--tls1', 'ECDHE-RSA-AES256-SHA'],
  ])('s_client %s -trace and %s --trace tell the same handshake: %s', async (version, pin, cipher) => {
    const { records: ours } = await ourTrace([`127.0.0.1:${postfix.port}`, pin, '--cipher', cipher]);
    const file = join(folder, `s_client${version}-${cipher}.trace`);
    const suites =
      version === '-tls1_3'
        ? ['-ciphersuites', cipher, '-cipher', 'ALL:@SECLEVEL=0']
        : ['-cipher', `${cipher}:@SECLEVEL=0`];
    await sClient(
      [
        '-connect',
        `127.0.0.1:${postfix.port}`,
        '-starttls',
        'smtp',
        '-servername',
        NAME,
        '-status',
        version,
        ...suites,
        '-quiet',
        '-trace',
        '-msgfile',
        file,
      ],
      { input: 'QUIT\r\n' },
    );
    const theirs = readOpensslTrace(readFileSync(file, 'latin1'), 'client');
    const ourHeads = heads(ours).filter((head) => !/ 1\/0$/.test(head));
    const theirHeads = heads(theirs).filter((head) => !/ 1\/0$/.test(head));
    expect(ourHeads.length).toBeGreaterThan(8);
    expect(ourHeads).toEqual(theirHeads);
  });
});
