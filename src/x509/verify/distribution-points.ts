import type { Certificate } from '../certificate-types.js';
import { decodeDistributionPoints, type DistributionPoint } from '../crl/distribution-point.js';
import { EXTENSION } from '../oid.js';
import { orNull } from './or-null.js';

/** The cRLDistributionPoints of a certificate (RFC 5280 section 4.2.1.13), or null when they cannot be read. */
export function distributionPointsOf(cert: Certificate): readonly DistributionPoint[] | null {
  const found = cert.extensions.find(({ oid }) => oid === EXTENSION.crlDistributionPoints);
  return found === undefined ? [] : orNull(() => decodeDistributionPoints(found.value));
}

/** Whether the cRLDistributionPoints cannot be read (OpenSSL's setup_crldp, which calls the certificate invalid then). */
export function hasMalformedDistributionPoints(cert: Certificate): boolean {
  return distributionPointsOf(cert) === null;
}
