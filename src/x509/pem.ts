import { SmtpcheckError } from '../core/errors.js';
import { rawOf, readElement } from './der.js';

/** One certificate in a PEM text (RFC 7468 section 5, and OpenSSL's own labels). */
export interface PemCertificate {
  /** What the block's base64 stands for: the certificate, if the block is one. */
  readonly der: Uint8Array;
  /** What follows the certificate in a `TRUSTED CERTIFICATE`: OpenSSL's trust settings (X509_CERT_AUX), or null. */
  readonly aux: Uint8Array | null;
}

/** A block of a PEM text: what stands in its frame, and what its base64 stands for. */
interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const TRUSTED = 'TRUSTED CERTIFICATE';
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', TRUSTED];

/** A `TRUSTED CERTIFICATE` is the certificate's DER with the trust settings' DER behind it. */
function splitTrusted(bytes: Uint8Array): PemCertificate {
  try {
    const certificate = readElement(bytes);
    const rest = bytes.subarray(certificate.end);
    return { der: rawOf(certificate), aux: rest.length === 0 ? null : rest };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { der: bytes, aux: null };
  }
}

/**
 * Every block of a text with one of these labels, in order; text and blocks of other kinds in between are passed over.
 * Nothing is checked but the frame: octets lost to broken base64 leave a DER that does not parse.
 */
export function pemBlocks(text: string, labels: readonly string[]): PemBlock[] {
  const found: PemBlock[] = [];
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at)) {
    at += BEGIN.length;
    const labelEnd = text.indexOf(DASHES, at);
    if (labelEnd === -1) break;
    const label = text.slice(at, labelEnd);
    if (!labels.includes(label)) continue;
    const bodyStart = labelEnd + DASHES.length;
    const bodyEnd = text.indexOf(END + label + DASHES, bodyStart);
    if (bodyEnd === -1) break;
    at = bodyEnd;
    found.push({ label, bytes: Buffer.from(text.slice(bodyStart, bodyEnd), 'base64') });
  }
  return found;
}

/** Every certificate block of a text, in order. */
export function pemCertificateDers(text: string): PemCertificate[] {
  return pemBlocks(text, LABELS).map(({ label, bytes }) =>
    label === TRUSTED ? splitTrusted(bytes) : { der: bytes, aux: null },
  );
}
