import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from '../x509/certificate-types.js';
import type { TlsFacts } from './tls-session.js';

/** A channel binding (RFC 5929, RFC 9266) of one TLS session. */
export interface SessionBinding {
  readonly type: 'tls-exporter' | 'tls-unique' | 'tls-server-end-point';
  readonly data: Uint8Array;
}

const TLS13 = 0x0304;

/** RFC 9266 section 4.1: no context, which is not the same as none given in TLS 1.2. */
const EXPORTER = { label: 'EXPORTER-Channel-Binding', octets: 32 } as const;

/**
 * The channel bindings that this session can give, the best first: `tls-exporter` in TLS 1.3 (RFC 9266 section 2), `tls-unique`
 * before that (RFC 5929 section 3), but only with the extended master secret and in a session that was not resumed, without
 * which it can be had by who sits in the middle (the triple handshake; RFC 7627 section 1). `tls-server-end-point` names the
 * server's certificate alone.
 */
export function channelBindings(
  stream: TLSSocket,
  { flight, chain, sessionResumed }: TlsFacts,
): SessionBinding[] {
  const hello = flight.serverHello;
  const [leaf] = chain;
  const bindings: SessionBinding[] = [];
  if (hello?.version === TLS13) {
    const data = stream.exportKeyingMaterial(EXPORTER.octets, EXPORTER.label, Buffer.alloc(0));
    bindings.push({ type: 'tls-exporter', data });
  } else if (hello?.extendedMasterSecret === true && !sessionResumed) {
    // Of a full handshake the client's Finished comes first.
    const data = stream.getFinished();
    if (data !== undefined) bindings.push({ type: 'tls-unique', data });
  }
  const endPoint = leaf === undefined ? null : endPointOf(leaf);
  return endPoint === null ? bindings : [...bindings, { type: 'tls-server-end-point', data: endPoint }];
}

/** RFC 5929 section 4.1: the digest of the certificate's own signature, SHA-256 in the place of MD5 and SHA-1. */
function endPointOf(leaf: Certificate): Uint8Array | null {
  const digest = DIGESTS[leaf.signatureOid];
  return digest === undefined ? null : createHash(digest).update(leaf.der).digest();
}

/**
 * By the OID of the signature. For those that have no digest of their own (EdDSA), or name it in parameters (RSA-PSS), RFC 5929
 * leaves the binding undefined.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'sha256', // MD5
  '1.2.840.113549.1.1.5': 'sha256', // SHA-1
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.1': 'sha256', // SHA-1
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
