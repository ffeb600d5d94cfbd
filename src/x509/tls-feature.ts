import type { Certificate } from './certificate-types.js';
import { childrenOf, expectTag, integerOctets, readWhole, TAG } from './der.js';
import { orNull } from './verify/or-null.js';

const TLS_FEATURE = '1.3.6.1.5.5.7.1.24';

/** The TLS extensions that ask for a staple: status_request (RFC 6066 section 8) and status_request_v2 (RFC 6961). */
const STATUS_REQUESTS: readonly number[] = [5, 17];

/**
 * Whether the certificate wants every server that uses it to staple an OCSP response (RFC 7633 section 4.2.3.1). An extension that
 * cannot be read counts as a yes: it was put there to ask for something, and what it asks for cannot be shown to be met.
 */
export function mustStaple(cert: Certificate): boolean {
  return cert.extensions
    .filter(({ oid }) => oid === TLS_FEATURE)
    .some(({ value }) => {
      const features = orNull(() => readFeatures(value));
      return features === null || features.some((feature) => STATUS_REQUESTS.includes(feature));
    });
}

/** Features ::= SEQUENCE OF INTEGER (RFC 7633 section 3). */
function readFeatures(value: Uint8Array): number[] {
  return childrenOf(readWhole(value, TAG.sequence, 'the TLS features')).map((feature) =>
    integerOctets(expectTag(feature, TAG.integer, 'a TLS feature')).reduce(
      (sum, octet) => sum * 256 + octet,
      0,
    ),
  );
}
