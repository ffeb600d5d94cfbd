import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import { withoutDuplicates } from './anchor-index.js';

/**
 * Several stores as one: what any of them trusts is trusted, unless another one rejects it. A certificate in two of them
 * comes once.
 */
export function combineStores(stores: readonly TrustStore[]): TrustStore {
  const isRejected = (certificate: Certificate): boolean =>
    stores.some((store) => store.isRejected?.(certificate) === true);
  return {
    bySubject: (name) =>
      withoutDuplicates(stores.flatMap((store) => store.bySubject(name))).filter(
        (anchor) => !isRejected(anchor),
      ),
    isRejected,
    describe: () => (stores.length === 0 ? 'none' : stores.map((store) => store.describe()).join(' + ')),
  };
}
