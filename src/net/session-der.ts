/** The part of `TLSSocket` that gives the first judge's verdict. */
export interface SessionSource {
  getSession(): Buffer | undefined;
  readonly authorized: boolean;
}

/** SSL_SESSION_ASN1_VERSION. */
const SESSION_VERSION = 1;

// Node 22 and later put `\0nodejs:tls:session:1\0…` before the DER.
const NODE_PREFIX = Buffer.from('\0nodejs:tls:session:');

/**
 * OpenSSL's own verify result (X509_V_ERR number, the last error) out of a DER SSL_SESSION, field [5]
 * (OpenSSL's ssl_asn1.c); an absent field is X509_V_OK, since zero is not encoded. Null when the bytes are no session.
 */
export function sessionVerifyResult(session: Uint8Array): number | null {
  const body = openSequence(session);
  if (body === null) return null;
  // The version comes first. Without this check an empty SEQUENCE would be a session that verified.
  const version = readElement(session, body.start, body.end);
  if (version === null || integerOf(session, version) !== SESSION_VERSION) return null;
  for (let at = version.end; at < body.end;) {
    const element = readElement(session, at, body.end);
    if (element === null) return null;
    if (element.tag === 0xa5) return smallInteger(session, element);
    at = element.end;
  }
  return 0;
}

/** The DER of an SSL_SESSION as Node gives it, without what Node 22 and later put in front; null when there is none. */
export function sessionDer(session: Uint8Array): Uint8Array | null {
  const whole = openSequence(session);
  return whole === null ? null : session.subarray(whole.at, whole.end);
}

/** The first judge's verdict at `secureConnect`; null when it cannot be had, which never counts as OK. */
export function opensslVerdict(socket: SessionSource): number | null {
  const session = socket.getSession();
  if (session === undefined || session.length === 0) return null;
  return sessionVerifyResult(session);
}

export interface Element {
  /** Where its tag is. */
  readonly at: number;
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** The SEQUENCE of a session, behind what Node puts in front of it; null when the bytes are none. */
export function openSequence(bytes: Uint8Array): Element | null {
  let at = 0;
  if (Buffer.from(bytes.subarray(0, NODE_PREFIX.length)).equals(NODE_PREFIX)) {
    // The prefix ends in a NUL-terminated host name; the DER is the SEQUENCE that ends with the buffer.
    for (at = NODE_PREFIX.length; at < bytes.length; at += 1) {
      if (bytes[at] !== 0x30) continue;
      const candidate = readElement(bytes, at, bytes.length);
      if (candidate?.end === bytes.length) return candidate;
    }
    return null;
  }
  const whole = readElement(bytes, at, bytes.length);
  return whole?.tag === 0x30 ? whole : null;
}

export function readElement(bytes: Uint8Array, at: number, limit: number): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count < 1 || count > 4) return null;
    length = 0;
    for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[start + i] ?? NaN);
    start += count;
  }
  const end = start + length;
  return end <= limit ? { at, tag, start, end } : null;
}

function smallInteger(bytes: Uint8Array, wrapper: Element): number | null {
  const integer = readElement(bytes, wrapper.start, wrapper.end);
  return integer === null ? null : integerOf(bytes, integer);
}

/** An INTEGER of one to four octets that is not negative; null for anything else. */
export function integerOf(bytes: Uint8Array, { tag, start, end }: Element): number | null {
  const length = end - start;
  if (tag !== 0x02 || length < 1 || length > 4 || (bytes[start] ?? 0x80) >= 0x80) return null;
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 256 + (bytes[i] ?? 0);
  return value;
}
