import { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

/** Rounds of a key derivation. OpenSSL makes 2048, others some hundred thousand; stops a file that would take hours to open. */
const MAX_ITERATIONS = 10_000_000;

/**
 * The chain in a PKCS#12 file (RFC 7292), leaf first, as a server that loads the file sends it: OpenSSL opens it, and shakes
 * hands with itself in memory. That the handshake is carried out also shows that the private key is the leaf's.
 * @throws SmtpcheckError `file-unreadable`; the passphrase is in no message.
 */
export async function readPkcs12(file: Uint8Array, passphrase: string | undefined): Promise<Uint8Array[]> {
  if (askedIterations(file) > MAX_ITERATIONS) {
    throw unreadable(`its key derivation asks for more than ${MAX_ITERATIONS} rounds`);
  }
  return chainSentBy(openContext(Buffer.from(file), passphrase));
}

function openContext(pfx: Buffer, passphrase: string | undefined): SecureContext {
  try {
    return createSecureContext({
      pfx,
      ...(passphrase === undefined ? {} : { passphrase }),
      ciphers: 'ALL:@SECLEVEL=0',
    });
  } catch (error) {
    throw openError(error instanceof Error ? error.message : '', passphrase !== undefined);
  }
}

function openError(reason: string, hasPassphrase: boolean): SmtpcheckError {
  if (/mac verify|bad decrypt|invalid password/i.test(reason)) {
    return hasPassphrase
      ? unreadable('the passphrase is wrong, or the file is damaged')
      : unreadable('it needs a passphrase', 'name the file that holds it with --passphrase-file');
  }
  if (/unsupported/i.test(reason)) {
    return unreadable(
      `OpenSSL ${process.versions.openssl} does not know how it is protected`,
      'old files use RC2 with 40 bits: openssl pkcs12 -legacy -in FILE -out chain.pem makes a PEM file of it',
    );
  }
  if (/private key|Unable to load PFX/i.test(reason)) {
    return unreadable(
      'it holds no certificate with its private key',
      'make one with: openssl pkcs12 -export',
    );
  }
  return unreadable(reason === '' ? 'it is damaged' : reason);
}

function unreadable(what: string, hint?: string): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `the PKCS#12 file cannot be read: ${what}`, {
    hint,
  });
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

/**
 * The largest iteration count that stands in the file in the clear: an INTEGER right behind the OCTET STRING of a salt
 * (RFC 8018 appendix A, RFC 7292 appendix B), where a SEQUENCE begins or the file ends.
 */
function askedIterations(file: Uint8Array): number {
  let most = 0;
  for (let at = 2; at < file.length - 4; at += 1) {
    const saltLength = file[at + 1] ?? 0;
    if (file[at] !== 0x04 || saltLength > 64) continue;
    const tag = at + 2 + saltLength;
    const length = file[tag + 1] ?? 0;
    const end = tag + 2 + length;
    if (file[tag] !== 0x02 || length === 0 || length > 8 || end > file.length) continue;
    if (file[at - 2] !== 0x30 && end !== file.length) continue;
    most = Math.max(most, parseInt(Buffer.from(file.subarray(tag + 2, end)).toString('hex'), 16));
  }
  return most;
}
