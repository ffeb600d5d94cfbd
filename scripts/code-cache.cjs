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

// What the probes print says only that they are done; what goes wrong is on stderr.
let reports = 0;
process.stdout.write = () => {
  reports += 1;
  if (reports === 2) setImmediate(() => server.stdin.end());
  return true;
};

const server = spawn(process.execPath, [join(__dirname, 'mail-server.mjs'), 'good-rsa'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
server.stdout.once('data', (line) => {
  const target = `127.0.0.1:${Number(line)}`;
  const trust = ['--ca-file', root, '--servername', 'mail.smtpcheck.test', '--depth', '3'];
  process.argv = ['node', 'smtpcheck', 'tls', target, ...trust, '--tls1.2', '--cipher', 'ECDHE-RSA-AES128-GCM-SHA256'];
  const { script, run } = require(join(dist, 'smtpcheck.cjs'));
  process.argv = ['node', 'smtpcheck', 'tls', target, '--ca-path', join(root, '../../ca-dir'), ...trust, '--json'];
  run();
  server.once('exit', () => {
    if (process.exitCode === 0) writeFileSync(cache, script.createCachedData());
  });
});
