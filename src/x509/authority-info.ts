import type { Certificate } from './certificate-types.js';
import { childrenOf, contentOf, expectTag, readElement, TAG } from './der.js';
import { readGeneralName } from './extensions.js';
import { decodeOid, EXTENSION } from './oid.js';
import { escapeIa5 } from './text.js';
import { orNull } from './verify/or-null.js';

/** id-ad-caIssuers (RFC 5280 section 4.2.2.1). */
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';

/** Addresses read out of one certificate: stops a long list from filling a report. */
const MAX_URLS = 8;

/** Where the certificate says that its issuer's certificate can be fetched: URLs, escaped. Nothing is fetched. */
export function caIssuerUrls(cert: Certificate): string[] {
  const extension = cert.extensions.find(({ oid }) => oid === EXTENSION.authorityInfoAccess);
  if (extension === undefined) return [];
  const list = orNull(() =>
    childrenOf(expectTag(readElement(extension.value), TAG.sequence, 'authorityInfoAccess')),
  );
  return (list ?? []).slice(0, MAX_URLS).flatMap((description) => {
    const url = orNull(() => {
      const [method, location] = childrenOf(description);
      if (decodeOid(contentOf(expectTag(method, TAG.oid, 'an access method'))) !== CA_ISSUERS) return null;
      const name = location === undefined ? null : readGeneralName(location);
      return name?.type === 'uri' ? escapeIa5(name.value) : null;
    });
    return url === null ? [] : [url];
  });
}
