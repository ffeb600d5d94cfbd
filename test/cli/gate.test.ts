import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFileWords } from '../../src/cli/gate/file-words.js';
import { startLab, type Lab } from '../../src/lab/index.js';
import type { Report } from '../../src/core/report.js';
import { pass } from '../report/sample-parts.js';
import { runCli } from '../support/run-cli.js';
import { parseReports } from '../support/schema.js';

/* `smtpcheck gate` as a pipeline runs it, against servers of the lab. */

const FIXTURES = fileURLToPath(new URL('../../certs-fixtures/out', import.meta.url));
const NAMES = ['good', 'expired', 'tls-1-0-only', 'silent', 'greeting-421'] as const;

let folder = '';
let lab: Lab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-gate-'));
  lab = await startLab({ fixturesDir: FIXTURES, names: NAMES });
});

afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
const host = (name: (typeof NAMES)[number]): string =>
  `127.0.0.1:${String(lab.servers.find(({ definition }) => definition.name === name)?.port)}`;

/** Writes a gate's file for these servers; `more` goes under `defaults`. */
function gateFile(names: readonly (typeof NAMES)[number][], more = ''): string {
  const file = path('gate.yaml');
  const defaults = `{ ca-path: ${FIXTURES}/ca-dir, servername: mail.smtpcheck.test${more} }`;
  const targets = names.map((name) => `  - host: ${host(name)}\n`).join('');
  writeFileSync(file, `version: 1\nprofile: mx\ndefaults: ${defaults}\ntargets:\n${targets}`);
  return file;
}

describe('the exit code', () => {
  it.each([
    [['good'], 0],
    [['good', 'expired'], 1],
    [['good', 'silent'], 4],
    [['silent', 'expired'], 1],
  ] as const)('for %j is %i', async (names, code) => {
    const run = await runCli(['gate', gateFile(names, ', timeout: 3s'), '--json']);
    expect(run.code).toBe(code);
    expect(parseReports(run.stdout)).toHaveLength(names.length);
  });
});

/** A hint named --timeout and --rate, which `gate` refuses: they stand in its file. */
describe('the hints of a gate', () => {
  it('name keys of the file', async () => {
    const { stdout } = await runCli(['gate', gateFile(['silent'], ', timeout: 2s'), '--json']);
    const [report] = parseReports(stdout);
    expect(report?.error?.hint).toBe(
      'a port with implicit TLS is silent like this: try smtps://host:port; some servers greet late: "timeout: 120s" (in the file of the gate)',
    );
    // Of each rule it says why it is not known, not which option of scan would have asked for it.
    expect(report?.policy?.rules.filter(({ measured }) => /not in the report/.test(measured ?? ''))).toEqual(
      [],
    );
  });

  it('name no option that the gate does not have, in any format', async () => {
    const file = gateFile(['greeting-421', 'good'], ', max-wait: 0s, max-connections: 3');
    const formats = ['text', 'markdown', 'junit', 'nagios', 'github'];
    const files = formats.flatMap((format) => ['--format', format, '-o', path(format)]);
    const { stdout, code } = await runCli(['gate', file, '--json', ...files]);
    expect(code).toBe(4);
    for (const format of formats)
      expect(readFileSync(path(format), 'utf8').match(/ --[a-z]\S*/g) ?? [], format).toEqual([]);
    const hints = parseReports(stdout).map(({ error }) => error?.hint ?? '');
    expect(hints[1]).toBe('raise "max-connections" (in the file of the gate)');
  });
});

it('of a gate the hints of scan are in the words of the file', () => {
  const said = (fix: string): string | undefined =>
    withFileWords({ ...pass, findings: [{ id: 'x', severity: 'info', message: '', fix }] }).findings[0]?.fix;
  expect(said('ask slower with --rate 20/m, or give it time with --max-wait 10m')).toBe(
    'ask slower with "rate: 20/m", or give it time with "max-wait: 10m" (in the file of the gate)',
  );
  expect(said('check the name with --verify-hostname')).toBe(
    'check the name with "verify-hostname" (in the file of the gate)',
  );
  expect(said('name the address with --address to go on')).toBe(
    'name the address with "address" to go on (in the file of the gate)',
  );
  // These are no keys either.
  expect(said('is this an LMTP port? try with --lmtp')).toBe('is this an LMTP port? try lmtp://host:port');
  expect(said('is this an SMTP port? try without --lmtp')).toBe('is this an SMTP port? try smtp://host:port');
  expect(said('try --tls1.2')).toBe('try smtpcheck tls --tls1.2');
  expect(said('report it with the output of --debug')).toBe(
    'report it with the output of smtpcheck tls --debug',
  );
  expect(said('give one with --cert and --key')).toBe(
    'a gate has none to show; smtpcheck tls takes one with --cert and --key',
  );
  expect(said('add --implicit-tls, or write smtps://host:port')).toBe('write smtps://host:port');
  expect(said('use smtp://host:port, or leave --implicit-tls out')).toBe('use smtp://host:port');
  // These gate has too.
  expect(said('--inconclusive=warn lets it pass')).toBe('--inconclusive=warn lets it pass');
});

/** Only what got worse fails: the faults of yesterday stay, and one more is one too many. */
describe('--baseline', () => {
  it('lets pass what was there, and fails for what is new', async () => {
    const before = await runCli(['gate', gateFile(['expired', 'tls-1-0-only']), '--json']);
    expect(before.code).toBe(1);
    writeFileSync(path('before.json'), before.stdout);
    const same = await runCli(['gate', path('gate.yaml'), '--baseline', path('before.json'), '--json']);
    expect(same.code).toBe(0);
    const known = parseReports(same.stdout).map((report: Report) =>
      report.policy?.rules.filter(({ result }) => result === 'known').map(({ id }) => id),
    );
    expect(known[0]).toContain('certificate-expired');
    expect(known[1]).toContain('no-modern-protocol');
  });

  it('fails for what was better then', async () => {
    const { stdout } = await runCli(['gate', gateFile(['good']), '--json']);
    const ports = [host('good'), host('expired')].map((name) => name.split(':')[1] ?? '');
    // What stood at the place of the bad server was a good one.
    writeFileSync(
      path('better.json'),
      stdout.replace(`"port":${ports[0] ?? ''}`, `"port":${ports[1] ?? ''}`),
    );
    const args = ['gate', gateFile(['expired']), '--baseline', path('better.json'), '--json'];
    const { code, stdout: now } = await runCli(args);
    expect(code).toBe(1);
    const failed = parseReports(now)[0]?.policy?.rules.filter(({ result }) => result === 'fail');
    expect(failed?.map(({ id }) => id)).toEqual(['certificate-expired']);
  });

  it('knows nothing of a server that it does not have', async () => {
    const before = await runCli(['gate', gateFile(['good']), '--json']);
    writeFileSync(path('good.json'), before.stdout);
    const { code } = await runCli(['gate', gateFile(['expired']), '--baseline', path('good.json')]);
    expect(code).toBe(1);
  });

  it.each([
    ['missing.json', 'missing.json'],
    ['gate.yaml', 'JSON'],
  ])('refuses %s before anything is sent', async (name, words) => {
    const { code, stdout, stderr } = await runCli(['gate', gateFile(['good']), '--baseline', path(name)]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(words);
  });
});

it('ends a run of several servers with how many of each outcome', async () => {
  const { stdout } = await runCli(['gate', gateFile(['good', 'expired'])]);
  expect(stdout).toMatch(/\n\n +servers: 1 PASS, 1 FAIL\n +FAIL: 127\.0\.0\.1:\d+\n$/);
});

/**
 * Twenty servers behind a greet pause of six seconds took twenty times as long as one of them. One after the other are only those that
 * may be one server: its limit of connections is for all its ports.
 */
describe('targets', () => {
  /** Servers that greet, each with 554, when two clients have come to them; and what was found of each, in the order of the file. */
  async function gateOf(...addresses: string[]): Promise<(string | undefined)[]> {
    const clients: Socket[] = [];
    const servers = await Promise.all(
      addresses.map(async (address) => {
        const server = createServer((socket) => {
          clients.push(socket.resume().on('error', () => undefined));
          if (clients.length >= 2) for (const client of clients) client.write('554 no\r\n');
        });
        await new Promise<void>((resolve) => server.listen(0, address, resolve));
        return server;
      }),
    );
    const hosts = servers.map(
      (server, i) => `${addresses[i] ?? ''}:${(server.address() as AddressInfo).port}`,
    );
    const list = hosts.map((name) => `  - host: ${name}\n`).join('');
    const defaults = 'defaults: { timeout: 3s, max-wait: 0s }';
    writeFileSync(path('two.yaml'), `version: 1\nprofile: mx\n${defaults}\ntargets:\n${list}`);
    const reports = parseReports((await runCli(['gate', path('two.yaml'), '--json'])).stdout);
    for (const server of servers) server.close();
    expect(reports.map(({ target }) => `${target?.host ?? ''}:${target?.port ?? ''}`)).toEqual(hosts);
    return reports.map(({ error }) => error?.code);
  }

  it('of several hosts are probed side by side', async () => {
    expect(await gateOf('127.0.0.1', '127.0.0.2')).toEqual(['greeting-rejected', 'greeting-rejected']);
  });

  it('of one host one after the other', async () => {
    expect(await gateOf('127.0.0.1', '127.0.0.1')).toEqual(['silent', 'greeting-rejected']);
  });
});
