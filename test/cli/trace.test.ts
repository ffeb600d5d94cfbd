import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventText } from '../../src/cli/trace/events.js';
import { startLab, type Lab } from '../../src/lab/index.js';
import { TlsTracer } from '../../src/wire/trace/tracer.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { startGivingAway } from '../servers/knows-password.js';
import { expectGolden } from '../support/golden.js';
import { fixture } from '../support/probe.js';
import { runCli, runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';
import { extension, message, octets, record, serverHello, v16, v24, v8 } from '../wire/support/build.js';

const WIRE = new URL('../golden/trace/', import.meta.url);

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];

interface View {
  readonly width?: number;
  readonly hushed?: boolean;
}

/** The text of a connection that was written down: a line a chunk or a line of the key log. */
function replay(name: string, { width = Infinity, hushed = false }: View = {}): string {
  let text = '';
  const tracer = new TlsTracer((event) => (text += eventText(event, { width, hushed })));
  for (const line of readFileSync(new URL(`${name}.wire`, WIRE), 'utf8')
    .trimEnd()
    .split('\n')) {
    const [, kind = '', rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (kind === 'keylog') tracer.keylog(rest);
    else tracer.bytes(kind === 'sent' ? 'sent' : 'received', Buffer.from(rest, 'hex'));
  }
  tracer.end();
  return text;
}

/** Recorded on `openssl s_server -trace` of OpenSSL 3.0.22; the golden texts were read against what it wrote. */
describe('the text of a trace', () => {
  it.each(['tls1.2-client-certificate', 'tls1.3-retry'])('golden: %s', (name) => {
    expectGolden(`trace/${name}.txt`, replay(name));
  });

  it('is wrapped on a terminal, and never elsewhere', () => {
    const narrow = replay('tls1.3-retry', { width: 60 }).split('\n');
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(
      Math.max(
        ...replay('tls1.3-retry')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeGreaterThan(100);
  });

  it('says what was cut, lost or not understood', () => {
    let text = '';
    const tracer = new TlsTracer((event) => (text += eventText(event, { width: Infinity, hushed: false })));
    const chain = v24(octets(v24(Buffer.from('not DER')), v24(octets(0x30, 0))));
    tracer.bytes(
      'received',
      record(22, octets(message(99, octets(1)), message(2, serverHello()), message(11, chain))),
    );
    tracer.bytes('received', record(22, message(11, Buffer.alloc(300)).subarray(0, 9)));
    tracer.bytes('received', record(21, octets(2)));
    tracer.bytes('received', record(24, octets(1, 2)));
    tracer.bytes('received', Buffer.from('\u001b[2J 500 no\r\n'));
    tracer.bytes('sent', record(22, message(1, Buffer.alloc(40))).subarray(0, 30));
    tracer.end();
    expectGolden('trace/garbled.txt', text);
  });

  /** A server could have moved the cursor, or written lines of its own, with an ALPN protocol or a subject. */
  it('is safe to print whatever a server puts into it', () => {
    let text = '';
    const tracer = new TlsTracer((event) => (text += eventText(event, { width: Infinity, hushed: false })));
    const name = Buffer.from('\u001b[2J\r\n>>> sent: me\u0007\\', 'latin1');
    const rdn = (data: Buffer): Buffer =>
      octets(
        0x30,
        v8(octets(0x31, v8(octets(0x30, v8(octets(Buffer.from('0603550403', 'hex'), 0x0c, v8(data))))))),
      );
    const request = octets(v8(octets(1)), v16(octets(4, 3)), v16(v16(rdn(name))));
    tracer.bytes(
      'received',
      record(
        22,
        octets(message(2, serverHello({ extensions: [extension(16, v16(v8(name)))] })), message(13, request)),
      ),
    );
    tracer.end();
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    expect(text.match(/sent: me/g)).toHaveLength(2);
    expect(text).not.toMatch(/^>>> sent: me/m);
  });

  it('hides all of what was received but kinds and lengths once it is to be silent', () => {
    const loud = replay('tls1.3-retry');
    const quiet = replay('tls1.3-retry', { hushed: true });
    const received = /<<< received[^]*?(?=>>> sent|$)/g;
    for (const part of quiet.match(received) ?? [])
      expect(part).not.toMatch(/smtpcheck|[0-9a-f]{16}|random|x25519/);
    expect(quiet.match(/>>> sent[^]*?(?=<<< received|$)/g)).toEqual(
      loud.match(/>>> sent[^]*?(?=<<< received|$)/g),
    );
    const heads = /^(?:<<< received: .*| {2}\S.*)$/gm;
    expect(quiet.match(heads)).toEqual(loud.match(heads));
    expect(quiet).toContain('hidden: the server may have heard the secret');
  });
});

describe('smtpcheck tls --trace', () => {
  const NAMES = ['good', 'good-implicit', 'tls-garbage', 'no-starttls'];
  let lab: Lab;
  let targets: string[];
  beforeAll(async () => {
    lab = await startLab({
      fixturesDir: FIXTURES_DIR,
      names: NAMES,
    });
    targets = NAMES.map((name) => {
      const port = lab.servers.find(({ definition }) => definition.name === name)?.port ?? 0;
      return `${name === 'good-implicit' ? 'smtps://' : ''}127.0.0.1:${port}`;
    });
  });
  afterAll(() => lab.stop());

  it('begins where TLS begins, and ends with the goodbye', async () => {
    const { stderr, stdout, code } = await runCli(['tls', targets[0] ?? '', ...TRUST, '--trace']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^PASS /);
    const lines = stderr.split('\n').filter((line) => /^\S/.test(line));
    expect(lines[0]).toBe(`=== TLS with ${targets[0] ?? ''}`);
    expect(lines[1]).toMatch(/^>>> sent: handshake \(22\), TLS 1\.0 \(0x0301\), \d+ octets$/);
    expect(lines.at(-1)).toMatch(/: application_data \(23\), .*, encrypted: alert \(21\), 2 octets$/);
    expect(stderr).toMatch(/description: close_notify \(0\)\n$/);
    expect(stderr).not.toMatch(/EHLO|STARTTLS|^220/m);
  });

  it('goes to stderr beside the one JSON object, and also with --quiet', async () => {
    const json = await runMain(['tls', targets[0] ?? '', ...TRUST, '--trace', '--json']);
    expect(parseReport(json.stdout)).toMatchObject({ exitCode: 0, tls: { protocol: 'TLSv1.3' } });
    expect(json.stderr).toMatch(/ClientHello \(1\)/);
    const quiet = await runMain(['tls', targets[0] ?? '', ...TRUST, '--trace', '-q']);
    expect(quiet).toMatchObject({ code: 0, stdout: '' });
    expect(quiet.stderr).toMatch(/ClientHello \(1\)/);
  });

  it('of several targets is one after the other, each under its name', async () => {
    const { stderr } = await runMain(['tls', ...targets, ...TRUST, '--trace', '-q']);
    const parts = stderr.split(/^=== TLS with /m).slice(1);
    expect(parts.map((part) => part.split('\n')[0])).toEqual(
      targets.slice(0, 3).map((target) => target.replace('smtps://', '')),
    );
    expect(parts[1]).toMatch(/close_notify \(0\)\n$/);
    expect(parts[2]).toMatch(
      /\d+ octets that are no TLS record \(the server sent text where TLS should begin\)\n$/,
    );
  });

  it('says nothing where TLS is not reached', async () => {
    const { stderr } = await runMain(['tls', targets[3] ?? '', ...TRUST, '--trace', '-q']);
    expect(stderr).toBe('');
  });

  it('names the address where the target has a name', async () => {
    const [target = ''] = targets;
    const { stderr } = await runMain([
      'tls',
      target.replace('127.0.0.1', 'localhost'),
      '-4',
      ...TRUST,
      '--trace',
      '-q',
    ]);
    expect(stderr).toMatch(/^=== TLS with localhost:\d+ at 127\.0\.0\.1\n/);
  });
});

describe('smtpcheck auth --trace', () => {
  /**
   * A server that has heard the password could say it back on the next connection, in the clear, in whatever a handshake has room
   * for. The trace showed it.
   */
  it('shows nothing that a server chose once it may know the secret', async () => {
    const secret = 'Tr0ub4dor-and-3';
    const keys = {
      cert: readFileSync(fixture('chains/good-rsa.pem')),
      key: readFileSync(fixture('chains/good-rsa.key.pem')),
    };
    const server = await startGivingAway(keys, secret);
    const target = `submissions://127.0.0.1:${server.port}`;
    const args = ['auth', target, '-u', 'me', ...TRUST, '--all-mechanisms', '--trace', '-v'];
    const { stdout, stderr } = await runCli(args, { env: { SMTPCHECK_PASSWORD: secret } });
    server.stop();
    const [first = '', second = ''] = stderr.split(/^=== TLS with /m).slice(1);
    expect(first).toMatch(/Certificate \(11\)[^]*subject: /);
    expect(second).toMatch(/^127\.0\.0\.1:\d+, connection 2\n>>> sent: handshake/);
    expect(second).toMatch(
      /ServerHello \(2\), \d+ octets\n {4}hidden: the server may have heard the secret\n/,
    );
    const shapes = [secret, ...(['base64', 'hex'] as const).map((to) => Buffer.from(secret).toString(to))];
    for (const shape of shapes) expect(stdout + stderr).not.toContain(shape);
  });
});
