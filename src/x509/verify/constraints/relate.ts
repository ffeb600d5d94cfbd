import type { GeneralName, OtherName } from '../../certificate-types.js';
import { matchAddress } from './match-address.js';
import { matchDns, matchEmail, matchUri } from './match-text.js';
import { matchUtf8Mailbox } from './match-utf8-mailbox.js';
import type { Match } from './match.js';

/** SmtpUTF8Mailbox (RFC 8398 section 3), whose constraints are those of rfc822Name (section 6). */
const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9';

/** How a name stands to the base of a subtree: `unrelated` when it is of another kind, which the subtree says nothing about. */
export function relate(name: GeneralName, base: GeneralName): Match | 'unrelated' {
  switch (name.type) {
    case 'dns':
      return base.type === 'dns' ? matchDns(name.value, base.value) : 'unrelated';
    case 'email':
      return base.type === 'email' ? matchEmail(name.value, base.value) : 'unrelated';
    case 'uri':
      return base.type === 'uri' ? matchUri(name.value, base.value) : 'unrelated';
    case 'ip':
      return base.type === 'ip' ? matchAddress(name.octets, base.octets) : 'unrelated';
    case 'directory':
      if (base.type !== 'directory') return 'unrelated';
      // The canonical form of a name is that of its parts, one after the other; of an empty one it is nothing.
      return name.name.canonicalKey.startsWith(base.name.canonicalKey) ? 'inside' : 'outside';
    case 'other':
      return relateOther(name, base);
  }
}

type Other = Extract<GeneralName, { readonly type: 'other' }>;

function relateOther(name: Other, base: GeneralName): Match | 'unrelated' {
  const { otherName } = name;
  if (otherName?.typeId === SMTP_UTF8_MAILBOX) {
    return base.type === 'email' ? matchUtf8Mailbox(otherName.value, base) : 'unrelated';
  }
  const same = base.type === 'other' && name.tag === base.tag && sameType(otherName, base.otherName);
  return same ? 'X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE' : 'unrelated';
}

const sameType = (a: OtherName | null, b: OtherName | null): boolean => a?.typeId === b?.typeId;
