import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { usageError } from '../core/errors.js';
import { suiteById } from '../wire/names.js';
import { offeredSuites } from '../wire/offered-suites.js';

/** Turns of the event loop to wait for the ClientHello, which is there within one. */
const PATIENCE = 100;

/**
 * What the OpenSSL of Node.js makes of a cipher list such as `HIGH:!aNULL` (ciphers(1)): the suites up to TLS 1.2 that a client
 * then offers, in order, whatever the security level. There is no other way to ask than to look at a ClientHello, which is
 * begun in memory and goes nowhere. Null when it has no suite for the list.
 * @throws SmtpcheckError `usage` for what it cannot read.
 */
export async function suitesOfCipherList(list: string): Promise<number[] | null> {
  const context = contextFor(list);
  if (context === null) return null;
  const written: Buffer[] = [];
  const far = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const socket = connect({ socket: far, secureContext: context, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  try {
    for (let turn = 0; turn < PATIENCE && written.length === 0; turn += 1) await nextTurn();
    // SCSVs (RFC 5746 section 3.3, RFC 7507) are in no table of suites that can be negotiated.
    return offeredSuites(Buffer.concat(written)).filter((id) => suiteById(id) !== undefined && !isSignal(id));
  } finally {
    socket.destroy();
  }
}

const isSignal = (id: number): boolean => id === 0x00ff || id === 0x5600;

function contextFor(list: string): SecureContext | null {
  try {
    return createSecureContext({
      ca: [],
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.2',
      ciphers: `${list}:@SECLEVEL=0`,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SSL_NO_CIPHER_MATCH') return null;
    throw usageError(`OpenSSL cannot read the cipher list ${JSON.stringify(list)}: ${message}`);
  }
}
