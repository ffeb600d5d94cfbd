// Makes V8's code cache of a built command: lets it probe a server twice, so that everything a probe calls is compiled,
// and writes what V8 then has.
//   node scripts/code-cache.cjs DIST
'use strict';
const { spawn } = require('node:child_process');
const { rmSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

const dist = resolve(process.argv[2]);
const root = join(__dirname, '../certs-fixtures/out/roots/lab-root-rsa.pem');
const cache = join(dist, 'probe.cache');
rmSync(cache, { force: true });

const server = spawn(process.execPath, [join(__dirname, 'mail-server.mjs'), 'good-rsa'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
// Of the probes only their exit is of interest; what goes wrong is on stderr.
process.stdout.write = (_text, done) => {
  if (typeof done === 'function') setImmediate(done);
  return true;
};
const { exit } = process;
let probes = 0;
process.exit = () => {
  probes += 1;
  if (probes === 1) probe('--ca-path', join(root, '../../ca-dir'), '--json');
  else finish();
};

let command;
let target;

function probe(...args) {
  process.argv = [
    'node',
    'smtpcheck',
    'tls',
    target,
    '--servername',
    'mail.smtpcheck.test',
    '--depth',
    '3',
    ...args,
  ];
  if (command === undefined) command = require(join(dist, 'smtpcheck.cjs'));
  else command.run();
}

function finish() {
  server.stdin.end();
  if (process.exitCode === 0) writeFileSync(cache, command.script.createCachedData());
  else console.error(`code-cache: the probe ended with ${process.exitCode}; built without a code cache`);
  exit(0);
}

server.stdout.once('data', (port) => {
  target = `127.0.0.1:${Number(port)}`;
  probe('--ca-file', root, '--tls1.2', '--cipher', 'ECDHE-RSA-AES128-GCM-SHA256');
});
