import { endsWithIgnoringCase, equalsIgnoringCase, matchIf, type Match } from './match.js';

/** The names that are text (RFC 5280 section 4.2.1.10), one character an octet. */

/** dNSName: labels may be added in front of the base. Beyond the RFC a dot in front of the base wants one at least, and "" is all. */
export function matchDns(name: string, base: string): Match {
  const added = name.length - base.length;
  if (base === '') return 'inside';
  if (added > 0 && !base.startsWith('.') && name[added - 1] !== '.') return 'outside';
  return matchIf(endsWithIgnoringCase(name, base));
}

/** rfc822Name: one mailbox, all of one host, or with a dot in front all hosts of a domain (but not the domain itself). */
export function matchEmail(name: string, base: string): Match {
  const at = name.lastIndexOf('@');
  const baseAt = base.lastIndexOf('@');
  if (at < 0) return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
  if (baseAt < 0 && base.startsWith('.')) {
    return matchIf(name.length > base.length && endsWithIgnoringCase(name, base));
  }
  if (baseAt > 0) {
    const [local, baseLocal] = [name.slice(0, at), base.slice(0, baseAt)];
    if (local.length !== baseLocal.length) return 'outside';
    // Where C would see the end of a string, two different mailboxes could pass for the same.
    if (local.includes('\0') || baseLocal.includes('\0')) return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
    // RFC 5321 section 2.4: only the host knows whether case counts in its mailboxes' names.
    if (local !== baseLocal) return 'outside';
  }
  return matchIf(equalsIgnoringCase(name.slice(at + 1), base.slice(baseAt + 1)));
}

/** uniformResourceIdentifier: the host of a URI with an authority, or with a dot in front all hosts of a domain. */
export function matchUri(name: string, base: string): Match {
  const host = hostOfUri(name);
  if (host === '') return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
  if (!base.startsWith('.')) return matchIf(equalsIgnoringCase(host, base));
  return matchIf(host.length > base.length && endsWithIgnoringCase(host, base));
}

/** As OpenSSL finds it: up to the next colon, without one up to the next slash. User information counts as the host. */
function hostOfUri(uri: string): string {
  const colon = uri.indexOf(':');
  if (colon < 0 || !uri.startsWith('//', colon + 1)) return '';
  const rest = uri.slice(colon + 3);
  const port = rest.indexOf(':');
  const end = port < 0 ? rest.indexOf('/') : port;
  return end < 0 ? rest : rest.slice(0, end);
}
