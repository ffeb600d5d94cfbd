import { LIMITS } from '../core/limits.js';
import type { Certificate, TrustStore } from './certificate-types.js';

/**
 * Every trusted certificate that path building could come to from these certificates: those that carry the name of an
 * issuer or a subject of the chain, and in turn of their issuers. A store cut down to these gives the same verdict as
 * the whole one, because X509_verify_cert looks trusted certificates up by name only.
 */
export function anchorsFor(chain: readonly Certificate[], trust: TrustStore): Certificate[] {
  const found = new Map<string, Certificate>();
  const asked = new Set<string>();
  const names = chain.flatMap((cert) => [cert.subject, cert.issuer]);
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (asked.has(name.canonicalKey)) continue;
    asked.add(name.canonicalKey);
    // A store of cross-signed certificates could lead on and on; a real chain meets a handful of names.
    if (asked.size > LIMITS.chainCertificates * 2) break;
    for (const anchor of trust.bySubject(name)) {
      found.set(anchor.sha256, anchor);
      names.push(anchor.issuer);
    }
  }
  return [...found.values()];
}
