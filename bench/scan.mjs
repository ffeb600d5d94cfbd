// How long and how many connections it takes to find the protocols and suites of a Postfix with Debian's settings, beside
// sslscan, nmap and testssl.sh on the same server. Rounds are interleaved, so that a machine that drifts drifts for all.
//   node bench/scan.mjs [rounds] [testssl rounds]     (default 10 and 1)
// Needs root (Postfix), sslscan and nmap; testssl.sh where there is one. exit 1 when a limit of README.md is not kept.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const LIMITS = { connections: 110, ofSslscan: 0.5, ofNmap: 0.5, ofTestssl: 0.01 };

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const [rounds = 10, testsslRounds = 1] = process.argv.slice(2).map(Number);
const env = { ...process.env, LC_ALL: 'C' };
for (const name of ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE']) delete env[name];

const work = mkdtempSync(join(tmpdir(), 'smtpcheck-bench-'));
const { startPostfix } = await load('../test/interop/support/postfix.ts');
const chain = join(work, 'chain.pem');
const part = (name) => readFileSync(here(`../certs-fixtures/out/chains/good-rsa${name}.pem`), 'utf8');
writeFileSync(chain, part('.key') + part(''), { mode: 0o600 });
const postfix = await startPostfix({ chainFiles: [chain] });
const target = `127.0.0.1:${postfix.port}`;
try {
  process.exitCode = report(measure()) ? 0 : 1;
} finally {
  await postfix.stop();
  rmSync(work, { recursive: true, force: true });
}

/** The tests' own Postfix, bundled: Node.js 20 reads no TypeScript. */
async function load(source) {
  const outfile = join(work, 'postfix.mjs');
  await build({
    entryPoints: [here(source)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

function commands() {
  const scan = [
    process.execPath,
    [
      here('../bin/smtpcheck.js'),
      'scan',
      target,
      '--servername',
      'mail.smtpcheck.test',
      '--ca-path',
      here('../certs-fixtures/out/ca-dir'),
      '--only',
      'protocols',
      '--json',
    ],
  ];
  const nmap = [
    'nmap',
    ['-Pn', '-sV', '-p', String(postfix.port), '--script', 'ssl-enum-ciphers', '127.0.0.1'],
  ];
  const list = [
    { name: 'smtpcheck', command: scan, rounds },
    { name: 'sslscan', command: ['sslscan', ['--starttls-smtp', '--no-colour', target]], rounds },
    { name: 'nmap', command: nmap, rounds },
  ];
  if (spawnSync('testssl', ['--version'], { env }).status === 0 && testsslRounds > 0) {
    const args = ['--quiet', '--color', '0', '--warnings', 'off', '-t', 'smtp', '-p', '-E', target];
    list.push({ name: 'testssl', command: ['testssl', args], rounds: testsslRounds });
  }
  return list;
}

function measure() {
  const found = new Map(
    commands().map((entry) => [entry.name, { ...entry, ms: [], connections: [], pairs: 0 }]),
  );
  for (let round = 0; round < rounds; round += 1) {
    for (const entry of found.values()) {
      if (round >= entry.rounds) continue;
      const before = connects();
      const from = performance.now();
      const { stdout } = spawnSync(...entry.command, {
        env,
        encoding: 'utf8',
        timeout: 300_000,
        maxBuffer: 2 ** 26,
      });
      entry.ms.push(performance.now() - from);
      entry.connections.push(connects() - before);
      entry.pairs = count(entry.name, stdout);
    }
  }
  return found;
}

function connects() {
  const log = readFileSync(join(postfix.dir, 'mail.log'), 'utf8');
  return (log.match(/smtpd\[\d+\]: connect from/g) ?? []).length;
}

function count(name, text) {
  if (name === 'smtpcheck')
    return JSON.parse(text).scan.protocols.reduce((sum, { suites }) => sum + suites.length, 0);
  const line = { sslscan: /^(?:Preferred|Accepted)\s/gm, nmap: /^\|\s+TLS_/gm, testssl: /^ x[0-9a-f]+ /gm }[
    name
  ];
  return (text.match(line) ?? []).length;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

function report(found) {
  const own = found.get('smtpcheck');
  const base = median(own.ms);
  console.log(`${process.version}, ${rounds} rounds, ${testsslRounds} of testssl.sh\n`);
  console.log(
    '| command | pairs | connections | median, ms | smtpcheck takes |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const { name, ms, connections, pairs } of found.values()) {
    console.log(
      `| ${name} | ${pairs} | ${median(connections)} | ${median(ms).toFixed(0)} | ${(base / median(ms)).toFixed(3)} |`,
    );
  }
  const part = (name) => base / median(found.get(name)?.ms ?? [Infinity]);
  const kept = [
    [`at most ${LIMITS.connections} connections`, median(own.connections) <= LIMITS.connections],
    [
      'the pairs of sslscan and nmap',
      [...found.values()].every(({ name, pairs }) => name === 'testssl' || pairs === own.pairs),
    ],
    [`at most ${LIMITS.ofSslscan} of sslscan's time`, part('sslscan') <= LIMITS.ofSslscan],
    [`at most ${LIMITS.ofNmap} of nmap's time`, part('nmap') <= LIMITS.ofNmap],
    ...(found.has('testssl')
      ? [[`at most ${LIMITS.ofTestssl} of testssl.sh's time`, part('testssl') <= LIMITS.ofTestssl]]
      : []),
  ];
  console.log('');
  for (const [what, holds] of kept) console.log(`${holds ? 'kept    ' : 'NOT KEPT'} ${what}`);
  return kept.every(([, holds]) => holds);
}
