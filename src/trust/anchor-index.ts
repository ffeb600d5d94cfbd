import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { parseCertificate } from '../x509/certificate.js';
import type { Certificate, TrustSettings } from '../x509/certificate-types.js';
import { rawOf, sameBytes } from '../x509/der.js';
import { nameEquals, parseName, type Name } from '../x509/name.js';
import { readCertificateElements } from '../x509/tbs.js';
import { trustBySettings } from '../x509/verify/trust.js';
import type { AnchorEntry } from './anchor-files.js';
import { canonicalWords, type CanonicalWord } from './canonical-words.js';
import { joinSettings } from './trust-settings.js';

/** Trust anchors in memory, found by subject. */
export interface AnchorIndex {
  bySubject(name: Name): readonly Certificate[];
  settingsOf(certificate: Certificate): TrustSettings | null;
  /** How many were handed in, readable or not. */
  readonly size: number;
  /** Whether none of them can be an anchor for a TLS server. Stops at the first that can. */
  isEmpty(): boolean;
}

/** One candidate. What it takes to tell whether it matters is computed on the way, and kept. */
interface Candidate extends AnchorEntry {
  /** The octets, one character each, in lower case. */
  text?: string;
  subject?: Name | null;
  certificate?: Certificate | null;
}

/** `read()`, or null where the bytes are no certificate. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SmtpcheckError) return null;
    throw error;
  }
}

/** False only for a certificate whose subject cannot be the one that `words` are from. */
function mayBeNamed(candidate: Candidate, words: readonly CanonicalWord[]): boolean {
  const { buffer, byteOffset, length } = candidate.der;
  const text = (candidate.text ??= Buffer.from(buffer, byteOffset, length).toString('latin1').toLowerCase());
  return words.every((spellings) => spellings.some((spelling) => text.includes(spelling)));
}

function subjectOf(candidate: Candidate): Name | null {
  if (candidate.subject === undefined) {
    candidate.subject = orNull(() => parseName(rawOf(readCertificateElements(candidate.der).subject)));
  }
  return candidate.subject;
}

function isNamed(candidate: Candidate, name: Name): boolean {
  const subject = subjectOf(candidate);
  return subject !== null && nameEquals(subject, name);
}

/** A certificate, or null where the bytes are none. */
export function readAnchor(der: Uint8Array): Certificate | null {
  return orNull(() => parseCertificate(der));
}

function certificateOf(candidate: Candidate): Certificate | null {
  if (candidate.certificate === undefined) candidate.certificate = readAnchor(candidate.der);
  return candidate.certificate;
}

/** The certificates without repetitions. */
export function withoutDuplicates(certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter(
    (one, i) => certificates.findIndex((other) => sameBytes(one.der, other.der)) === i,
  );
}

/**
 * Indexes certificates without parsing them: a look-up throws out, by a text search over the DER, what cannot have the
 * name, and reads only the rest. Two hundred roots cost about 1 ms, where parsing them with OpenSSL costs 30.
 */
export function indexAnchors(entries: readonly AnchorEntry[]): AnchorIndex {
  const candidates: readonly Candidate[] = entries.map((entry) => ({ ...entry }));
  const settings = settingsLookup(entries);
  const found = new Map<string, readonly Certificate[]>();
  const search = (name: Name): readonly Certificate[] => {
    const words = canonicalWords(name);
    const anchors = candidates
      .filter((candidate) => mayBeNamed(candidate, words))
      .filter((candidate) => isNamed(candidate, name))
      .flatMap((candidate) => certificateOf(candidate) ?? []);
    return withoutDuplicates(anchors).slice(0, LIMITS.anchorsPerName);
  };
  return {
    settingsOf: settings,
    size: entries.length,
    isEmpty: () =>
      !candidates.some(
        (candidate) =>
          trustBySettings(candidate.settings, 'sslserver') !== 'rejected' &&
          certificateOf(candidate) !== null,
      ),
    bySubject(name) {
      const known = found.get(name.canonicalKey) ?? search(name);
      found.set(name.canonicalKey, known);
      return known;
    },
  };
}

/** The settings of a certificate among these entries, by its octets. */
export function settingsLookup(
  entries: readonly AnchorEntry[],
): (certificate: Certificate) => TrustSettings | null {
  // Hardly any store has settings; then nothing is compared.
  if (entries.every((entry) => entry.settings === null)) return () => null;
  return ({ der }) =>
    joinSettings(entries.filter((entry) => sameBytes(entry.der, der)).map((entry) => entry.settings));
}
