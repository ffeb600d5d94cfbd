import type { Certificate } from '../certificate-types.js';
import { childrenOf, contentOf, expectTag, malformed, readElement, TAG, type DerElement } from '../der.js';
import { readGeneralName } from '../extensions.js';
import { EXTENSION } from '../oid.js';
import { orNull } from './or-null.js';

/**
 * Whether the cRLDistributionPoints cannot be read (OpenSSL's setup_crldp, which calls the certificate invalid then). No
 * revocation list is fetched here: this is only so that both judges refuse the same certificates.
 */
export function hasMalformedDistributionPoints(cert: Certificate): boolean {
  const found = cert.extensions.find(({ oid }) => oid === EXTENSION.crlDistributionPoints);
  if (found === undefined) return false;
  const points = orNull(() => {
    const list = expectTag(readElement(found.value), TAG.sequence, 'cRLDistributionPoints');
    return childrenOf(list).map(checkPoint);
  });
  return points === null;
}

/** One DistributionPoint (RFC 5280 section 4.2.1.13), in which a name or an issuer must be. */
function checkPoint(point: DerElement): void {
  const fields = childrenOf(expectTag(point, TAG.sequence, 'a DistributionPoint'));
  const take = (tag: number): DerElement | undefined => (fields[0]?.tag === tag ? fields.shift() : undefined);
  const name = take(0xa0);
  const reasons = take(0x81);
  const issuer = take(0xa2);
  if (fields.length > 0) throw malformed('a DistributionPoint of unknown parts');
  if (name !== undefined) checkPointName(childrenOf(name));
  if (reasons !== undefined && contentOf(reasons).length === 0)
    throw malformed('reasons without a bit count');
  const issuers = issuer === undefined ? [] : childrenOf(issuer).map(readGeneralName);
  if (name === undefined && issuers.length === 0) throw malformed('an empty DistributionPoint');
}

/** DistributionPointName: GeneralNames, or a name relative to the issuer's. */
function checkPointName([choice, ...surplus]: readonly DerElement[]): void {
  if (choice === undefined || surplus.length > 0) throw malformed('not one DistributionPointName');
  if (choice.tag === 0xa0) childrenOf(choice).forEach(readGeneralName);
  else if (choice.tag === 0xa1)
    childrenOf(choice).forEach((part) => expectTag(part, TAG.sequence, 'an attribute'));
  else throw malformed('a DistributionPointName of unknown kind');
}
