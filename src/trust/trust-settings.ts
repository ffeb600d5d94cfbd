import { SmtpcheckError } from '../core/errors.js';
import { childrenOf, contentOf, expectTag, readElement, TAG, type DerElement } from '../x509/der.js';
import { decodeOid, PURPOSE } from '../x509/oid.js';

/** The `reject` list of X509_CERT_AUX: [0] IMPLICIT SEQUENCE OF OBJECT IDENTIFIER. */
const REJECT_TAG = 0xa0;

/** Purposes that decide about a TLS server, as OpenSSL's X509_TRUST_SSL_SERVER takes them. */
function concernsServers(list: DerElement): boolean {
  return childrenOf(list)
    .map((purpose) => decodeOid(contentOf(expectTag(purpose, TAG.oid, 'a trusted purpose'))))
    .some((oid) => oid === PURPOSE.serverAuth || oid === PURPOSE.any);
}

function permitsServers(aux: Uint8Array): boolean {
  const fields = childrenOf(expectTag(readElement(aux), TAG.sequence, 'trust settings'));
  const trust = fields[0]?.tag === TAG.sequence ? fields.shift() : undefined;
  const reject = fields[0]?.tag === REJECT_TAG ? fields.shift() : undefined;
  if (reject !== undefined && concernsServers(reject)) return false;
  return trust === undefined || concernsServers(trust);
}

/**
 * Whether a `TRUSTED CERTIFICATE` with these settings may be an anchor for TLS servers. As OpenSSL's obj_trust: a rejected
 * purpose wins, a list of trusted purposes that lacks this one rejects too, and without either list the certificate is like
 * any other. Settings that cannot be read are settings that do not permit it.
 */
export function isTrustedForServers(aux: Uint8Array | null): boolean {
  if (aux === null) return true;
  try {
    return permitsServers(aux);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return false;
  }
}
