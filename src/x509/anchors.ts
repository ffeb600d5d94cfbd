import { LIMITS } from '../core/limits.js';
import type { Certificate, TrustStore } from './certificate-types.js';
import { isSelfSigned } from './verify/issued.js';
import { trustBySettings } from './verify/trust.js';

/** Anchors for a judge that knows no trust settings. */
export interface Anchors {
  readonly certificates: readonly Certificate[];
  /** Whether one that is not self-signed is trusted by its settings: such a judge has to allow partial chains then. */
  readonly partial: boolean;
}

/**
 * Every trusted certificate that path building could come to from these certificates: those that carry the name of an
 * issuer or a subject of the chain, and in turn of their issuers. A store cut down to these gives the same verdict as
 * the whole one, because X509_verify_cert looks trusted certificates up by name only. What the store rejects is left out.
 */
export function anchorsFor(chain: readonly Certificate[], trust: TrustStore): Anchors {
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
  const answer = (anchor: Certificate): ReturnType<typeof trustBySettings> =>
    trustBySettings(trust.settingsOf?.(anchor) ?? null, 'sslserver');
  const certificates = [...found.values()].filter((anchor) => answer(anchor) !== 'rejected');
  return {
    certificates,
    partial: certificates.some((anchor) => answer(anchor) === 'trusted' && !isSelfSigned(anchor)),
  };
}
