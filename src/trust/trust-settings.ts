import { SmtpcheckError } from '../core/errors.js';
import type { TrustSettings } from '../x509/certificate-types.js';
import { childrenOf, contentOf, expectTag, readElement, TAG, type DerElement } from '../x509/der.js';
import { decodeOid, PURPOSE } from '../x509/oid.js';

/** The `reject` list of X509_CERT_AUX: [0] IMPLICIT SEQUENCE OF OBJECT IDENTIFIER. */
const REJECT_TAG = 0xa0;

/** Settings that cannot be read are settings that permit nothing. OpenSSL leaves such a certificate out of the store. */
const UNREADABLE: TrustSettings = { trusted: null, rejected: [PURPOSE.any] };

function purposesOf(list: DerElement): string[] {
  return childrenOf(list).map((purpose) =>
    decodeOid(contentOf(expectTag(purpose, TAG.oid, 'a trusted purpose'))),
  );
}

function decode(aux: Uint8Array): TrustSettings {
  const fields = childrenOf(expectTag(readElement(aux), TAG.sequence, 'trust settings'));
  const trust = fields[0]?.tag === TAG.sequence ? fields.shift() : undefined;
  const reject = fields[0]?.tag === REJECT_TAG ? fields.shift() : undefined;
  return {
    trusted: trust === undefined ? null : purposesOf(trust),
    rejected: reject === undefined ? [] : purposesOf(reject),
  };
}

/** The trust settings behind a `TRUSTED CERTIFICATE` (OpenSSL's X509_CERT_AUX); null when there are none. */
export function readTrustSettings(aux: Uint8Array | null): TrustSettings | null {
  if (aux === null) return null;
  try {
    return decode(aux);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return UNREADABLE;
  }
}

/**
 * The settings of a certificate that stands in a store more than once: what any copy rejects is rejected; of lists of what is
 * trusted the first counts, as in OpenSSL, which keeps the first copy.
 */
export function joinSettings(copies: readonly (TrustSettings | null)[]): TrustSettings | null {
  const rejected = copies.flatMap((copy) => copy?.rejected ?? []);
  const trusted = copies[0]?.trusted ?? null;
  return trusted === null && rejected.length === 0 ? null : { trusted, rejected };
}
