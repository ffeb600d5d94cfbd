import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { PlainClient } from '../../servers/plain-client.js';
import type { SaslUser } from './dovecot-auth.js';

/** What the clients below need to know of a server. */
export interface SaslServer {
  readonly port: number;
  readonly caFile: string;
  readonly hostname: string;
}

/** A client that logs in over STARTTLS with one mechanism, and the code of the last reply that it got, such as 235. */
export type SaslClient = (server: SaslServer, mechanism: string, user: SaslUser) => Promise<number>;

const LOGIN = fileURLToPath(new URL('login.py', import.meta.url));

/** Python's smtplib; mechanisms of SCRAM by hand. It wants users and passwords of ASCII alone, but for SCRAM. */
export const pythonLogin: SaslClient = async (server, mechanism, { user, password }) => {
  const args = [LOGIN, String(server.port), server.caFile, server.hostname, mechanism, user];
  const said = await run('python3', args, password);
  const code = /^(\d{3})$/m.exec(said)?.[1];
  if (code === undefined) throw new Error(`login.py did not get to an answer\n${said}`);
  return Number(code);
};

/** `gsasl --client`, whose TLS is GnuTLS. It has no SCRAM-SHA-512, and binds to the channel only with a -PLUS mechanism. */
export const gsaslLogin: SaslClient = async (server, mechanism, { user, password }) => {
  const said = await run('gsasl', [
    ...['--client', '-d', '--smtp', '--starttls', `--connect=127.0.0.1:${server.port}`],
    // It looks for the connection's name, 127.0.0.1, in the certificate.
    '--x509-ca-file=',
    ...(mechanism.endsWith('-PLUS') ? [] : ['--no-cb']),
    ...['-m', mechanism, `--authentication-id=${user}`, `--password=${password}`],
  ]);
  const code = [...said.matchAll(/^([2-5]\d\d) /gm)].map(([, digits]) => digits).findLast((c) => c !== '221');
  if (code === undefined) throw new Error(`gsasl got no answer\n${said}`);
  return Number(code);
};

/** AUTH PLAIN by hand over Node's TLS. */
export const handmadePlain: SaslClient = async (server, mechanism, { user, password }) => {
  const client = await securedClient(server.port);
  const response = Buffer.from(`\0${user}\0${password}`).toString('base64');
  const answer = await client.say(`AUTH ${mechanism} ${response}`);
  client.end();
  return Number(answer.slice(0, 3));
};

/** A client past STARTTLS and the second EHLO. */
export async function securedClient(port: number): Promise<PlainClient> {
  const plain = PlainClient.to(port);
  await plain.upToStarttls();
  const secure = await plain.secure();
  if (typeof secure === 'string') throw new Error(secure);
  await secure.say('EHLO client.example');
  return secure;
}

/** The mechanisms of the AUTH line in an EHLO answer, or undefined without one. */
export function offeredIn(answer: string): string[] | undefined {
  return /(?:^|\|)250[- ]AUTH ([^|]*)/.exec(answer)?.[1]?.split(' ');
}

/** All that a command said, on both channels, whatever its exit status. */
function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { timeout: 10_000, env: { ...process.env, LC_ALL: 'C.UTF-8' } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(new Error(command, { cause: error }));
        else resolve(`${stdout}${stderr}`);
      },
    );
    child.stdin?.on('error', () => undefined).end(input);
  });
}
