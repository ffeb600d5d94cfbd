import type { GeneralName } from '../../certificate-types.js';
import { contentOf, TAG, type DerElement } from '../../der.js';
import { endsWithIgnoringCase, equalsIgnoringCase, matchIf, type Match } from './match.js';
import { decodePunycode, encodeUtf8 } from './punycode.js';

/** What OpenSSL has room for: octets of a converted base, a dot in front and its NUL included. */
const ROOM = 255;

type EmailName = Extract<GeneralName, { readonly value: string }>;

/**
 * SmtpUTF8Mailbox against the base of an rfc822Name (RFC 8398 section 6): the base's A-labels are converted to U-labels. Like
 * OpenSSL's nc_email_eai this knows no base with a mailbox, and doubles the dot in front of a base, which no address matches.
 */
export function matchUtf8Mailbox(mailbox: DerElement, base: EmailName): Match {
  if (base.value.includes('\0') || mailbox.tag !== TAG.utf8String) {
    return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
  }
  const address = Buffer.from(contentOf(mailbox)).toString('latin1');
  const at = address.lastIndexOf('@');
  if (at < 0) return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
  const host = convertedHost(base);
  if (host === null) return 'X509_V_ERR_UNSPECIFIED';
  if (!base.value.startsWith('.')) return matchIf(equalsIgnoringCase(address.slice(at + 1), host));
  return matchIf(address.length > host.length && endsWithIgnoringCase(address, host));
}

const cache = new WeakMap<EmailName, string | null>();

/** Converted once: a base of many A-labels takes microseconds, and a hostile chain has a million addresses to compare it with. */
function convertedHost(base: EmailName): string | null {
  let host = cache.get(base);
  if (host === undefined) {
    host = toULabels(base.value.startsWith('.') ? `.${base.value}` : base.value);
    cache.set(base, host);
  }
  return host;
}

/** A host name with its A-labels (RFC 5890 section 2.3.2.1) in UTF-8, one character an octet; null when that cannot be. */
function toULabels(host: string): string | null {
  let octets = '';
  for (const label of host.split('.')) {
    const text = label.startsWith('xn--') ? toULabel(label.slice(4)) : label;
    if (text === null) return null;
    octets += `${text}.`;
    if (octets.length > ROOM) return null;
  }
  return octets.slice(0, -1);
}

function toULabel(encoded: string): string | null {
  const points = decodePunycode(encoded, ROOM);
  return points === null ? null : encodeUtf8(points);
}
