/** Bytes as `openssl s_client -debug` shows them: offset, sixteen octets in hex, and what is printable of them. */
export function hexDump(direction: 'sent' | 'received', chunk: Uint8Array): string {
  const arrow = direction === 'sent' ? '>>>' : '<<<';
  const lines = [`${arrow} ${direction} ${chunk.length} bytes`];
  for (let at = 0; at < chunk.length; at += 16) {
    const row = chunk.subarray(at, at + 16);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    ).join('');
    lines.push(`${at.toString(16).padStart(4, '0')} - ${hex.padEnd(47)}   ${text}`);
  }
  return `${lines.join('\n')}\n`;
}
