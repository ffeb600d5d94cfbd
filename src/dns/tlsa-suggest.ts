import { associationData, DANE_EE, DANE_TA, type TlsaRecord, type TlsaSubject } from '../core/tlsa-record.js';

/**
 * Records that match a chain as sent, leaf first, best first. `3 1 1` is what RFC 7672 section 3.1.1 asks for: it outlives
 * renewals that keep the key, and neither dates nor names matter; `3 0 1` is for who binds to the certificate. For each issuer
 * that is sent, `2 0 1` as RFC 7672 section 3.1.2 recommends, and `2 1 1`, which outlives a re-issue of the CA's certificate. All
 * are SHA2-256, which every client has; a chain's anchor that is not sent cannot be matched by a digest.
 */
export function suggestTlsa(chain: readonly TlsaSubject[]): TlsaRecord[] {
  return chain.flatMap((subject, depth) => {
    const usage = depth === 0 ? DANE_EE : DANE_TA;
    const selectors = depth === 0 ? [1, 0] : [0, 1];
    return selectors.flatMap((selector) => {
      const data = associationData({ selector, matchingType: 1 }, subject);
      return data === undefined ? [] : [{ usage, selector, matchingType: 1, data }];
    });
  });
}
