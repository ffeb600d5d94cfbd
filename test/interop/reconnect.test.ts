import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import type { ResumptionReport } from '../../src/core/resumption-report.js';
import { fixture } from '../support/probe.js';
import { sClient } from './support/openssl.js';
import { startPostfix, type PostfixInstance, type PostfixOptions } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { startSServer } from './support/s-server.js';
import { probe } from './support/smtpcheck.js';

/** `--reconnect` on real servers, and what `openssl s_client` says about the same ones: `Reused` or `New`. */

const openssl = requireTool('openssl');
const ready = openssl && requireTool('postfix');
let dir = '';
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'smtpcheck-reconnect-'))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const reconnect = (port: number, options: readonly string[]): Promise<Report> =>
  probe([
    `127.0.0.1:${port}`,
    '--ca-path',
    fixture('ca-dir'),
    '--servername',
    'mail.smtpcheck.test',
    '--reconnect',
    ...options,
  ]);

/** The session of one run of s_client, offered in another. */
async function reusedBySClient(port: number, version: string, goodbye: string): Promise<boolean> {
  const file = join(dir, 'session.pem');
  rmSync(file, { force: true });
  const args = [
    '-starttls',
    'smtp',
    '-connect',
    `127.0.0.1:${port}`,
    '-servername',
    'mail.smtpcheck.test',
    version,
    '-ign_eof',
  ];
  const input = `${goodbye}\r\n`;
  await sClient([...args, '-sess_out', file], { input });
  const again = await sClient([...args, '-sess_in', file], { input });
  return /^Reused, /m.test(again.stdout);
}

type Expected = Pick<ResumptionReport, 'offered' | 'ticketsIssued' | 'resumed'>;

describe.skipIf(!openssl)('openssl s_server', () => {
  it.each<readonly [string, readonly string[], '1.2' | '1.3', Expected]>([
    ['tickets', [], '1.2', { offered: 'ticket', ticketsIssued: 1, resumed: true }],
    ['tickets', [], '1.3', { offered: 'psk', ticketsIssued: 2, resumed: true }],
    ['session IDs', ['-no_ticket'], '1.2', { offered: 'session-id', ticketsIssued: 0, resumed: true }],
    // Tickets all the same, for TLS 1.3 has nothing else; the state is in the server's memory then.
    [
      'tickets that are only a name',
      ['-no_ticket'],
      '1.3',
      { offered: 'psk', ticketsIssued: 2, resumed: true },
    ],
    ['five tickets', ['-num_tickets', '5'], '1.3', { offered: 'psk', ticketsIssued: 5, resumed: true }],
    ['no ticket', ['-num_tickets', '0'], '1.3', { offered: null, ticketsIssued: 0, resumed: false }],
    ['nothing', ['-no_ticket', '-no_cache'], '1.2', { offered: null, ticketsIssued: 0, resumed: false }],
    ['tickets without a cache', ['-no_cache'], '1.2', { offered: 'ticket', ticketsIssued: 1, resumed: true }],
    // -no_cache does not take s_server's stateful tickets back, but nobody finds them again.
    [
      'tickets that nobody knows',
      ['-no_ticket', '-no_cache'],
      '1.3',
      { offered: 'psk', ticketsIssued: 2, resumed: false },
    ],
  ])('%s (%j), TLS %s', async (_what, options, version, expected) => {
    const server = await startSServer(options);
    try {
      const report = await reconnect(server.port, [`--tls${version}`]);
      expect(report.tls?.resumption).toMatchObject(expected);
      expect(report.exitCode).toBe(0);
      expect(report.connections).toBe(expected.offered === null ? 1 : 2);
      const theirs = await reusedBySClient(server.port, version === '1.2' ? '-tls1_2' : '-tls1_3', 'BYE');
      expect(theirs).toBe(expected.resumed);
    } finally {
      await server.stop();
    }
  });
});

describe.skipIf(!ready)('Postfix', () => {
  const running: PostfixInstance[] = [];
  afterAll(() => Promise.all(running.map((postfix) => postfix.stop())));

  async function postfix(
    main: Readonly<Record<string, string>>,
    more: Partial<PostfixOptions> = {},
  ): Promise<PostfixInstance> {
    const instance = await startPostfix({
      certFile: fixture('chains', 'good-rsa.pem'),
      keyFile: fixture('chains', 'good-rsa.key.pem'),
      main,
      ...more,
    });
    running.push(instance);
    return instance;
  }

  it(
    'resumes by its tickets, and by session ID where it keeps a cache and gives none',
    { timeout: 60_000 },
    async () => {
      const tickets = await postfix({});
      const cache = await postfix({
        smtpd_tls_session_cache_database: 'btree:$data_directory/smtpd_scache',
        tls_ssl_options: 'NO_TICKET',
      });
      const cases = [
        [tickets, '1.2', { offered: 'ticket', ticketsIssued: 1, resumed: true }],
        [tickets, '1.3', { offered: 'psk', resumed: true }],
        [cache, '1.2', { offered: 'session-id', ticketsIssued: 0, lifetimeHintSeconds: null, resumed: true }],
      ] as const;
      for (const [server, version, expected] of cases) {
        const report = await reconnect(server.port, [`--tls${version}`]);
        expect(report.tls?.resumption).toMatchObject(expected);
        expect(report).toMatchObject({ exitCode: 0, connections: 2, verify: { code: 0 }, error: null });
        expect(await reusedBySClient(server.port, version === '1.2' ? '-tls1_2' : '-tls1_3', 'QUIT')).toBe(
          true,
        );
      }
      // Both dialogues were led to their end.
      expect(tickets.log()).not.toMatch(/lost connection|SSL_accept error/);
    },
  );

  it('limits connections: the second is turned away, and nothing is known', async () => {
    const server = await postfix({
      smtpd_client_event_limit_exceptions: '',
      anvil_rate_time_unit: '60s',
      smtpd_client_connection_rate_limit: '1',
    });
    const report = await reconnect(server.port, []);
    expect(report).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 4,
      connections: 2,
      verify: { code: 0 },
      error: { code: 'reconnect-failed', phase: 'banner' },
      tls: { resumption: { resumed: null } },
    });
    expect(report.error?.serverSaid).toMatch(/^421 /);
  });
});
