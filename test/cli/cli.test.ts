import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TLS_OPTIONS } from '../../src/cli/options/tls.js';
import { sessionVerifyResult } from '../../src/net/session-der.js';
import { certificate } from '../servers/fixtures.js';
import { startServer, type TestServer } from '../servers/scripted.js';
import { fixture, withServer } from '../support/probe.js';
import { BIN, runCli, type CliResult } from '../support/run-cli.js';
import { parseReport, parseReports } from '../support/schema.js';

const PACKAGE = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const TRUST = ['--ca-file', fixture('roots', 'lab-root-ec.pem'), '--servername', 'mail.smtpcheck.test'];

let good: TestServer;
let expired: TestServer;
let dead: number;
let dir: string;

beforeAll(async () => {
  good = await startServer();
  expired = await startServer({ tls: certificate('expired-leaf') });
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  dead = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  dir = mkdtempSync(join(tmpdir(), 'smtpcheck-cli-'));
});
afterAll(async () => {
  await Promise.all([good.stop(), expired.stop()]);
  rmSync(dir, { recursive: true });
});

function tls(port: number, ...options: readonly string[]): Promise<CliResult> {
  return runCli(['tls', `127.0.0.1:${port}`, ...TRUST, '--timeout', '8s', ...options]);
}

describe('a good server', () => {
  it('passes with exit code 0, the verdict first, nothing on stderr', async () => {
    const { stdout, stderr, code } = await tls(good.port);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^PASS\b/);
  });

  it('gives one valid object with --json', async () => {
    const { stdout, stderr, code } = await tls(good.port, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parseReport(stdout)).toMatchObject({
      outcome: 'pass',
      smtpcheck: PACKAGE.version,
      target: { port: good.port },
    });
  });

  it('prints nothing with --quiet', async () => {
    expect(await tls(good.port, '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(await tls(expired.port, '-q')).toMatchObject({ code: 1, stdout: '', stderr: '' });
    expect(await tls(dead, '-q')).toMatchObject({ code: 3, stdout: '', stderr: '' });
  });

  it('has no colour and no spinner where nobody looks, whatever the environment says', async () => {
    for (const env of [{}, { NO_COLOR: '1' }, { TERM: 'xterm-256color' }]) {
      const { stdout, stderr } = await runCli(['tls', `127.0.0.1:${good.port}`, ...TRUST], { env });
      expect(stdout).not.toContain('\x1b');
      expect(stderr).toBe('');
    }
  });
});

describe('what is shown on request', () => {
  const pems = certificate('good-ecdsa')
    .cert.split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((pem) => pem.trim() !== '');
  const ders = pems.map((pem) => new X509Certificate(pem).raw.toString('hex'));
  const dersOf = (text: string): string[] =>
    (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) =>
      new X509Certificate(pem).raw.toString('hex'),
    );

  it('--show-certs prints the chain as sent', async () => {
    expect(dersOf((await tls(good.port, '--show-certs')).stdout)).toEqual(ders);
    expect(dersOf((await tls(good.port)).stdout)).toEqual([]);
    const report = parseReport((await tls(good.port, '--show-certs', '--json')).stdout);
    expect(report.chain?.sent.map(({ pem }) => dersOf(pem ?? '')[0])).toEqual(ders);
  });

  it('--save-chain writes the chain as sent, and shows no PEM that was not asked for', async () => {
    const file = join(dir, 'chain.pem');
    const { stdout, code } = await tls(good.port, '--save-chain', file, '--json');
    expect(code).toBe(0);
    expect(dersOf(readFileSync(file, 'utf8'))).toEqual(ders);
    expect(stdout).not.toContain('BEGIN CERTIFICATE');
    parseReport(stdout);
  });

  it('--save-chain writes what was sent also when it does not verify', async () => {
    const file = join(dir, 'expired.pem');
    expect((await tls(expired.port, '--save-chain', file)).code).toBe(1);
    expect(dersOf(readFileSync(file, 'utf8'))[0]).toBe(
      new X509Certificate(certificate('expired-leaf').cert).raw.toString('hex'),
    );
  });

  it('--save-chain says so when there is nothing to write', async () => {
    const file = join(dir, 'none.pem');
    const { stderr, code } = await tls(dead, '--save-chain', file);
    expect(code).toBe(3);
    expect(stderr).toContain('was not written');
    expect(existsSync(file)).toBe(false);
  });

  it('--show-leaf prints the certificate of the server alone', async () => {
    expect(dersOf((await tls(good.port, '--show-leaf')).stdout)).toEqual(ders.slice(0, 1));
    const report = parseReport((await tls(good.port, '--show-leaf', '--json')).stdout);
    expect(report.chain?.sent.map(({ pem }) => pem !== undefined)).toEqual([true, false]);
    expect(report.chain?.path.every(({ pem }) => pem === undefined)).toBe(true);
    expect(dersOf((await tls(dead, '--show-leaf')).stdout)).toEqual([]);
    expect(dersOf((await tls(good.port, '--show-leaf', '--show-certs')).stdout)).toEqual(ders);
  });

  it.each(['--tls1.2', '--tls1.3'])(
    '--session-out writes the session of %s for nobody else to read',
    async (version) => {
      const file = join(dir, `session${version}.pem`);
      expect((await tls(good.port, version, '--session-out', file)).code).toBe(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const [, base64 = ''] =
        /^-----BEGIN SSL SESSION PARAMETERS-----\n((?:[A-Za-z0-9+/=]{1,64}\n)+)-----END SSL SESSION PARAMETERS-----\n$/.exec(
          readFileSync(file, 'utf8'),
        ) ?? [];
      // What Node puts before the DER is not in it.
      expect(sessionVerifyResult(Buffer.from(base64, 'base64'))).toBe(0);
      expect(Buffer.from(base64, 'base64')[0]).toBe(0x30);
    },
  );

  it('--session-out says so when there is no session, or no such folder', async () => {
    const file = join(dir, 'no-session.pem');
    const { stderr, code } = await tls(dead, '--session-out', file);
    expect({ code, written: existsSync(file) }).toEqual({ code: 3, written: false });
    expect(stderr).toContain('gave no session that could be resumed');
    const nowhere = await tls(good.port, '--session-out', join(dir, 'no-such-folder', 's.pem'));
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('--session-out cannot be written');
    // It waited for ever for somebody to read, and heard no Ctrl-C.
    const fifo = join(dir, 'session-fifo');
    execFileSync('mkfifo', [fifo]);
    const unread = await tls(good.port, '--session-out', fifo);
    expect(unread).toMatchObject({ code: 2 });
    expect(unread.stderr).toContain('nobody reads from it');
  });

  // A script that goes on to use the file must not be told that all is well.
  it('--save-chain to a place that cannot be written is exit 2, unless the probe failed', async () => {
    const file = join(dir, 'no-such-folder', 'chain.pem');
    const passed = await tls(good.port, '--save-chain', file);
    expect(passed.code).toBe(2);
    expect(passed.stderr).toContain('--save-chain cannot be written');
    expect(passed.stdout).toContain('PASS');
    expect((await tls(expired.port, '--save-chain', file)).code).toBe(1);
  });

  // It was called a bug of smtpcheck, with a stack trace.
  it.runIf(existsSync('/dev/full'))('a report that cannot be written is exit 2, and no bug', async () => {
    const sh = promisify(execFile)('sh', [
      '-c',
      `"$0" "$1" tls 127.0.0.1:${dead} > /dev/full`,
      process.execPath,
      BIN,
    ]);
    await expect(sh).rejects.toMatchObject({
      code: 2,
      stderr: 'smtpcheck: error: cannot write the report (ENOSPC)\n',
    });
  });

  it('--debug dumps every byte both ways on stderr', async () => {
    const { stdout, stderr } = await tls(good.port, '--debug', '--json');
    parseReport(stdout);
    const dump = (arrow: string): Buffer => {
      const wanted = stderr.split(/(?=^(?:>>>|<<<) )/m).filter((block) => block.startsWith(arrow));
      const rows = wanted.flatMap((block) => block.split('\n').slice(1)).map((row) => row.slice(7, 54));
      return Buffer.from(rows.join(' ').replaceAll(' ', ''), 'hex');
    };
    expect(dump('<<<').toString('latin1')).toMatch(
      /^220 mail\.smtpcheck\.test ESMTP\r\n250-mail\.smtpcheck\.test\r\n/,
    );
    expect(dump('<<<').toString('latin1')).toContain('220 2.0.0 Ready\r\n\x16\x03\x03');
    expect(dump('>>>').toString('latin1')).toMatch(/^EHLO [^\r\n]+\r\nSTARTTLS\r\n\x16\x03\x01/);
    expect(stderr).toContain('32 32 30 20 6d 61 69 6c');
  });

  it('-v adds the dialogue, on both sides of TLS', async () => {
    const { stdout } = await tls(good.port, '-v');
    expect(stdout).toMatch(/C: EHLO /);
    expect(stdout).toMatch(/S: 250-mail\.smtpcheck\.test/);
    expect(stdout).toMatch(/C: STARTTLS/);
    expect(stdout).toMatch(/S: 221 /);
    const report = parseReport((await tls(good.port, '-v', '--json')).stdout);
    expect(report.transcript?.filter((line) => line.startsWith('C: EHLO '))).toHaveLength(2);
    expect(report.transcript?.at(-1)).toBe('S: 221 2.0.0 Bye');
    expect(parseReport((await tls(good.port, '--json')).stdout).transcript).toBeUndefined();
  });
});

describe('several targets', () => {
  const ports = (): number[] => [good.port, expired.port, dead, good.port];
  const run = (...options: readonly string[]): Promise<CliResult> =>
    runCli(['tls', ...ports().map((port) => `127.0.0.1:${port}`), ...TRUST, ...options]);

  it('give JSON Lines in order, and the worst exit code', async () => {
    const { stdout, code } = await run('--json');
    const reports = parseReports(stdout);
    expect(reports.map(({ target }) => target?.port)).toEqual(ports());
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([0, 1, 3, 0]);
    expect(code).toBe(1);
  });

  it('give one text after the other', async () => {
    const { stdout } = await run();
    expect(stdout.match(/^(?:PASS|FAIL|ERROR)\b/gm)).toEqual(['PASS', 'FAIL', 'ERROR', 'PASS']);
  });
});

describe('a server that is not there', () => {
  it('is exit code 3, in text and in JSON', async () => {
    const text = await tls(dead);
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^ERROR\b/);
    expect(text.stdout).toContain('refused the connection');
    const json = await tls(dead, '--json');
    expect(json.code).toBe(3);
    expect(parseReport(json.stdout)).toMatchObject({
      outcome: 'error',
      exitCode: 3,
      error: { code: 'connection-refused' },
    });
  });
});

describe('mistakes', () => {
  const MISTAKES: readonly (readonly [string, readonly string[], RegExp, RegExp | null])[] = [
    ['no command', [], /no command/, null],
    ['an unknown command', ['tsl', 'a.example'], /./, null],
    ['the target as command', ['mail.example.org:25'], /./, /smtpcheck tls mail\.example\.org:25/],
    ['no target', ['tls'], /target|positional/i, null],
    ['options and no target', ['tls', '--tls1.2'], /target|positional/i, null],
    // yargs drops these without a word: the pin was gone, and the server passed.
    ['a switch with a value', ['tls', 'a.example', '--tls1.2=yes'], /--tls1\.2 takes no value/, /alone/],
    ['a switch with a word of its own', ['tls', 'a.example', '--tls1.2', 'false'], /takes no value/, /alone/],
    ['a short switch with a value', ['tls', 'a.example', '-v=1'], /-v takes no value/, /alone/],
    ['-4 for an IPv6 address', ['tls', '::1', '-4'], /excludes ::1/, null],
    ['an unknown option', ['tls', 'a.example', '--ciper', 'x'], /ciper/, /--cipher/],
    // A function that every object has was printed as the hint.
    ['an option called like a property', ['tls', 'a', '--constructor'], /constructor/, /--help lists what/],
    ['the old -connect', ['tls', '-connect', 'a.example:25'], /./, /the target stands alone/],
    ['the old -starttls', ['tls', 'a.example', '-starttls', 'smtp'], /./, /leave -starttls out/],
    ['the old -CApath', ['tls', 'a.example', '-CApath', '/etc/ssl/certs'], /./, /--ca-path/],
    ['the old -tls1_2', ['tls', 'a.example', '-tls1_2'], /./, /--tls1\.2/],
    ['the old -verify_return_error', ['tls', 'a.example', '-verify_return_error'], /./, /leave it out/],
    ['a pin for a scan', ['scan', 'a.example', '--tls1.2'], /tls1\.2/, /--only protocols .*--tls1\.2/],
    ['the old -tls1_2 for a scan', ['scan', 'a.example', '-tls1_2'], /./, /--only protocols .*--tls1\.2/],
    ['a suite for a scan', ['scan', 'a.example', '--cipher', 'AES128-SHA'], /cipher/, /--only protocols/],
    ['a group for a scan', ['scan', 'a.example', '--groups', 'P-256'], /groups/, /--only groups/],
    ['a password', ['tls', 'a.example', '--password', 'hunter2'], /./, /never arguments/],
    ['a missing value', ['tls', 'a.example', '--cipher'], /./, null],
    ['an option for a value', ['tls', 'a.example', '--cipher', '--json=false'], /./, null],
    ['an empty value', ['tls', 'a.example', '--servername', ''], /--servername needs a value/, null],
    [
      'a suite that is misspelt',
      ['tls', 'a.example', '--cipher', 'ECDHE-RSA-AES128-GCM-SHA265'],
      /unknown cipher/,
      /ECDHE-RSA-AES128-GCM-SHA256/,
    ],
    [
      'protocol and cipher that cannot go together',
      ['tls', 'a.example', '--tls1.3', '--cipher', 'ECDHE-RSA-AES128-GCM-SHA256'],
      /cannot be negotiated/,
      /TLS_AES_128_GCM_SHA256/,
    ],
    [
      'a depth that is no number',
      ['tls', 'a.example', '--depth', 'abc'],
      /--depth takes a whole number from 0 to 100, not "abc"/,
      null,
    ],
    ['a negative depth', ['tls', 'a.example', '--depth=-1'], /--depth takes a whole number/, null],
    [
      'an option twice',
      ['tls', 'a.example', '--depth', '1', '--depth', '2'],
      /--depth was given 2 times/,
      null,
    ],
    [
      'a duration without unit',
      ['tls', 'a.example', '--timeout', '20'],
      /--timeout takes a duration/,
      /--timeout 20s/,
    ],
    ['a timeout of nothing', ['tls', 'a.example', '--timeout', '0s'], /more than nothing/, null],
    ['an unknown store', ['tls', 'a.example', '--ca-store', 'windows'], /windows/i, null],
    ['a web address', ['tls', 'http://mail.example.org'], /unknown scheme/, /web address/],
    ['a mailbox', ['tls', 'postmaster@example.org'], /mailbox/, /MX/],
    [
      'a scheme against an option',
      ['tls', 'smtps://a.example', '--lmtp'],
      /implicit TLS, but the option says LMTP/,
      null,
    ],
    ['two modes', ['tls', 'a.example', '--lmtp', '--implicit-tls'], /exclude/, null],
    ['two families', ['tls', 'a.example', '-4', '-6'], /exclude/, /neither/],
    [
      'SNI and none',
      ['tls', 'a.example', '--no-sni', '--servername', 'b.example'],
      /exclude/,
      /--verify-hostname/,
    ],
    [
      'an address as SNI',
      ['tls', 'a.example', '--servername', '192.0.2.1'],
      /takes a name/,
      /--verify-hostname 192\.0\.2\.1/,
    ],
    ['a name as --address', ['tls', 'a.example', '--address', 'b.example'], /takes an IP address/, null],
    ['a command as EHLO name', ['tls', 'a.example', '--ehlo', 'x\r\nRSET'], /cannot be an EHLO name/, null],
    ['a pin of no kind', ['tls', 'a.example', '--pin', 'abcd'], /--pin takes/, null],
    ['a key without certificate', ['tls', 'a.example', '--key', 'k.pem'], /--key needs --cert/, null],
    ['a certificate without key', ['tls', 'a.example', '--cert', 'c.pem'], /--cert needs --key/, null],
    [
      'a file that is not there',
      ['tls', 'a.example', '--ca-file', '/nonexistent/ca.pem'],
      /\/nonexistent\/ca\.pem/,
      null,
    ],
    [
      'a directory that is not there',
      ['tls', 'a.example', '--ca-path', '/nonexistent'],
      /\/nonexistent/,
      null,
    ],
    [
      'a chain to save for two',
      ['tls', 'a.example', 'b.example', '--save-chain', 'x.pem'],
      /one target/,
      null,
    ],
  ];

  it.each(MISTAKES)('%s: exit code 2, error and hint on stderr', async (_, args, message, hint) => {
    const { stdout, stderr, code } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^smtpcheck: error: /);
    expect(stderr.split('\n')[0]).toMatch(message);
    if (hint !== null) expect(/^hint: (.*)$/m.exec(stderr)?.[1]).toMatch(hint);
    // No stack trace, no object, no control character.
    expect(stderr).not.toMatch(/\n\s+at |\[object|\r/);
    expect(stderr).not.toContain('hunter2');
  });

  const inJson = MISTAKES.filter(
    ([, args]) => args[0] === 'tls' && !args.some((arg) => arg.startsWith('--json')),
  );
  it.each([...inJson.filter(([, args]) => args.length > 1)])(
    '%s with --json: exactly one object',
    async (_, args, message) => {
      const { stdout, stderr, code } = await runCli(['tls', '--json', ...args.slice(1)]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(parseReport(stdout)).toMatchObject({
        outcome: 'error',
        exitCode: 2,
        target: null,
        connections: 0,
        findings: [],
      });
      expect(parseReport(stdout).error?.message).toMatch(message);
    },
  );

  it('of an empty CA directory', async () => {
    const empty = mkdtempSync(join(dir, 'empty-'));
    const { stderr, code } = await runCli(['tls', '127.0.0.1', '--ca-path', empty]);
    expect(code).toBe(2);
    expect(stderr).toContain(empty);
  });
});

describe('help and version', () => {
  it.each([['--version'], ['version']])('%s is the version of the package', async (word) => {
    expect(await runCli([word])).toMatchObject({ code: 0, stdout: `${PACKAGE.version}\n`, stderr: '' });
  });

  it('--help lists the commands and the exit codes', async () => {
    const { stdout, stderr, code } = await runCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const words of ['tls', 'lab', 'demo', 'Exit status', '130']) expect(stdout).toContain(words);
  });

  it('tls --help lists every option with its words', async () => {
    const { stdout, code } = await runCli(['tls', '--help']);
    expect(code).toBe(0);
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const [name, { alias, describe: text }] of Object.entries(TLS_OPTIONS)) {
      expect(words).toMatch(new RegExp(`--${name.replaceAll('.', '\\.')}[ ,]`));
      for (const other of alias === undefined ? [] : [alias].flat())
        expect(words).toMatch(new RegExp(`-${other.replaceAll('.', '\\.')}[ ,]`));
      expect(words).toContain(text);
    }
    expect(stdout.split('\n').every((line) => line.length <= 120)).toBe(true);
  });
});

describe('signals', () => {
  const hang = (signal: NodeJS.Signals, ...options: readonly string[]): Promise<CliResult> =>
    withServer(startServer({ replies: { STARTTLS: ['silence'] } }), (server) =>
      runCli(['tls', `127.0.0.1:${server.port}`, ...TRUST, ...options], {
        started: (child) => {
          // As soon as the server has heard STARTTLS: what was measured by then is to be printed.
          const timer = setInterval(() => {
            if (!server.log.includes('STARTTLS')) return;
            clearInterval(timer);
            child.kill(signal);
          }, 20);
          child.once('exit', () => clearInterval(timer));
        },
      }),
    );

  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('%s prints what was measured and exits with %d', async (signal, exitCode, code) => {
    const result = await hang(signal, '--json');
    expect(result.code).toBe(exitCode);
    expect(result.ms).toBeLessThan(8000);
    expect(parseReport(result.stdout)).toMatchObject({
      outcome: 'inconclusive',
      exitCode,
      smtp: { banner: 'mail.smtpcheck.test ESMTP', starttls: 'offered' },
      error: { code, phase: 'starttls' },
    });
  });

  it('SIGINT as text shows how far it came', async () => {
    const { stdout, code } = await hang('SIGINT');
    expect(code).toBe(130);
    expect(stdout).toMatch(/^INCONCLUSIVE\b/);
    expect(stdout).toContain('interrupted');
    expect(stdout).toContain('mail.smtpcheck.test ESMTP');
  });

  it('SIGINT goes before what other targets came to', () =>
    withServer(startServer({ greeting: ['silence'] }), async (silent) => {
      const { stdout, code } = await runCli(
        ['tls', ...[expired.port, silent.port].map((port) => `127.0.0.1:${port}`), ...TRUST, '--json'],
        {
          started: (child) => {
            const timer = setInterval(() => {
              if (silent.connections === 0) return;
              clearInterval(timer);
              setTimeout(() => child.kill('SIGINT'), 500);
            }, 20);
            child.once('exit', () => clearInterval(timer));
          },
        },
      );
      expect(parseReports(stdout).map(({ exitCode }) => exitCode)).toEqual([1, 130]);
      expect(code).toBe(130);
    }));
});

describe('the process', () => {
  it('ends at the deadline, whatever the server does', () =>
    withServer(startServer({ greeting: ['silence'] }), async (server) => {
      const { code, ms } = await runCli(['tls', `127.0.0.1:${server.port}`, ...TRUST, '--timeout', '1s']);
      expect(code).toBe(4);
      expect(ms).toBeLessThan(4000);
    }));

  it('ends at the deadline when DNS is silent, although a look-up cannot be cancelled', async () => {
    const preload = join(dir, 'silent-dns.cjs');
    writeFileSync(preload, "require('node:dns').lookup = () => void setTimeout(() => undefined, 12_000);");
    const { stdout, code, ms } = await runCli(['tls', 'mail.example.org', '--timeout', '500ms', '--json'], {
      env: { NODE_OPTIONS: `--require=${preload}` },
    });
    expect(code).toBe(4);
    expect(parseReport(stdout)).toMatchObject({ error: { code: 'dns-timeout', phase: 'dns' } });
    expect(ms).toBeLessThan(5000);
  });

  it('prints all of a long report into a pipe before it ends', async () => {
    const targets = Array.from({ length: 12 }, () => `127.0.0.1:${good.port}`);
    const { stdout } = await runCli(['tls', ...targets, ...TRUST, '--json', '--show-certs', '-v']);
    expect(stdout.length).toBeGreaterThan(64 * 1024);
    expect(parseReports(stdout)).toHaveLength(12);
  });

  it('does not mind a reader that goes away', async () => {
    const program = `node bin/smtpcheck.js tls ${Array.from({ length: 4 }, () => `127.0.0.1:${good.port}`).join(' ')} ${TRUST.join(' ')} -v | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', program], {
      cwd: new URL('../..', import.meta.url),
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('0');
  });

  it('trusts what NODE_EXTRA_CA_CERTS adds no more than what was asked for', async () => {
    const { stdout, code } = await runCli(
      ['tls', `127.0.0.1:${good.port}`, '--servername', 'mail.smtpcheck.test', '--json'],
      {
        env: { NODE_EXTRA_CA_CERTS: fixture('roots', 'lab-root-ec.pem') },
      },
    );
    expect(code).toBe(1);
    expect(parseReport(stdout)).toMatchObject({ verify: { code: 20 } });
  });
});

describe('the library', () => {
  const run = async (program: string): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: new URL('../..', import.meta.url),
    });

  it('does nothing when it is imported', async () => {
    const { stdout, stderr } = await run(`
      const before = { keys: Reflect.ownKeys(globalThis).length, env: JSON.stringify(process.env) };
      const library = await import('./dist/index.js');
      const listeners = process.eventNames().length;
      console.log(JSON.stringify({
        same: Reflect.ownKeys(globalThis).length === before.keys && JSON.stringify(process.env) === before.env,
        resources: process.getActiveResourcesInfo().filter((kind) => !/^(?:PipeWrap|TTYWrap|FSReqPromise|FSReqCallback|TickObject|Immediate|CloseReq)$/.test(kind)),
        signals: process.listenerCount('SIGINT') + process.listenerCount('SIGTERM') + process.listenerCount('uncaughtException'),
        exitCode: process.exitCode ?? null,
        names: Object.keys(library),
      }));
    `);
    expect(stderr).toBe('');
    const seen = JSON.parse(stdout) as { names: string[] };
    expect(seen).toMatchObject({ same: true, resources: [], signals: 0, exitCode: null });
    expect(seen.names).toEqual(
      expect.arrayContaining([
        'probeTls',
        'probeAuth',
        'judgeCertificates',
        'openTrust',
        'parseTarget',
        'resolvePins',
        'renderText',
        'renderJson',
        'probeScan',
        'judgePolicy',
        'explanationOf',
        'VERSION',
      ]),
    );
  });

  it('has the version of the package', async () => {
    const { stdout } = await run(`import { VERSION } from './dist/index.js'; console.log(VERSION);`);
    expect(stdout.trim()).toBe(PACKAGE.version);
  });
});
