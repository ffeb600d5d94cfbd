import { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { refuseCostlyPkcs12 } from './pkcs12-budget.js';
import { openError, unreadable } from './pkcs12-error.js';

/**
 * The chain in a PKCS#12 file (RFC 7292), leaf first, as a server that loads the file sends it: OpenSSL opens it, and shakes
 * hands with itself in memory. That the handshake is carried out also shows that the private key is the leaf's.
 * @param path Named in the messages, where it is known.
 * @throws SmtpcheckError `file-unreadable`; the passphrase is in no message.
 */
export async function readPkcs12(
  file: Uint8Array,
  passphrase: string | undefined,
  path?: string,
): Promise<Uint8Array[]> {
  try {
    refuseCostlyPkcs12(file, passphrase);
    return await chainSentBy(openContext(Buffer.from(file), passphrase));
  } catch (error) {
    if (path === undefined || !(error instanceof SmtpcheckError)) throw error;
    const { code, phase, hint } = error;
    throw new SmtpcheckError(code, phase, `${path}: ${error.message}`, { hint, cause: error });
  }
}

/**
 * `ca` is an empty list, not none: with none, Node loads its roots, those of NODE_EXTRA_CA_CERTS and those of the system, and
 * OpenSSL completes the chain of a file that has a leaf alone out of them. That file would then pass, and the server that
 * loads it would send the leaf alone.
 */
function openContext(pfx: Buffer, passphrase: string | undefined): SecureContext {
  try {
    return createSecureContext({
      pfx,
      ...(passphrase === undefined ? {} : { passphrase }),
      ca: [],
      ciphers: 'ALL:@SECLEVEL=0',
    });
  } catch (error) {
    throw openError(error instanceof Error ? error.message : '', passphrase !== undefined);
  }
}

/** Two ends of a wire in memory. */
function wire(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk, _encoding, done) {
        other().push(chunk);
        done();
      },
    });
  const left: Duplex = end(() => right);
  const right: Duplex = end(() => left);
  return [left, right];
}

async function chainSentBy(secureContext: SecureContext): Promise<Uint8Array[]> {
  const [near, far] = wire();
  const server = new TLSSocket(far, { isServer: true, secureContext });
  const client = connect({
    socket: near,
    rejectUnauthorized: false,
    secureContext: createSecureContext({ ca: [], ciphers: 'ALL:@SECLEVEL=0' }),
  });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('secureConnect', resolve);
      for (const socket of [client, server]) socket.on('error', reject);
    });
    return certificatesOf(client);
  } catch (error) {
    throw unreadable(`OpenSSL cannot be a server with it: ${error instanceof Error ? error.message : ''}`);
  } finally {
    client.destroy();
    server.destroy();
  }
}

function certificatesOf(client: TLSSocket): Uint8Array[] {
  const ders: Uint8Array[] = [];
  let certificate = client.getPeerX509Certificate();
  for (
    ;
    certificate !== undefined && ders.length <= LIMITS.chainCertificates;
    certificate = certificate.issuerCertificate
  ) {
    ders.push(certificate.raw);
  }
  return ders;
}
