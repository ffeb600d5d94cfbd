import { integerOf, openSequence, readElement, type Element } from './session-der.js';

/** What a session can be resumed by, read from its DER SSL_SESSION (OpenSSL's ssl_asn1.c). */
export interface SessionFacts {
  /** 0x0304 is TLS 1.3. */
  readonly version: number;
  /** Up to TLS 1.2 the server's; with a ticket one that OpenSSL made up. */
  readonly sessionId: Uint8Array;
  readonly hasTicket: boolean;
  /** Field [9], seconds; zero is not encoded. */
  readonly ticketLifetime: number;
}

const TAG = { octetString: 0x04, lifetimeHint: 0xa9, ticket: 0xaa } as const;

/** Null when the bytes are no session. */
export function sessionFacts(session: Uint8Array): SessionFacts | null {
  const body = openSequence(session);
  if (body === null) return null;
  const fields = elementsOf(session, body);
  const [, version, , id] = fields ?? [];
  if (fields === null || version === undefined || id?.tag !== TAG.octetString) return null;
  const number = integerOf(session, version);
  if (number === null) return null;
  const hint = fields.find(({ tag }) => tag === TAG.lifetimeHint);
  return {
    version: number,
    sessionId: session.subarray(id.start, id.end),
    hasTicket: fields.some(({ tag }) => tag === TAG.ticket),
    ticketLifetime: hint === undefined ? 0 : lifetimeOf(session, hint),
  };
}

function elementsOf(bytes: Uint8Array, { start, end }: Element): Element[] | null {
  const found: Element[] = [];
  for (let at = start; at < end;) {
    const element = readElement(bytes, at, end);
    if (element === null) return null;
    found.push(element);
    at = element.end;
  }
  return found;
}

/** An unsigned number of 32 bits: with its highest bit set DER gives it a fifth octet. */
function lifetimeOf(bytes: Uint8Array, wrapper: Element): number {
  const integer = readElement(bytes, wrapper.start, wrapper.end);
  if (integer === null || integer.end - integer.start > 5) return 0;
  return bytes.subarray(integer.start, integer.end).reduce((value, octet) => value * 256 + octet, 0);
}
