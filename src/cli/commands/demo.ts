import { EXIT } from '../../core/outcome.js';
import { startLab, type Lab, type LabListing } from '../../lab/index.js';
import { findFixtures } from '../fixtures.js';
import type { Io } from '../io.js';
import { readPlainly } from '../main.js';
import { labArguments } from './lab.js';
import { runTls } from './tls.js';

const SHOWN: readonly { readonly name: string; readonly words: string }[] = [
  {
    name: 'good',
    words:
      'A mail server as it should be. The verdict comes first; the exit code is 0, so a pipeline goes on.',
  },
  {
    name: 'expired',
    words:
      'The same server with a certificate that has expired. OpenSSL calls that code 10; `openssl s_client` prints it and\nexits 0 all the same. Here the exit code is 1, so a pipeline stops, and the finding says what to change.',
  },
  {
    name: 'no-starttls',
    words:
      'A server that offers no TLS at all. That is not "could not check": it was measured, and mail to it travels in the\nclear. The exit code is 1.',
  },
];

/** `smtpcheck demo`: the main job on servers of our own. Exit 0 when each gave what the lab promises. */
export async function runDemo(io: Io, signal: AbortSignal): Promise<number> {
  const lab = await startLab({
    fixturesDir: findFixtures(__filename),
    names: SHOWN.map((server) => server.name),
  });
  let kept = true;
  try {
    for (const [i, { name, words }] of SHOWN.entries()) {
      const server = lab.servers.find(({ definition }) => definition.name === name);
      if (server === undefined) throw new Error(`the lab has no server ${name}`);
      io.stdout(
        `${i === 0 ? '' : '\n'}--- ${i + 1} of ${SHOWN.length}: ${server.definition.summary} ---\n${words}\n\n`,
      );
      kept = (await showOne(server, lab, io, signal)) && kept;
      if (signal.aborted) return signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    }
  } finally {
    await lab.stop();
  }
  io.stdout(
    kept
      ? '\nAll three servers gave what they should. Now yours: smtpcheck tls mail.example.org\nMore bad servers to look at: smtpcheck lab --list\n'
      : '\nNot every server gave what it should: this installation of smtpcheck is not to be trusted. Please report it.\n',
  );
  return kept ? EXIT.pass : EXIT.bug;
}

async function showOne(server: LabListing, lab: Lab, io: Io, signal: AbortSignal): Promise<boolean> {
  const args = labArguments(server, lab);
  io.stdout(`$ smtpcheck tls ${shorten(args).join(' ')}\n`);
  const plain = readPlainly(args);
  if (plain === null) throw new Error('the demo made a command line that cannot be read');
  const code = await runTls(plain, plain.targets, io, signal, args);
  const promised = server.definition.expect.exitCode;
  io.stdout(`exit code: ${code}${code === promised ? '' : ` (promised: ${promised})`}\n`);
  return code === promised;
}

/** The command line with the CA files by their names alone: what is shown should fit a screen. */
function shorten(args: readonly string[]): string[] {
  return args.map((arg) => arg.replace(/^.*[\\/](certs-fixtures[\\/])/, '$1'));
}
