import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { chainFile } from './support/chain-file.js';
import { freePorts } from './support/loopback.js';
import { parseSClient, type CommandResult } from './support/openssl.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { pathWithSmtpcheck, runShellLine } from './support/shell-line.js';

/*
 * Command lines of `openssl s_client` as people have them in wikis, blogs, scripts and issues, run twice on real Postfix
 * servers: as they stand, and with their first word replaced. What they negotiate, what the verification says, and the exit
 * status are compared; every difference is one of the traps below, and is named.
 *
 * Each says where a line of this kind was found (2026-11); hosts and files are ours. Lines with -msg, -trace, -state,
 * -tlsextdebug, -keylogfile and -reconnect, and dialogues, whose output is another, are at the end.
 */

const CA_DIR = join(FIXTURES_DIR, 'ca-dir');
const ready = [requireTool('postfix'), requireTool('openssl')].every(Boolean);

/** Where s_client's meaning is a trap, and what is done instead. */
const TRAPS = {
  'exit 0': 's_client exits 0 although the chain does not verify; we exit 1',
  'no name check': 's_client checks no name without -verify_hostname; we do, and exit 1',
  'TLS 1.3 left free': '-cipher alone leaves TLS 1.3 free in s_client; we offer what is named',
  'no depth limit': '-verify N limits nothing in s_client; we pass --depth N',
  'nobody asked': 's_client cannot offer it, sends nothing and exits 1, as for a no of the server; we exit 4',
  'own security level':
    's_client breaks TLS 1.0 off by itself and exits 1, as for a no of the server; we ask the server',
  'usage is 2': 'a line that cannot be used is exit 2 here, 1 there',
  'not reached is 3': 'a server that is not there is exit 3 here, 1 there',
} as const;

interface Outcome {
  readonly protocol: string | undefined;
  readonly cipher: string | undefined;
  /** The first verify error; 0 without any, undefined where the chain was not seen. */
  readonly verify: number | undefined;
  readonly exit: number;
}

/** Fields in which the two differ, as `[theirs, ours]`, and the trap that it is. */
interface Difference extends Partial<Record<keyof Outcome, readonly [theirs: unknown, ours: unknown]>> {
  readonly trap: keyof typeof TRAPS;
}

let folder = '';
let server: PostfixInstance | undefined;
let places: Readonly<Record<string, string>> = {};
let env: Readonly<Record<string, string>> = {};

const WIDE = {
  smtpd_tls_protocols: '>=TLSv1',
  smtpd_tls_ciphers: 'medium',
  tls_medium_cipherlist: 'ALL:@SECLEVEL=0',
};

beforeAll(async () => {
  if (!ready) return;
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-s-client-'));
  chmodSync(folder, 0o755);
  const chain = (...ids: readonly string[]) => ({
    smtpd_tls_chain_files: ids.map((id) => chainFile(folder, id)).join(', '),
  });
  server = await startPostfix({
    chainFiles: ['good-rsa', 'good-ecdsa'].map((id) => chainFile(folder, id)),
    main: WIDE,
    smtps: true,
    services: {
      expired: chain('expired-leaf'),
      selfSigned: chain('self-signed-leaf'),
      incomplete: chain('incomplete'),
      wrongName: chain('wrong-name'),
      deep: chain('good-deep'),
      smallKey: chain('rsa-1024-leaf'),
      tls12: { ...chain('good-rsa'), smtpd_tls_protocols: '>=TLSv1.2, <=TLSv1.2' },
      tls13: { ...chain('good-rsa'), smtpd_tls_protocols: '>=TLSv1.3' },
      plain: { smtpd_tls_security_level: 'none' },
      asks: { ...chain('good-rsa'), smtpd_tls_ask_ccert: 'yes' },
    },
  });
  const [dead = 0] = await freePorts(1);
  places = {
    good: String(server.port),
    smtps: String(server.smtpsPort),
    dead: String(dead),
    ...Object.fromEntries(Object.entries(server.servicePorts).map(([name, port]) => [name, String(port)])),
    DIR: CA_DIR,
    CA: caBundle(),
    OUT: folder,
    SPKI: spkiDigest(),
    CHAINS: join(FIXTURES_DIR, 'chains'),
  };
  // The system's own store, for lines that name none: both tools take it from here.
  env = { PATH: pathWithSmtpcheck(folder), HOME: folder, SSL_CERT_DIR: CA_DIR };
});

afterAll(async () => {
  await server?.stop();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Of the leaf that is shown to who takes ECDSA. */
function spkiDigest(): string {
  const leaf = new X509Certificate(readFileSync(join(FIXTURES_DIR, 'chains', 'good-ecdsa.pem')));
  return createHash('sha256')
    .update(leaf.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function caBundle(): string {
  const file = join(folder, 'ca.pem');
  const roots = ['lab-root-rsa', 'lab-root-ec'].map((name) =>
    readFileSync(join(FIXTURES_DIR, 'roots', `${name}.pem`), 'utf8'),
  );
  writeFileSync(file, roots.join(''));
  return file;
}

const fill = (line: string): string =>
  line.replace(/\{(\w+)\}/g, (_all, name: string) => places[name] ?? `{${name}}`);

interface Pair {
  readonly theirs: CommandResult;
  readonly ours: CommandResult;
}

/** The first word, and nothing else. */
function replaced(line: string): string {
  expect(line).toContain('openssl s_client');
  return line.replace('openssl s_client', 'smtpcheck s_client');
}

async function both(line: string): Promise<Pair> {
  const filled = fill(line);
  const [theirs, ours] = await Promise.all([filled, replaced(filled)].map((one) => runShellLine(one, env)));
  if (theirs === undefined || ours === undefined) throw new Error('unreachable');
  return { theirs, ours };
}

function theirOutcome(result: CommandResult): Outcome {
  const said = parseSClient(result);
  // -brief has words of its own, on stderr.
  const brief = (label: string): string | undefined =>
    new RegExp(`^${label}: (\\S+)`, 'm').exec(result.stderr)?.[1];
  const protocol = said.protocol ?? brief('Protocol version');
  return {
    protocol,
    cipher: said.cipher ?? brief('Ciphersuite'),
    verify: said.verifyErrors[0]?.num ?? (protocol === undefined ? undefined : 0),
    exit: result.exitCode,
  };
}

function ourOutcome({ stdout, exitCode }: CommandResult): Outcome {
  const find = (pattern: RegExp): string | undefined => pattern.exec(stdout)?.[1];
  const verify = find(/^ +verify: (\d+) X509_V_/m);
  return {
    protocol: find(/^ +protocol: (\S+)$/m),
    cipher: find(/^ +cipher: (\S+)/m),
    verify: verify === undefined ? undefined : Number(verify),
    exit: exitCode,
  };
}

/** Where it was found, the line, and in what the two differ. */
const LINES: readonly [from: string, line: string, differs?: Difference][] = [
  [
    'the design of this project',
    'openssl s_client -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -starttls smtp -verify 3 -verify_return_error -debug -CApath {DIR} -connect 127.0.0.1:{good}',
  ],
  ['Feisty Duck, OpenSSL Cookbook 2.4', 'openssl s_client -connect localhost:{good} -starttls smtp'],
  [
    'McAfee community, TLS of the mail gateway',
    'openssl s_client -connect 127.0.0.1:{good} -starttls smtp -crlf',
  ],
  [
    'docker-mailserver, test suite',
    'timeout 10 openssl s_client -connect 0.0.0.0:{good} -starttls smtp -CApath {DIR}/',
  ],
  [
    "docker-mailserver, test suite: grep 'certificate has expired'",
    'timeout 10 openssl s_client -connect 127.0.0.1:{expired} -starttls smtp -CApath {DIR}/',
    { trap: 'exit 0', exit: [0, 1] },
  ],
  [
    'OpenSMTPD issue 1129',
    'openssl s_client -starttls smtp -showcerts -connect 127.0.0.1:{good} -CAfile {CA}',
  ],
  ['mailcow issue 1573', 'openssl s_client -showcerts -connect localhost:{good} -starttls smtp'],
  ['docker-mailserver issue 705', 'openssl s_client -starttls smtp -crlf -connect localhost:{good}'],
  [
    'docker-mailserver issue 705: must fail',
    'openssl s_client -starttls smtp -crlf -connect localhost:{good} -ssl3',
    { trap: 'usage is 2', exit: [1, 2] },
  ],
  ['sovereign pull request 26, port 465', 'openssl s_client -connect localhost:{smtps}'],
  [
    'Russell Coker, How to debug SMTP with TLS',
    'openssl s_client -CApath {DIR} -starttls smtp -connect localhost:{good}',
  ],
  [
    'documentation of an MX host',
    'openssl s_client -starttls smtp -connect 127.0.0.1:{good} -servername mail.smtpcheck.test -verify_return_error',
  ],
  [
    'a mail migration guide, by address',
    'openssl s_client -connect 127.0.0.1:{tls12} -starttls smtp -tls1_2 -brief </dev/null',
  ],
  [
    'README of a mail relay',
    'openssl s_client -connect localhost:{good} -starttls smtp -servername localhost -verify_return_error -brief',
  ],
  [
    'postconf hardening notes: must fail',
    'openssl s_client -connect localhost:{tls12} -starttls smtp -tls1_1',
  ],
  [
    'postconf hardening notes: must connect',
    'openssl s_client -connect localhost:{tls12} -starttls smtp -tls1_2',
  ],
  ['a TLS test guide: must fail', 'openssl s_client -connect localhost:{tls12} -starttls smtp -tls1_3'],
  ['SMTP pentest cheat sheets, host:port last', 'openssl s_client -starttls smtp -crlf localhost:{good}'],
  [
    'SMTP pentest cheat sheets, certificate validation',
    'openssl s_client -connect localhost:{good} -starttls smtp -servername differenthost.com',
    { trap: 'no name check', verify: [0, 62], exit: [0, 1] },
  ],
  [
    'a Postfix cheat sheet, client certificate',
    'openssl s_client -showcerts -cert {CHAINS}/good-ecdsa.pem -key {CHAINS}/good-ecdsa.key.pem -starttls smtp -CAfile {CA} -connect localhost:{asks}',
  ],
  [
    'a script that tests a CA bundle',
    'openssl s_client -connect localhost:{good} -starttls smtp -verify_return_error -CAfile "{CA}" -showcerts 0</dev/null || exit 1',
  ],
  [
    'a script that tests a CA bundle, without the root',
    'openssl s_client -connect localhost:{selfSigned} -starttls smtp -verify_return_error -CAfile "{CA}" -showcerts 0</dev/null',
  ],
  [
    'a TLS monitoring guide',
    'openssl s_client -connect localhost:{good} -starttls smtp -name monitor.example.com -servername mail.smtpcheck.test -verify_hostname mail.smtpcheck.test -verify_return_error </dev/null',
  ],
  [
    'a TLS monitoring guide, another name',
    'openssl s_client -connect 127.0.0.1:{wrongName} -starttls smtp -name monitor.example.com -servername mail.smtpcheck.test -verify_hostname mail.smtpcheck.test -verify_return_error </dev/null',
  ],
  [
    'a TLS monitoring guide, without -verify_hostname',
    'openssl s_client -connect 127.0.0.1:{wrongName} -starttls smtp -servername mail.smtpcheck.test </dev/null',
    { trap: 'no name check', verify: [0, 62], exit: [0, 1] },
  ],
  [
    "a help desk's fixture probe",
    'openssl s_client -connect 127.0.0.1:{good} -servername mail.smtpcheck.test -verify_hostname mail.smtpcheck.test -verify_return_error -CAfile {CA} -no-CApath -no-CAstore -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384 -brief -no_ign_eof -starttls smtp -name client.example',
  ],
  [
    'PHPMailer wiki, Troubleshooting',
    'echo QUIT | openssl s_client -crlf -starttls smtp -CAfile {CA} -connect localhost:{good}',
  ],
  [
    "a private PKI's checks",
    'echo "Q" | openssl s_client -connect localhost:{good} -starttls smtp -CAfile {CA} -servername mail.smtpcheck.test',
  ],
  [
    "a mail server's deployment check",
    'echo "QUIT" | openssl s_client -connect localhost:{selfSigned} -starttls smtp -verify_return_error',
  ],
  [
    "an SMTP server's smoke test",
    'echo "QUIT" | openssl s_client -connect 127.0.0.1:{good} -starttls smtp -verify_quiet',
  ],
  [
    'a script on MX hosts, OCSP',
    'echo | timeout 10 openssl s_client -connect localhost:{good} -starttls smtp -status',
  ],
  ['a script that waits', '(sleep 1; echo QUIT) | openssl s_client -connect localhost:{good} -starttls smtp'],
  ["a mail monitor's README", 'openssl s_client -connect localhost:{good} -starttls smtp -verify 2'],
  [
    "a mail monitor's README, deep chain",
    'openssl s_client -connect localhost:{deep} -starttls smtp -verify 1',
    { trap: 'no depth limit', verify: [0, 22], exit: [0, 1] },
  ],
  [
    "OpenSSL's manual, -verify_depth",
    'openssl s_client -connect localhost:{deep} -starttls smtp -verify_depth 1 -verify_return_error',
  ],
  [
    'a Gmail notification how-to',
    'openssl s_client -connect localhost:{smtps} -tls1_3 -CAfile {CA} -verify_return_error -showcerts < /dev/null',
  ],
  [
    'a cipher loop',
    'echo -n | timeout 10s openssl s_client -starttls smtp -cipher "AES256-GCM-SHA384" -connect localhost:{tls12} -servername mail.smtpcheck.test 2>&1',
  ],
  [
    'a cipher loop, where TLS 1.3 is on',
    'echo -n | timeout 10s openssl s_client -starttls smtp -cipher "AES256-GCM-SHA384" -connect localhost:{good} -servername mail.smtpcheck.test',
    {
      trap: 'TLS 1.3 left free',
      protocol: ['TLSv1.3', 'TLSv1.2'],
      cipher: ['TLS_AES_256_GCM_SHA384', 'AES256-GCM-SHA384'],
    },
  ],
  [
    'a FREAK test: must fail',
    'echo "QUIT" | openssl s_client -connect 127.0.0.1:{good} -starttls smtp -cipher EXPORT',
    { trap: 'nobody asked', exit: [1, 4] },
  ],
  [
    'a FREAK test: strong ciphers still work',
    'openssl s_client -connect localhost:{good} -starttls smtp -cipher HIGH',
  ],
  [
    'a page on cipher mismatch',
    "openssl s_client -connect localhost:{tls12} -starttls smtp -cipher 'ALL:COMPLEMENTOFALL'",
  ],
  [
    'a weak cipher test',
    "openssl s_client -connect localhost:{good} -starttls smtp -cipher 'DES-CBC3-SHA'",
    { trap: 'nobody asked', exit: [1, 4] },
  ],
  [
    "a report generator's advice on RC4",
    'openssl s_client -connect localhost:{good} -starttls smtp -cipher RC4',
    { trap: 'nobody asked', exit: [1, 4] },
  ],
  [
    'an anonymous cipher test',
    'echo "QUIT" | timeout 5 openssl s_client -connect "localhost:{good}" -starttls smtp -cipher "aNULL:eNULL"',
    // The server takes them, which is what the script wants to know, and s_client does not find out.
    {
      trap: 'TLS 1.3 left free',
      protocol: ['TLSv1.3', 'TLSv1.2'],
      cipher: ['TLS_AES_256_GCM_SHA384', 'ADH-AES256-GCM-SHA384'],
      verify: [0, undefined],
      exit: [0, 1],
    },
  ],
  [
    'questions on old servers and OpenSSL 3',
    "openssl s_client -connect localhost:{good} -starttls smtp -tls1 -cipher 'DEFAULT@SECLEVEL=0'",
  ],
  [
    's_dump_smtp, a shell script',
    'openssl s_client -connect localhost:{good} -starttls smtp -tls1 -CApath {DIR}/ < /dev/null',
    {
      trap: 'own security level',
      protocol: [undefined, 'TLSv1'],
      cipher: [undefined, 'ECDHE-ECDSA-AES256-SHA'],
      verify: [undefined, 0],
      exit: [1, 0],
    },
  ],
  ['bettercrypto.org, Exim and Postfix', 'openssl s_client -starttls smtp -crlf -connect localhost:{tls13}'],
  [
    'a TLS 1.2 checklist',
    'openssl s_client -starttls smtp -connect localhost:{good} -no_ssl3 -no_tls1 -no_tls1_1 -no_tls1_3',
  ],
  ["an agent's discovery script", 'openssl s_client -host localhost -port {good} -starttls smtp'],
  [
    'testssl.sh and its kin',
    'openssl s_client -starttls smtp -connect localhost:{good} -servername mail.smtpcheck.test -prexit -bugs </dev/null',
  ],
  ['questions on curves', 'openssl s_client -starttls smtp -connect localhost:{good} -tls1_3 -groups P-384'],
  [
    'questions on curves, the old spelling',
    'openssl s_client -starttls smtp -connect localhost:{good} -tls1_3 -curves prime256v1',
  ],
  [
    'questions on signatures',
    'openssl s_client -starttls smtp -connect localhost:{good} -tls1_2 -sigalgs RSA-PSS+SHA256',
  ],
  [
    'questions on a missing intermediate',
    'openssl s_client -starttls smtp -connect localhost:{incomplete} -CApath {DIR}',
    { trap: 'exit 0', exit: [0, 1] },
  ],
  [
    'questions on `ee key too small`',
    'openssl s_client -starttls smtp -connect localhost:{smallKey} -CApath {DIR}',
    { trap: 'exit 0', exit: [0, 1] },
  ],
  [
    'questions on `ee key too small`, the answer',
    "openssl s_client -starttls smtp -connect localhost:{smallKey} -CApath {DIR} -tls1_2 -cipher 'DEFAULT:@SECLEVEL=0'",
  ],
  ['questions on `wrong version number`, -starttls forgotten', 'openssl s_client -connect localhost:{good}'],
  ["questions on `Didn't find STARTTLS`", 'openssl s_client -connect localhost:{plain} -starttls smtp'],
  [
    'questions on `connect:errno=111`',
    'openssl s_client -connect localhost:{dead} -starttls smtp',
    { trap: 'not reached is 3', exit: [1, 3] },
  ],
  [
    'a testing page, port 465',
    'openssl s_client smtp -connect localhost:{smtps}',
    { trap: 'usage is 2', exit: [1, 2] },
  ],
  [
    'a plan for DANE',
    "openssl s_client -brief -starttls smtp -connect localhost:{good} -dane_tlsa_domain localhost -dane_tlsa_rrdata '3 1 1 {SPKI}' -verify_return_error",
    {
      trap: 'usage is 2',
      protocol: ['TLSv1.3', undefined],
      cipher: ['TLS_AES_256_GCM_SHA384', undefined],
      verify: [0, undefined],
      exit: [0, 2],
    },
  ],
];

/** Lines whose output is what counts: certificates, for other commands to read. */
const PIPELINES: readonly (readonly [from: string, line: string])[] = [
  [
    'mailcow, expiry-dates.sh',
    'echo | openssl s_client -connect localhost:{good} -starttls smtp 2>/dev/null | openssl x509 -inform pem -noout -enddate | cut -d "=" -f 2',
  ],
  [
    'a Gmail notification how-to',
    "echo -n | openssl s_client -connect localhost:{smtps} | sed -ne '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p'",
  ],
  [
    'a guide to DANE',
    'openssl s_client -connect localhost:{good} -starttls smtp -showcerts </dev/null 2>/dev/null | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | od -An -tx1',
  ],
  [
    'a TLSA check script, the last certificate',
    `echo "QUIT" | openssl s_client -starttls smtp -connect localhost:{good} -servername mail.smtpcheck.test -showcerts 2>/dev/null | awk '/BEGIN CERTIFICATE/{p=1;c++} p{a[c]=a[c] $0 "\\n"} /END CERTIFICATE/{p=0} END{print a[c]}'`,
  ],
  [
    'everywhere, the whole chain',
    "openssl s_client -showcerts -starttls smtp -connect localhost:{deep} </dev/null 2>/dev/null | sed -n '/-----BEGIN/,/-----END/p'",
  ],
  [
    'a deployment script, also when it does not verify',
    'echo | openssl s_client -connect localhost:{expired} -starttls smtp -servername mail.smtpcheck.test 2>/dev/null | openssl x509 -noout -subject -dates',
  ],
  [
    'a Nagios check',
    'openssl s_client -connect localhost:{good} -starttls smtp 2>&1 </dev/null | openssl x509 -noout -fingerprint -sha256',
  ],
  [
    's_client(1), -sess_out',
    'openssl s_client -tls1_2 -starttls smtp -connect localhost:{good} -sess_out {OUT}/session.pem </dev/null >/dev/null 2>&1; openssl sess_id -in {OUT}/session.pem -noout -text | grep -E "Protocol|Cipher|Verify return"; rm {OUT}/session.pem',
  ],
  [
    's_client(1), -sess_out with the tickets of TLS 1.3',
    '(sleep 1; echo Q) | openssl s_client -tls1_3 -starttls smtp -connect localhost:{good} -sess_out {OUT}/ticket.pem >/dev/null 2>&1; openssl sess_id -in {OUT}/ticket.pem -noout -text | grep -E "Protocol|Cipher|Verify return"; rm {OUT}/ticket.pem',
  ],
];

describe.skipIf(!ready)('command lines of openssl s_client with their first word replaced', () => {
  it.each(LINES)('%s: %s', async (...[, line, differs]) => {
    const { theirs, ours } = await both(line);
    const theirOnes = theirOutcome(theirs);
    const ourOnes = ourOutcome(ours);
    const { trap, ...fields } = differs ?? { trap: undefined };
    const found = (Object.keys(theirOnes) as (keyof Outcome)[])
      .filter((field) => theirOnes[field] !== ourOnes[field])
      .map((field) => [field, [theirOnes[field], ourOnes[field]]] as const);
    expect(Object.fromEntries(found), `${ours.stderr}\n${theirs.stderr}`).toEqual(fields);
    if (trap !== undefined) expect(TRAPS[trap]).toBeDefined();
  });

  it('have every trap among them, and differ only by those', () => {
    const met = new Set(LINES.map(([, , differs]) => differs?.trap));
    expect(Object.keys(TRAPS).filter((trap) => !met.has(trap as keyof typeof TRAPS))).toEqual([]);
    expect(LINES.length).toBeGreaterThan(50);
  });

  it.each(PIPELINES)('%s: %s', async (_from, line) => {
    // One after the other: some write a file.
    const theirs = await runShellLine(fill(line), env);
    const ours = await runShellLine(replaced(fill(line)), env);
    expect(theirs.stdout).not.toBe('');
    expect(ours.stdout).toBe(theirs.stdout);
    expect(ours.exitCode).toBe(theirs.exitCode);
  });

  it('say the native line, which can be pasted and comes to the same', async () => {
    const line =
      "smtpcheck s_client -starttls smtp -connect 'localhost:{good}' -CAfile {CA} -tls1_2 -cipher 'ECDHE+AESGCM'";
    const { stdout, stderr, exitCode } = await runShellLine(fill(line), env);
    const [native = ''] = stderr.split('\n');
    expect(native).toMatch(/^smtpcheck tls localhost:\d+ --tls1\.2 --cipher ECDHE-/);
    const pasted = await runShellLine(native, env);
    const timeless = (text: string): string => text.replace(/^ +time: .*(?:\n {14,}.*)*/m, '');
    expect(timeless(pasted.stdout)).toBe(timeless(stdout));
    expect(pasted).toMatchObject({ exitCode, stderr: '' });
  });

  // s_client takes its own socket for stdin then, and hangs.
  it('work where stdin is closed', async () => {
    const line = fill('smtpcheck s_client -starttls smtp -connect localhost:{good} <&-');
    expect(ourOutcome(await runShellLine(line, env))).toMatchObject({ verify: 0, exit: 0 });
  });

  it('write a session that nobody else can read, also over a file that everybody could', async () => {
    const file = join(folder, 'open.pem');
    writeFileSync(file, 'old', { mode: 0o644 });
    await runShellLine(
      fill('smtpcheck s_client -starttls smtp -connect localhost:{good} -sess_out {OUT}/open.pem </dev/null'),
      env,
    );
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN SSL SESSION PARAMETERS-----\n/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  // Lines that begin with R and Q are s_client's own commands: RCPT renegotiates there, QUIT is never sent.
  it('have a dialogue in which RCPT and QUIT reach the server', async () => {
    const line =
      "printf 'EHLO client.example\\nMAIL FROM:<>\\nRCPT TO:<postmaster@mx.example.test>\\nQUIT\\n' | openssl s_client -starttls smtp -connect localhost:{good} -crlf -CApath {DIR}";
    const theirs = await runShellLine(fill(line), env);
    const ours = await runShellLine(fill(line.replace('openssl', 'smtpcheck')), env);
    expect(theirs.stdout).not.toContain('221 ');
    expect(ours.stdout).toMatch(/^250 2\.1\.0 Ok\n250 2\.1\.5 Ok\n221 2\.0\.0 Bye\n$/m);
    expect(ours.exitCode).toBe(0);
  });

  it.each(['-msg', '-trace', '-state', '-tlsextdebug'])('show the messages with %s', async (flag) => {
    const line = fill(
      `smtpcheck s_client -starttls smtp -connect localhost:{good} ${flag} -tls1_2 </dev/null`,
    );
    const { stderr, exitCode } = await runShellLine(line, env);
    for (const message of ['ClientHello (1)', 'ServerHello (2)', 'Certificate (11)', 'Finished (20)'])
      expect(stderr).toContain(message);
    expect(exitCode).toBe(0);
  });

  it('write the same kinds of secrets with -keylogfile', async () => {
    const labels = async (tool: string): Promise<string[]> => {
      const line = `${tool} s_client -starttls smtp -connect localhost:{good} -tls1_2 -keylogfile {OUT}/${tool}.keys </dev/null`;
      await runShellLine(fill(line), env);
      const lines = readFileSync(join(folder, `${tool}.keys`), 'utf8').split('\n');
      return lines.filter((text) => /^[A-Z]/.test(text)).map((text) => text.replace(/ .*/, ''));
    };
    expect(await labels('smtpcheck')).toEqual(await labels('openssl'));
  });

  it('say with -reconnect whether the session is resumed', async () => {
    const line = 'openssl s_client -starttls smtp -connect localhost:{good} -tls1_2 -reconnect </dev/null';
    const theirs = await runShellLine(fill(line), env);
    const ours = await runShellLine(fill(line.replace('openssl', 'smtpcheck')), env);
    expect(ours.stdout.includes('resumed: yes')).toBe(/^Reused, TLSv1\.2/m.test(theirs.stdout));
    expect(ours.exitCode).toBe(0);
  });
});
