import { matchIf, type Match } from './match.js';

/**
 * iPAddress (RFC 5280 section 4.2.1.10): the base is an address and a mask. As in OpenSSL the mask may have gaps, and the
 * address bits where it has none.
 */
export function matchAddress(address: Uint8Array, base: Uint8Array): Match {
  const { length } = address;
  const isAddress = length === 4 || length === 16;
  const isRange = base.length === 8 || base.length === 32;
  if (!isAddress || !isRange) return 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX';
  if (base.length !== 2 * length) return 'outside';
  return matchIf(address.every((octet, i) => ((octet ^ (base[i] ?? 0)) & (base[length + i] ?? 0)) === 0));
}
