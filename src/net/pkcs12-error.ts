import { SmtpcheckError } from '../core/errors.js';

/** What to do with a file that OpenSSL may read and that is refused all the same. */
const AGAIN =
  'openssl pkcs12 -in FILE -out all.pem, and then openssl pkcs12 -export -in all.pem -out NEW, writes it again';

export function unreadable(what: string, hint?: string, cause?: unknown): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `the PKCS#12 file cannot be read: ${what}`, {
    hint,
    cause,
  });
}

/** A file that asks for too much, or in which what it asks for cannot be seen. */
export function unbounded(what: string, cause?: unknown): SmtpcheckError {
  return unreadable(what, AGAIN, cause);
}

/** What OpenSSL's reason means for whoever has the file. */
export function openError(reason: string, hasPassphrase: boolean): SmtpcheckError {
  if (/mac verify|bad decrypt|invalid password/i.test(reason)) {
    return hasPassphrase
      ? unreadable('the passphrase is wrong, or the file is damaged')
      : unreadable('it needs a passphrase', 'name the file that holds it with --passphrase-file');
  }
  if (/unsupported/i.test(reason)) {
    return unreadable(
      `OpenSSL ${process.versions.openssl} does not know how it is protected`,
      'old files use RC2 with 40 bits: openssl pkcs12 -legacy -in FILE -out chain.pem makes a PEM file of it',
    );
  }
  if (/private key|Unable to load PFX/i.test(reason)) {
    return unreadable(
      'it holds no certificate with its private key',
      'make one with: openssl pkcs12 -export',
    );
  }
  return unreadable(reason === '' ? 'it is damaged' : reason);
}
