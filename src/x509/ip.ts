/** IP addresses as text and as the octets of an iPAddress (RFC 5280 section 4.2.1.6). */

const DECIMAL_OCTET = /^(?:0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => DECIMAL_OCTET.test(part))) return null;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : null;
}

/** The octets of groups such as `2001:db8` or, at the end of an address, `::ffff:192.0.2.1`. */
function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    const embedded = i === groups.length - 1 && group.includes('.') ? parseIpv4(group) : null;
    if (embedded !== null) octets.push(...embedded);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      octets.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
    else return null;
  }
  return octets;
}

function parseIpv6(text: string): number[] | null {
  const halves = text.split('::');
  const [head, tail] = [parseGroups(halves[0] ?? ''), parseGroups(halves[1] ?? '')];
  if (head === null || tail === null || halves.length > 2) return null;
  if (halves.length === 1) return head.length === 16 ? head : null;
  const gap = 16 - head.length - tail.length;
  // An IPv4 part stands at the very end, never in front of `::`; the gap stands for at least one group.
  if (gap < 2 || (halves[0] ?? '').includes('.')) return null;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

/** The 4 or 16 octets of an address without brackets or zone (RFC 4291 section 2.2), or null. */
export function parseIp(text: string): Uint8Array | null {
  const octets = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return octets === null ? null : Uint8Array.from(octets);
}

/** The start and the length of the longest run of two or more zero groups: what `::` stands for (RFC 5952 section 4.2). */
function longestZeroRun(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [-1, 1];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end += 1;
    if (end - start > best[1]) best = [start, end - start];
  }
  return best;
}

/** The text of 4 or 16 octets, IPv6 as RFC 5952 wants it, or null for another number of octets. */
export function formatIp(octets: Uint8Array): string | null {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return null;
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i] ?? 0) * 256 + (octets[2 * i + 1] ?? 0));
  const hex = groups.map((group) => group.toString(16));
  const [start, length] = longestZeroRun(groups);
  if (start === -1) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}
