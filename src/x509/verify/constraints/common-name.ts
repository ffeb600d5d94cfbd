import type { Certificate, NameConstraints } from '../../certificate-types.js';
import { contentOf, type DerElement } from '../../der.js';
import { textOf } from '../../name.js';
import { COMMON_NAME, decodeOid } from '../../oid.js';
import type { VerifyCodeName } from '../../verify-codes.js';
import { nameFault } from './names.js';

/** A label as OpenSSL accepts it here: hyphens inside alone, and the underscores of private zones. */
const LABEL = /^\w(?:[\w-]*\w)?$/;

/**
 * The commonNames of a leaf against constraints on dNSNames (OpenSSL's NAME_CONSTRAINTS_check_CN): clients that take a host name
 * from there (RFC 6125 section 6.4.4) do so where no alternative name is a dNSName. OpenSSL ends with an internal error on a
 * commonName that is no text.
 */
export function commonNameFault(
  { subject, subjectAltNames }: Certificate,
  constraints: NameConstraints,
): VerifyCodeName | 'internal-error' | null {
  if (subjectAltNames?.some(({ type }) => type === 'dns') === true) return null;
  for (const { type, value } of subject.attributes) {
    if (decodeOid(contentOf(type)) !== COMMON_NAME) continue;
    const text = textWithoutPadding(value);
    if (text === null) return 'internal-error';
    if (text.includes('\0')) return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
    const fault = isHostName(text) ? nameFault({ type: 'dns', value: text }, constraints) : null;
    if (fault !== null) return fault;
  }
  return null;
}

/** The NULs behind a name are the harmless slip of some CAs; those within one are an attack. */
function textWithoutPadding(value: DerElement): string | null {
  const text = textOf(value);
  if (text === null) return null;
  let end = text.length;
  while (text[end - 1] === '\0') end -= 1;
  return text.slice(0, end);
}

/** A single label may be anybody's name, and is none to OpenSSL. */
function isHostName(text: string): boolean {
  const labels = text.split('.');
  return labels.length > 1 && labels.every((label) => LABEL.test(label));
}
