import type { TrustStore } from '../x509/certificate-types.js';
import { withoutDuplicates } from './anchor-index.js';

/** Several stores as one: what any of them trusts is trusted. A certificate in two of them comes once. */
export function combineStores(stores: readonly TrustStore[]): TrustStore {
  return {
    bySubject: (name) => withoutDuplicates(stores.flatMap((store) => store.bySubject(name))),
    describe: () => (stores.length === 0 ? 'none' : stores.map((store) => store.describe()).join(' + ')),
  };
}
