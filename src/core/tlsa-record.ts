import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';

/** A TLSA record (RFC 6698 section 2.1), whatever its numbers: those that mean nothing make it unusable, not malformed. */
export interface TlsaRecord {
  /** Certificate usage: 0 PKIX-TA, 1 PKIX-EE, 2 DANE-TA, 3 DANE-EE (RFC 7218 section 2). */
  readonly usage: number;
  /** 0 Cert: the whole certificate; 1 SPKI: its SubjectPublicKeyInfo. */
  readonly selector: number;
  /** 0 Full: the octets themselves; 1 SHA2-256, 2 SHA2-512. */
  readonly matchingType: number;
  /** The certificate association data. */
  readonly data: Uint8Array;
}

/** What a record can be matched with. */
export interface TlsaSubject {
  readonly der: Uint8Array;
  readonly spkiDer: Uint8Array;
}

/** The usages that an SMTP client knows (RFC 7672 section 3.1). */
export const DANE_TA = 2;
export const DANE_EE = 3;

const DIGESTS: Readonly<Record<number, { readonly name: string; readonly octets: number }>> = {
  1: { name: 'sha256', octets: 32 },
  2: { name: 'sha512', octets: 64 },
};

/** Octets of a digest of this matching type; undefined where it is none. */
export function digestLength(matchingType: number): number | undefined {
  return DIGESTS[matchingType]?.octets;
}

/** The data that a record of this selector and matching type has for a certificate; undefined where either is not known. */
export function associationData(
  { selector, matchingType }: Pick<TlsaRecord, 'selector' | 'matchingType'>,
  { der, spkiDer }: TlsaSubject,
): Uint8Array | undefined {
  const selected = [der, spkiDer][selector];
  const digest = DIGESTS[matchingType];
  if (selected === undefined || matchingType === 0) return selected;
  return digest === undefined ? undefined : createHash(digest.name).update(selected).digest();
}

/** Whether the record's data is that of the certificate (RFC 6698 section 2.1.3), wherever in the chain that stands. */
export function isAssociated(record: TlsaRecord, subject: TlsaSubject): boolean {
  const data = associationData(record, subject);
  return data !== undefined && Buffer.compare(data, record.data) === 0;
}

/** Why an SMTP client cannot use a record, for people; null when it can. */
export function whyUnusable(record: TlsaRecord): string | null {
  const { usage, selector, matchingType, data } = record;
  if (usage < DANE_TA)
    return `usage ${usage} asks for a public CA, which SMTP does not do (RFC 7672 section 3.1.3)`;
  if (usage > DANE_EE) return `certificate usage ${usage} is not known`;
  if (selector > 1) return `selector ${selector} is not known`;
  const length = digestLength(matchingType);
  if (length === undefined && matchingType !== 0) return `matching type ${matchingType} is not known`;
  if (length !== undefined && data.length !== length)
    return `its digest has ${data.length} octets, not ${length}`;
  if (matchingType !== 0) return null;
  if (selector === 0) return isWholeCertificate(data) ? null : 'its data is no certificate';
  return readPublicKey(data) === null ? 'its data is no public key' : null;
}

/**
 * The records of one usage that count, the ones to try first in front. Digest agility (RFC 7671 section 9): of each selector
 * only those with the strongest digest are looked at, beside the full ones; a match of a weaker one is none. The order is that
 * of OpenSSL's SSL_dane_tlsa_add, so that of several that match the same one is named.
 */
export function applicable(records: readonly TlsaRecord[], usage: number): TlsaRecord[] {
  const usable = records.filter((record) => record.usage === usage && whyUnusable(record) === null);
  const strongest = (selector: number): number =>
    Math.max(...usable.filter((record) => record.selector === selector).map(strengthOf));
  return usable
    .filter((record) => record.matchingType === 0 || strengthOf(record) === strongest(record.selector))
    .sort((a, b) => b.selector - a.selector || strengthOf(b) - strengthOf(a));
}

/** OpenSSL's ordinals of the matching types are their numbers. */
function strengthOf({ matchingType }: TlsaRecord): number {
  return matchingType;
}

/** A SubjectPublicKeyInfo, alone and whole; null where OpenSSL cannot read it. */
export function readPublicKey(data: Uint8Array): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(data), format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'der' }).length === data.length ? key : null;
  } catch {
    return null;
  }
}

function isWholeCertificate(data: Uint8Array): boolean {
  try {
    const certificate = new X509Certificate(data);
    return certificate.raw.length === data.length && certificate.publicKey.type === 'public';
  } catch {
    return false;
  }
}
