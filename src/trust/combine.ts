import type { TrustStore } from '../x509/certificate-types.js';
import { sameBytes } from '../x509/der.js';
import { withoutDuplicates } from './anchor-index.js';
import { joinSettings } from './trust-settings.js';

/**
 * Several stores as one: what any of them trusts is trusted, unless another one rejects it. A certificate in two of them
 * comes once.
 */
export function combineStores(stores: readonly TrustStore[]): TrustStore {
  return {
    bySubject: (name) => withoutDuplicates(stores.flatMap((store) => store.bySubject(name))),
    settingsOf(certificate) {
      // A store that does not hold it has no opinion, and may not hide that another one does.
      const holders = stores.filter((store) =>
        store.bySubject(certificate.subject).some(({ der }) => sameBytes(der, certificate.der)),
      );
      return joinSettings(holders.map((store) => store.settingsOf?.(certificate) ?? null));
    },
    isPublic: stores.length > 0 && stores.every((store) => store.isPublic === true),
    describe: () => (stores.length === 0 ? 'none' : stores.map((store) => store.describe()).join(' + ')),
  };
}
