// Makes V8's code caches of a built command: lets it probe a server twice, so that everything a probe calls is compiled, and
// writes what V8 then has; and then the same with scans.
//   node scripts/code-cache.cjs DIST
'use strict';
const { spawn } = require('node:child_process');
const { rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const dist = resolve(process.argv[2]);
const root = join(__dirname, '../certs-fixtures/out/roots/lab-root-rsa.pem');
const caFile = ['--ca-file', root];
const caPath = ['--ca-path', join(root, '../../ca-dir')];
const cacheOf = (name) => join(dist, `${name}.cache`);

/** What is run before each cache is made. */
const BUNDLES = [
  {
    name: 'probe',
    runs: [
      ['tls', ...caFile, '--tls1.2', '--cipher', 'ECDHE-RSA-AES128-GCM-SHA256', '--depth', '3'],
      ['tls', ...caPath, '--json', '--depth', '3'],
    ],
  },
  {
    name: 'scan',
    runs: [
      ['scan', ...caFile],
      ['scan', ...caPath, '--json'],
    ],
  },
];
for (const { name } of BUNDLES) rmSync(cacheOf(name), { force: true });

const server = spawn(process.execPath, [join(__dirname, 'mail-server.mjs'), 'good-rsa'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
// Of the runs only their exit is of interest; what goes wrong is on stderr.
process.stdout.write = (_text, done) => {
  if (typeof done === 'function') setImmediate(done);
  return true;
};

const { exit } = process;
let command;

/** The end of a run is its call of process.exit. */
function runOnce(target, bundle, [name, ...args]) {
  return new Promise((ended) => {
    process.exit = () => ended(process.exitCode);
    process.exitCode = undefined;
    process.argv = ['node', 'smtpcheck', name, target, '--servername', 'mail.smtpcheck.test', ...args];
    if (command === undefined) command = require(join(dist, 'smtpcheck.cjs'));
    else command.run(bundle);
  });
}

async function makeCaches(target) {
  for (const { name, runs } of BUNDLES) {
    let code = 0;
    for (const args of runs) code ||= await runOnce(target, name, args);
    if (code === 0) writeFileSync(cacheOf(name), command.scripts.get(name).createCachedData());
    else console.error(`code-cache: ${runs[0][0]} ended with ${code}; built without its code cache`);
  }
}

server.stdout.once('data', async (port) => {
  await makeCaches(`127.0.0.1:${Number(port)}`);
  server.stdin.end();
  exit(0);
});
