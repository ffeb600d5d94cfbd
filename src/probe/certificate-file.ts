import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SmtpcheckError, usageError } from '../core/errors.js';
import type { FileReport } from '../core/file-report.js';
import { LIMITS } from '../core/limits.js';
import { childrenOf, readElement, TAG } from '../x509/der.js';
import { opensslRefusal } from '../net/openssl-reads.js';
import { readPkcs12 } from '../net/pkcs12.js';
import { refuseCostlyKey } from '../x509/key-budget.js';
import { certificateOf, isCertificate, readPem, TRUSTED_CERTIFICATE, type PemBlock } from '../x509/pem.js';

/** A file of certificates, read but not judged. */
export interface CertificateFile {
  readonly path: string;
  readonly format: FileReport['format'];
  /** DER, in the order in which a server would send them: the leaf first. */
  readonly certificates: readonly Uint8Array[];
  /** The private key that is in the file too; `match` where it has been seen already that it is the leaf's. */
  readonly key: KeyObject | 'match' | KeyProblem | null;
  /** Why a server could not load the file, or not all of it; null when it could. */
  readonly broken: string | null;
}

/** Why nothing is known about a private key in the file. */
export type KeyProblem = 'encrypted' | 'wrong-passphrase' | 'unreadable';

const CERTIFICATE = /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/m;
const PRIVATE_KEY = /^(?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY$/;

/**
 * Reads what `cert` is given: PEM in the order of the file, one certificate in DER, or PKCS#12.
 * @throws SmtpcheckError `file-unreadable`, with a hint that recognises what it is instead.
 */
export async function readCertificateFile(
  path: string,
  bytes: Uint8Array,
  passphrase?: string,
): Promise<CertificateFile> {
  const text = Buffer.from(bytes).toString('latin1');
  const file = text.includes('-----BEGIN ')
    ? readPemFile(path, text, passphrase)
    : await readBinary(path, bytes, passphrase);
  const count = file.certificates.length;
  if (count > LIMITS.chainCertificates) {
    throw unreadable(
      path,
      `it holds ${count} certificates; a server sends a handful`,
      `is it a bundle of CAs? then: --ca-file ${path}`,
    );
  }
  return file;
}

function unreadable(path: string, what: string, hint?: string): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `${path}: ${what}`, { hint });
}

function readPemFile(path: string, text: string, passphrase: string | undefined): CertificateFile {
  const { blocks, broken } = readPem(text);
  const found = blocks.filter(isCertificate);
  if (found.length === 0 && (broken === null || !CERTIFICATE.test(text)))
    throw unreadable(
      path,
      `it holds no certificate${broken === null ? '' : `: ${broken}`}`,
      otherPem(text, path),
    );
  const keys = blocks.filter(({ label }) => PRIVATE_KEY.test(label));
  if (keys.length > 1) {
    throw unreadable(
      path,
      `it holds ${keys.length} private keys, so several chains (Postfix: smtpd_tls_chain_files)`,
      'give each key and the certificates behind it as a file of their own',
    );
  }
  const [key] = keys;
  return {
    path,
    format: 'pem',
    certificates: found.map((block) => certificateOf(block).der),
    key: key === undefined ? null : openKey(path, key.text, passphrase),
    broken: broken ?? leftOut(found) ?? opensslRefusal(text),
  };
}

/** A server reads a `TRUSTED CERTIFICATE` as the first of its file alone: it would send the chain without any other. */
function leftOut(found: readonly PemBlock[]): string | null {
  const at = found.findIndex(({ label }, i) => i > 0 && label === TRUSTED_CERTIFICATE);
  if (at === -1) return null;
  return `certificate ${at + 1} of ${found.length} is a ${TRUSTED_CERTIFICATE}, which a server does not send: openssl x509 makes it a CERTIFICATE`;
}

function otherPem(text: string, path: string): string | undefined {
  if (/^[^-\n]+-----BEGIN/m.test(text))
    return 'BEGIN and END have to stand at the start of their lines: is it indented, or quoted?';
  if (/-\r(?!\n)/.test(text)) return 'its lines end in CR alone: tr "\\r" "\\n" mends it';
  const label = /-----BEGIN ([^-]{1,40})-----/.exec(text)?.[1] ?? '';
  if (label.includes('PRIVATE KEY'))
    return 'that is a private key: give the certificate, and the key with --key';
  if (label.includes('REQUEST'))
    return 'that is a signing request: give the certificate that the CA returned';
  if (label === 'PKCS7' || label === 'CMS') return `openssl pkcs7 -print_certs -in ${path} -out chain.pem`;
  if (label.includes('CRL')) return `that is a revocation list: --crl-file ${path}`;
  return 'it takes CERTIFICATE blocks in PEM, the leaf first';
}

/** A key in the chain file (Postfix's smtpd_tls_chain_files). One that cannot be opened is said to be so, not passed over. */
function openKey(path: string, pem: string, passphrase: string | undefined): KeyObject | KeyProblem {
  try {
    return readPrivateKey(path, Buffer.from(pem), passphrase);
  } catch (error) {
    if (error instanceof KeyFileError) return error.problem;
    if (error instanceof SmtpcheckError && error.code === 'file-unreadable') return 'unreadable';
    throw error;
  }
}

/** The first octets of a text that Windows wrote as UTF-16. */
const UTF16 = /^(?:\xff\xfe|\xfe\xff)/;

async function readBinary(
  path: string,
  bytes: Uint8Array,
  passphrase: string | undefined,
): Promise<CertificateFile> {
  const kind = kindOf(bytes);
  if (kind === 'certificate') return { path, format: 'der', certificates: [bytes], key: null, broken: null };
  if (kind === 'pkcs12') {
    const certificates = await readPkcs12(bytes, passphrase, path);
    return { path, format: 'pkcs12', certificates, key: 'match', broken: null };
  }
  const text = Buffer.from(bytes.subarray(0, 2)).toString('latin1');
  const hint =
    kind === 'pkcs7'
      ? `that is PKCS#7: openssl pkcs7 -inform DER -print_certs -in ${path} -out chain.pem`
      : UTF16.test(text)
        ? 'it is text in UTF-16, as PowerShell writes it with ">": save it as UTF-8 or ASCII'
        : 'it takes PEM, one certificate in DER, or PKCS#12';
  throw unreadable(path, bytes.length === 0 ? 'it is empty' : 'it is no certificate', hint);
}

/** What the outermost SEQUENCE begins with tells the formats apart. */
function kindOf(bytes: Uint8Array): 'certificate' | 'pkcs12' | 'pkcs7' | null {
  // PKCS#12 from Windows may be of indefinite length (BER); certificates are not.
  if (bytes[0] === TAG.sequence && bytes[1] === 0x80) return bytes[2] === TAG.integer ? 'pkcs12' : null;
  try {
    const first = childrenOf(readElement(bytes))[0]?.tag;
    if (first === TAG.sequence) return 'certificate';
    if (first === TAG.integer) return 'pkcs12';
    return first === TAG.oid ? 'pkcs7' : null;
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return null;
  }
}

/**
 * The private key of `--key`, PEM or DER.
 * @throws SmtpcheckError `file-unreadable`; no message holds anything of the key or the passphrase.
 */
export function readPrivateKey(path: string, bytes: Uint8Array, passphrase?: string): KeyObject {
  const buffer = Buffer.from(bytes);
  refuseCostlyKey(buffer, path);
  const secret = passphrase === undefined ? {} : { passphrase };
  const attempts = buffer.includes('-----BEGIN ')
    ? [() => createPrivateKey({ key: buffer, ...secret })]
    : (['pkcs8', 'pkcs1', 'sec1'] as const).map(
        (type) => () => createPrivateKey({ key: buffer, format: 'der', type, ...secret }),
      );
  let reason = '';
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      reason = error instanceof Error ? error.message : '';
    }
  }
  throw keyError(path, buffer, reason, passphrase);
}

/** A private key that could not be opened, and why. */
class KeyFileError extends SmtpcheckError {
  constructor(
    readonly problem: KeyProblem,
    path: string,
    what: string,
    hint?: string,
  ) {
    super('file-unreadable', 'arguments', `${path}: ${what}`, { hint });
  }
}

/**
 * Whether the key is kept under a passphrase: PEM that says so (RFC 7468 section 11, RFC 1421), or DER of an
 * EncryptedPrivateKeyInfo (RFC 5208 section 6: it begins with an algorithm, every bare key with a version). One wrong
 * passphrase in 256 ends in a valid padding, and OpenSSL then finds rubbish where it speaks of a bad decrypt otherwise.
 */
function isEncrypted(bytes: Buffer): boolean {
  if (bytes.includes('-----BEGIN ')) {
    return (
      bytes.includes('-----BEGIN ENCRYPTED PRIVATE KEY') ||
      /^Proc-Type: *4, *ENCRYPTED/m.test(bytes.toString('latin1'))
    );
  }
  const length = bytes[1] ?? 0;
  return bytes[0] === 0x30 && bytes[2 + (length > 0x80 ? length - 0x80 : 0)] === 0x30;
}

function keyError(
  path: string,
  bytes: Buffer,
  reason: string,
  passphrase: string | undefined,
): SmtpcheckError {
  const opened = passphrase !== undefined && isEncrypted(bytes);
  if (opened || /decrypt|passphrase|interrupted|cancelled/i.test(reason)) {
    return passphrase === undefined
      ? new KeyFileError(
          'encrypted',
          path,
          'the key is encrypted',
          'name the file of its passphrase with --passphrase-file',
        )
      : new KeyFileError('wrong-passphrase', path, 'the passphrase is wrong');
  }
  if (bytes.includes('-----BEGIN CERTIFICATE')) {
    return usageError(`${path} is a certificate, not a private key`, 'the key that belongs to it is wanted');
  }
  return new KeyFileError('unreadable', path, 'it is no private key that OpenSSL can read');
}
