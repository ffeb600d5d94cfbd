import { rawOf, readElement } from './der.js';
import { SmtpcheckError } from '../core/errors.js';

/** One certificate in a PEM text (RFC 7468 section 5, and OpenSSL's own labels). */
export interface PemCertificate {
  /** null when the block is not base64 of a DER element. */
  readonly der: Uint8Array | null;
  /** What follows the certificate in a `TRUSTED CERTIFICATE`: OpenSSL's trust settings (X509_CERT_AUX), or null. */
  readonly aux: Uint8Array | null;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const TRUSTED = 'TRUSTED CERTIFICATE';
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', TRUSTED];

/** The octets of a block's base64, or null. Node skips characters that are not base64; here they spoil the block. */
function decodeBase64(text: string): Uint8Array | null {
  return /[^A-Za-z0-9+/=\s]/.test(text) ? null : Buffer.from(text, 'base64');
}

/** A `TRUSTED CERTIFICATE` is the certificate's DER with the trust settings' DER behind it. */
function splitTrusted(bytes: Uint8Array): PemCertificate {
  try {
    const certificate = readElement(bytes);
    const rest = bytes.subarray(certificate.end);
    return { der: rawOf(certificate), aux: rest.length === 0 ? null : rest };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { der: null, aux: null };
  }
}

/** Every certificate block of a text, in order; text and blocks of other kinds in between are passed over. */
export function* pemCertificateDers(text: string): Generator<PemCertificate> {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at)) {
    at += BEGIN.length;
    const labelEnd = text.indexOf(DASHES, at);
    if (labelEnd === -1) return;
    const label = text.slice(at, labelEnd);
    if (!LABELS.includes(label)) continue;
    const bodyStart = labelEnd + DASHES.length;
    const bodyEnd = text.indexOf(END + label + DASHES, bodyStart);
    if (bodyEnd === -1) return;
    at = bodyEnd;
    const bytes = decodeBase64(text.slice(bodyStart, bodyEnd));
    if (bytes === null) yield { der: null, aux: null };
    else yield label === TRUSTED ? splitTrusted(bytes) : { der: bytes, aux: null };
  }
}
