// Names of interfaces. Anything else behind % would travel on as part of a "numeric" address.
const ZONE = /^[0-9A-Za-z_.:-]+$/;

/**
 * Whether `text` is an IPv4 or IPv6 address in text form (RFC 4291 section 2.2), with or without a zone (RFC 4007
 * section 11), without brackets; 0 when neither.
 */
export function addressFamily(text: string): 0 | 4 | 6 {
  if (isIPv4(text)) return 4;
  const [address, zone, ...more] = text.split('%');
  if (more.length > 0 || address === undefined || (zone !== undefined && !ZONE.test(zone))) return 0;
  return isIPv6(address) ? 6 : 0;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  let count = groups.length;
  if (last?.includes('.') === true) {
    // The dotted quad ends the address: nothing may follow it, not even `::`.
    if (!isIPv4(last) || !text.endsWith(last)) return false;
    groups.pop();
    count += 1;
  }
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count <= 7 : count === 8;
}
