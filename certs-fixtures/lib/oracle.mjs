// Asks the openssl binary what it thinks of a chain. s_client is the judge: its verify callback goes on after every
// error, so one handshake gives the whole list; `openssl verify` stops at most errors and is only a second witness.
import { execFile } from 'node:child_process';
import { createServer } from 'node:tls';

const TIMEOUT_MS = 20_000;
const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const NO_DEFAULT_STORE = ['-no-CAfile', '-no-CApath', '-no-CAstore'];

/** Runs openssl with an empty stdin. Its exit status is of no use here: s_client says 0 to a bad chain. */
export const openssl = (args) =>
  new Promise((resolve, reject) => {
    const child = execFile('openssl', args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error?.killed || error?.code === 'ENOENT')
        reject(new Error(`openssl ${args.join(' ')}: ${error.message}`));
      else resolve({ stdout, stderr });
    });
    child.stdin.end();
  });

function storeArguments({ caFile, caPath }) {
  if (caPath) return ['-CApath', caPath, '-no-CAfile', '-no-CAstore'];
  return caFile ? ['-CAfile', caFile, '-no-CApath', '-no-CAstore'] : NO_DEFAULT_STORE;
}

function checkArguments({ depth, host, ip, at }, level) {
  return [
    ...['-auth_level', String(level)],
    ...(depth === undefined ? [] : ['-verify_depth', String(depth)]),
    ...(host ? ['-verify_hostname', host] : []),
    ...(ip ? ['-verify_ip', ip] : []),
    ...(at ? ['-attime', String(Date.parse(at) / 1000)] : []),
  ];
}

const verdict = (all, last) =>
  all.length > 0 ? { first: all[0][0], depth: all[0][1], all, last } : { first: 0, depth: 0, all, last };

/** s_client prints `depth=N <subject>` and then, if something is wrong there, `verify error:num=N:<words>`. */
function parseClient(text) {
  const all = [];
  let depth = 0;
  for (const line of text.split('\n')) {
    const at = /^depth=(\d+) /.exec(line);
    if (at) depth = Number(at[1]);
    const error = /^verify error:num=(\d+):/.exec(line);
    if (error) all.push([Number(error[1]), depth]);
  }
  return all;
}

async function askClient(port, { pem, store, check, tls }, level) {
  const { stdout, stderr } = await openssl([
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'mail.smtpcheck.test'],
    ...['-cipher', 'ALL:@SECLEVEL=0', '-verify', '100', '-showcerts'],
    ...(tls?.groups ? ['-groups', tls.groups] : []),
    ...checkArguments(check, level),
    ...storeArguments(store),
  ]);
  if (!/Cipher is [^(]/.test(stdout)) throw new Error(`the handshake failed: ${stderr}`);
  if (stdout.match(CERTIFICATES).join('\n') !== pem.trim())
    throw new Error('the chain did not arrive as it is in the file');
  const last = /Verify return code: (\d+)/.exec(stdout);
  return verdict(parseClient(stderr), Number(last[1]));
}

const listen = (server) =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server.address().port));
  });

/** One verdict for each auth level, from a server that sends the chain as it is. */
export async function askByHandshake(job, levels) {
  const { pem, keyPem, tls } = job;
  const options = { cert: pem, key: keyPem, ciphers: 'ALL:@SECLEVEL=0' };
  if (tls?.maxVersion) options.maxVersion = tls.maxVersion;
  if (tls?.groups) options.ecdhCurve = tls.groups;
  const server = createServer(options, (socket) => socket.on('error', () => {}).end());
  server.on('tlsClientError', () => {});
  const port = await listen(server);
  try {
    return await Promise.all(levels.map((level) => askClient(port, job, level)));
  } finally {
    server.close();
  }
}

/** The second witness: `openssl verify` over files. It goes on after few errors, so only the first is comparable. */
export async function askByFiles({ leafFile, untrustedFile, store, check }, level) {
  const { stdout, stderr } = await openssl([
    ...[
      'verify',
      '-show_chain',
      '-purpose',
      'sslserver',
      ...checkArguments(check, level),
      ...storeArguments(store),
    ],
    ...(untrustedFile ? ['-untrusted', untrustedFile] : []),
    leafFile,
  ]);
  const lines = [...stderr.matchAll(/^error (\d+) at (\d+) depth lookup/gm)];
  if (lines.length === 0 && !/: OK$/m.test(stdout)) throw new Error(`openssl verify said: ${stderr}`);
  const all = lines.map(([, code, depth]) => [Number(code), Number(depth)]);
  return verdict(all, all.at(-1)?.[0] ?? 0);
}

export const version = async () => (await openssl(['version'])).stdout.trim();
export const subjectHash = async (file) =>
  (await openssl(['x509', '-noout', '-subject_hash', '-in', file])).stdout.trim();
