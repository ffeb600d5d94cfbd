// How long one command takes from start to exit, beside the smallest Node script that does the same handshake and beside
// `openssl s_client`. Rounds are interleaved, so that a machine that drifts drifts for all.
//   node bench/start-up.mjs [rounds]     (default 20)
// exit 1 when a limit of README.md is not kept.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';

const MOST_TIMES_SMALLEST = 1.3;
const MOST_MS_FOR_DIRECTORY = 10;
const DIRECTORY_SIZE = 140;

const SERVERNAME = 'mail.smtpcheck.test';
const CIPHER = 'ECDHE-RSA-AES128-GCM-SHA256';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = here('../certs-fixtures/out/roots/lab-root-rsa.pem');

const rounds = Number(process.argv[2] ?? 20);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('usage: node bench/start-up.mjs [rounds]');
  process.exit(2);
}

// With NODE_EXTRA_CA_CERTS every Node 20 process reads that whole file before its first line of code (50 ms for 144 CAs).
const env = { ...process.env, LC_ALL: 'C' };
for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE']) delete env[name];

const work = mkdtempSync(join(tmpdir(), 'smtpcheck-bench-'));
const server = spawn(process.execPath, [here('../scripts/mail-server.mjs'), 'good-rsa'], {
  env,
  stdio: ['pipe', 'pipe', 'inherit'],
});
try {
  const port = await new Promise((resolve, reject) => {
    server.stdout.once('data', (line) => resolve(Number(line)));
    server.once('exit', () => reject(new Error('the server did not start')));
  });
  const found = measure(commands(port, hashedDirectory()));
  process.exitCode = report(found) ? 0 : 1;
} finally {
  server.stdin.end();
  rmSync(work, { recursive: true, force: true });
}

/** 140 CAs with hash links: Mozilla's, which every Node.js carries, and the one that is needed. */
function hashedDirectory() {
  const dir = join(work, 'ca-dir');
  mkdirSync(dir);
  for (const [i, pem] of rootCertificates.slice(0, DIRECTORY_SIZE - 1).entries()) {
    writeFileSync(join(dir, `mozilla-${i}.pem`), `${pem}\n`);
  }
  copyFileSync(root, join(dir, 'lab-root-rsa.pem'));
  const { status, stderr } = spawnSync('openssl', ['rehash', dir], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl rehash: ${stderr}`);
  return dir;
}

function commands(port, dir) {
  const node = process.execPath;
  const smallest = (caFile) => [
    node,
    here('smallest.cjs'),
    '127.0.0.1',
    String(port),
    SERVERNAME,
    caFile,
    CIPHER,
  ];
  const smtpcheck = (...trust) => [
    node,
    here('../bin/smtpcheck.js'),
    ...['tls', `127.0.0.1:${port}`, '--tls1.2', '--cipher', CIPHER, '--depth', '3'],
    ...['--servername', SERVERNAME, ...trust],
  ];
  const sClient = (...trust) => [
    'openssl',
    ...[
      's_client',
      '-tls1_2',
      '-cipher',
      CIPHER,
      '-starttls',
      'smtp',
      '-verify',
      '3',
      '-verify_return_error',
    ],
    ...['-servername', SERVERNAME, ...trust, '-connect', `127.0.0.1:${port}`],
  ];
  return {
    smallest: { label: 'a  smallest script, `ca` = the CA file', argv: smallest(root) },
    smallestBlind: { label: '   smallest script, verifies nothing', argv: smallest('-') },
    file: { label: 'b  smtpcheck tls --ca-file', argv: smtpcheck('--ca-file', root) },
    directory: { label: `c  smtpcheck tls --ca-path (${DIRECTORY_SIZE})`, argv: smtpcheck('--ca-path', dir) },
    json: { label: '   smtpcheck tls --ca-file --json', argv: smtpcheck('--ca-file', root, '--json') },
    sClient: { label: `d  openssl s_client -CApath (${DIRECTORY_SIZE})`, argv: sClient('-CApath', dir) },
    nothing: { label: 'e  node -e 0', argv: [node, '-e', '0'] },
  };
}

/** Milliseconds of every run, by command. A run that fails ends the measurement: its time would mean nothing. */
function measure(list) {
  const entries = Object.entries(list).map(([key, command]) => ({ key, ...command, times: [] }));
  for (let round = -1; round < rounds; round++) {
    for (const { label, argv, times } of entries) {
      const from = performance.now();
      const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), {
        env,
        input: '',
        encoding: 'utf8',
      });
      const ms = performance.now() - from;
      if (status !== 0) throw new Error(`${label.trim()} ended with ${status}\n${stdout}${stderr}`);
      // The first round fills the page cache.
      if (round >= 0) times.push(ms);
    }
  }
  return Object.fromEntries(
    entries.map(({ key, label, times }) => [key, { label, ms: median(times), spread: quartiles(times) }]),
  );
}

function report(found) {
  const a = found.smallest.ms;
  console.log(`Node.js ${process.version}, OpenSSL ${process.versions.openssl}, ${cpus().length} cores`);
  console.log(`median of ${rounds} interleaved rounds, milliseconds from start to exit\n`);
  console.log(`| ${'command'.padEnd(40)} | median | quartiles   | to a |`);
  console.log(`| ${'-'.repeat(40)} | -----: | ----------- | ---: |`);
  for (const { label, ms, spread } of Object.values(found)) {
    const cells = [label.padEnd(40), ms.toFixed(1).padStart(6), spread.padEnd(11), (ms / a).toFixed(2)];
    console.log(`| ${cells.join(' | ')} |`);
  }
  const times = found.file.ms / a;
  const extra = found.directory.ms - found.file.ms;
  const kept = times <= MOST_TIMES_SMALLEST && extra <= MOST_MS_FOR_DIRECTORY;
  console.log(`\nb / a = ${times.toFixed(2)} (at most ${MOST_TIMES_SMALLEST})`);
  console.log(`c - b = ${extra.toFixed(1)} ms (at most ${MOST_MS_FOR_DIRECTORY})`);
  console.log(kept ? 'limits kept' : 'LIMITS NOT KEPT');
  return kept;
}

function median(numbers) {
  const sorted = [...numbers].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function quartiles(numbers) {
  const sorted = [...numbers].sort((x, y) => x - y);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))].toFixed(1);
  return `${at(0.25)}-${at(0.75)}`;
}
