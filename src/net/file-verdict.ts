import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { serverFlight } from '../wire/server-flight.js';
import { anchorsFor } from '../x509/anchors.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import { verifyCodeByReason } from '../x509/verify-codes.js';
import { addAnchors } from './secure-context.js';

/** What OpenSSL says of certificates that no server has sent. */
export interface FileVerdict {
  /** Its verify result, the last error (X509_V_ERR number); null when it gave none. */
  readonly code: number | null;
  /** Why it gave none, in its own words. */
  readonly refusal: string | null;
}

/** Suites whose server shows an RSA and an EC or Edwards certificate (RFC 5289). */
const SUITES = { rsa: 0xc02f, ecdsa: 0xc02b } as const;

/** Turns of the event loop to wait for OpenSSL, which answers within two or three. */
const PATIENCE = 100;

/** The part of `TLSSocket` that has the verify result of a handshake under way. Semi-public: tested on every Node we name. */
interface NativeHandle {
  verifyError?: () => Error | null | undefined;
}

/**
 * The first judge's verdict on a chain out of a file, without its private key: OpenSSL verifies a server's certificates as soon
 * as it has them, and in TLS 1.2 they come in the clear, ahead of the first thing that needs the key. So a handshake is begun
 * in memory, with this chain for the server's, and left there. The question is that of every probe: a TLS server, now,
 * authentication level 0, no name, no depth limit.
 */
export async function askOpenssl(
  chain: readonly Certificate[],
  trust: TrustStore,
  partialChain: boolean,
): Promise<FileVerdict> {
  const [leaf] = chain;
  if (leaf === undefined) return { code: null, refusal: 'there is no certificate' };
  const context = createSecureContext({
    ca: [],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    ciphers: 'ALL:@SECLEVEL=0',
  });
  const { certificates, partial } = anchorsFor(chain, trust);
  const pems = certificates.map((anchor) => anchor.node.toString());
  addAnchors(context, pems, partial || partialChain);
  const suite = leaf.publicKey?.asymmetricKeyType?.startsWith('rsa') === true ? SUITES.rsa : SUITES.ecdsa;
  const flight = serverFlight(
    suite,
    chain.map(({ der }) => der),
  );
  const socket = connect({ socket: serverOf(flight), secureContext: context, rejectUnauthorized: false });
  try {
    return await verdictOf(socket);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/** The far end: says its piece when it has heard the ClientHello, and nothing more. */
function serverOf(flight: Uint8Array): Duplex {
  let said = false;
  const duplex: Duplex = new Duplex({
    read: () => undefined,
    write(_chunk, _encoding, done) {
      if (!said) duplex.push(flight);
      said = true;
      done();
    },
  });
  return duplex;
}

async function verdictOf(socket: TLSSocket): Promise<FileVerdict> {
  const refusals: string[] = [];
  socket.on('error', ({ message }: Error) => void refusals.push(message));
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    await nextTurn();
    // A certificate that does not go with the suite ends the handshake when its chain is known and no verdict: Node.js 20 dies of a question
    // for one then.
    if (refusals.length > 0) break;
    if (socket.getPeerX509Certificate() !== undefined) return readVerdict(socket);
  }
  return { code: null, refusal: refusals.at(-1) ?? 'it did not answer' };
}

function readVerdict(socket: TLSSocket): FileVerdict {
  const handle = (socket as unknown as { readonly _handle?: NativeHandle })._handle;
  if (typeof handle?.verifyError !== 'function') {
    return { code: null, refusal: 'this version of Node.js does not tell it' };
  }
  const error = handle.verifyError();
  if (error === null || error === undefined) return { code: 0, refusal: null };
  // Node 24 and later put advice behind OpenSSL's words: `…; if the root CA is installed locally, try …`.
  const code = verifyCodeByReason(error.message.replace(/; if the root CA .*$/s, ''));
  return { code, refusal: code === null ? `unknown words: ${error.message}` : null };
}
