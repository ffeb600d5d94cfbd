import { SmtpcheckError } from '../core/errors.js';
import { rawOf, readElement } from './der.js';

/** A block of a PEM text. */
export interface PemBlock {
  readonly label: string;
  /** What its base64 stands for, without any header. */
  readonly bytes: Uint8Array;
  /** The block as it stands there, from its BEGIN line to its END line. */
  readonly text: string;
}

/** A PEM text as OpenSSL reads it. */
export interface PemReading {
  /** Every block up to the first that is broken, in order. */
  readonly blocks: readonly PemBlock[];
  /** What is wrong with that one, and in which line, for people; null when none is. */
  readonly broken: string | null;
}

/** One certificate in a PEM text (RFC 7468 section 5, and OpenSSL's own labels). */
export interface PemCertificate {
  /** What the block's base64 stands for: the certificate, if the block is one. */
  readonly der: Uint8Array;
  /** What follows the certificate in a `TRUSTED CERTIFICATE`: OpenSSL's trust settings (X509_CERT_AUX), or null. */
  readonly aux: Uint8Array | null;
  readonly label: string;
}

/** OpenSSL's own label, for a certificate with trust settings. */
export const TRUSTED_CERTIFICATE = 'TRUSTED CERTIFICATE';

const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', TRUSTED_CERTIFICATE];
/** Not of any length: OpenSSL takes a line in pieces of 254, so that BEGIN and END of a text without line ends never meet. */
const BEGIN = /^-----BEGIN ([^]{0,237})-----$/;
const END = '-----END ';
/** What OpenSSL takes off the end of a line (EAY_COMPATIBLE in its pem_lib.c): blanks and control characters. */
const LINE_END = /[\0-\x20]+$/;
const BYTE_ORDER_MARK = /^(?:\ufeff|\xef\xbb\xbf)/;
/** A header of RFC 1421, such as the `Proc-Type` of an encrypted key. */
const HEADER = /^[A-Za-z0-9-]+:/;
/** Characters of a line of base64 where a blank line came before it: OpenSSL then asks for this very width. */
const FULL_LINE = 64;

/**
 * Every block of a text in order, read as strictly as OpenSSL reads it (PEM_read_bio of OpenSSL 3.0), for a server that cannot
 * load its file does not start: BEGIN and END alone in their lines and at their start, nothing but base64 in between. What
 * stands outside of blocks is passed over. One pass over the lines: a text of BEGIN lines alone costs no more than another.
 */
export function readPem(text: string): PemReading {
  const lines = text.replace(BYTE_ORDER_MARK, '').split('\n');
  const blocks: PemBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const label = BEGIN.exec(cleanLine(lines[i]))?.[1];
    if (label === undefined) continue;
    const end = endOf(lines, i + 1);
    const where = `the ${/^[\w ]+$/.test(label) ? `${label} ` : ''}block of line ${i + 1}`;
    if (end === -1) return { blocks, broken: `${where} has no END line` };
    if (cleanLine(lines[end]) !== `${END}${label}-----`) {
      return { blocks, broken: `${where} ends in line ${end + 1} without an END line of its own` };
    }
    const bytes = decodeBody(label, lines.slice(i + 1, end).map(cleanLine));
    if (typeof bytes === 'string') return { blocks, broken: `${where} ${bytes}` };
    blocks.push({ label, bytes, text: lines.slice(i, end + 1).join('\n') });
    i = end;
  }
  return { blocks, broken: null };
}

/** Every certificate block of a text, in order, up to the first block of any kind that is broken. */
export function readPemCertificates(text: string): {
  certificates: PemCertificate[];
  broken: string | null;
} {
  const { blocks, broken } = readPem(text);
  return { certificates: blocks.filter(isCertificate).map(certificateOf), broken };
}

export function isCertificate({ label }: PemBlock): boolean {
  return LABELS.includes(label);
}

/** A `TRUSTED CERTIFICATE` is the certificate's DER with the trust settings' DER behind it. */
export function certificateOf({ label, bytes }: PemBlock): PemCertificate {
  const plain = { der: bytes, aux: null, label };
  if (label !== TRUSTED_CERTIFICATE) return plain;
  try {
    const certificate = readElement(bytes);
    const rest = bytes.subarray(certificate.end);
    return { der: rawOf(certificate), aux: rest.length === 0 ? null : rest, label };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return plain;
  }
}

function cleanLine(line: string | undefined): string {
  return (line ?? '').replace(LINE_END, '');
}

/** The line that ends a block: the first that begins as an END line does, whatever it is the end of. */
function endOf(lines: readonly string[], from: number): number {
  for (let i = from; i < lines.length; i++) if (lines[i]?.startsWith(END) === true) return i;
  return -1;
}

/** The octets of a block, or what is wrong with it. */
function decodeBody(label: string, lines: readonly string[]): Uint8Array | string {
  const blank = lines.indexOf('');
  const body = lines.slice(blank + 1);
  const headers = blank === -1 ? [] : lines.slice(0, blank);
  // A certificate has no headers: what stands above the empty line is the half of it.
  if (body.includes('') || !areHeaders(headers) || (headers.length > 0 && LABELS.includes(label)))
    return 'has an empty line in it';
  if (blank !== -1 && !body.every((line, i) => isFull(line, i === body.length - 1)))
    return 'has lines of uneven length behind an empty one';
  const base64 = body.join('').replace(/[ \t]+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return 'is not base64 throughout';
  return Buffer.from(base64, 'base64');
}

function areHeaders(lines: readonly string[]): boolean {
  return lines.every((line, i) => HEADER.test(line) || (i > 0 && /^\s/.test(line)));
}

function isFull(line: string, isLast: boolean): boolean {
  return isLast ? line.length <= FULL_LINE : line.length === FULL_LINE;
}
