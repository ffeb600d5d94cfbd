import { SmtpcheckError } from '../core/errors.js';
import type { ResumptionKind } from '../core/resumption-report.js';
import { ByteReader } from './bytes.js';
import { HANDSHAKE, HandshakeReader } from './handshake.js';
import { CONTENT_TYPE, RecordReader } from './record.js';
import { parseExtensions } from './server-hello.js';

/** session_ticket (RFC 5077 section 3.2) and pre_shared_key (RFC 8446 section 4.2.11). */
const EXTENSION = { sessionTicket: 35, preSharedKey: 41 } as const;

/**
 * What a ClientHello offers to resume a session by. `sessionId` is that of the session: in TLS 1.3 there are random octets in
 * its place (RFC 8446 appendix D.4). Null when it offers nothing, or the bytes are no ClientHello.
 */
export function offeredSession(bytes: Uint8Array, sessionId: Uint8Array): ResumptionKind | null {
  try {
    return readOffer(bytes, sessionId);
  } catch (error) {
    if (error instanceof SmtpcheckError) return null;
    throw error;
  }
}

function readOffer(bytes: Uint8Array, sessionId: Uint8Array): ResumptionKind | null {
  const messages = new HandshakeReader();
  for (const { type, fragment } of new RecordReader().push(bytes)) {
    if (type !== CONTENT_TYPE.handshake) return null;
    for (const message of messages.push(fragment)) {
      return message.type === HANDSHAKE.clientHello ? readHello(message.body, sessionId) : null;
    }
  }
  return null;
}

function readHello(body: Uint8Array, sessionId: Uint8Array): ResumptionKind | null {
  const reader = new ByteReader(body, 'ClientHello');
  reader.bytes(2 + 32);
  const id = reader.vector(1);
  reader.vector(2);
  reader.vector(1);
  const extensions = reader.remaining === 0 ? [] : parseExtensions(reader.inner(2), 'ClientHello');
  const length = (type: number): number => extensions.find((one) => one.type === type)?.data.length ?? 0;
  if (length(EXTENSION.preSharedKey) > 0) return 'psk';
  if (length(EXTENSION.sessionTicket) > 0) return 'ticket';
  return id.length > 0 && Buffer.from(id).equals(sessionId) ? 'session-id' : null;
}
