import type { TrustStore } from '../x509/certificate-types.js';
import { readPemCertificates } from '../x509/pem.js';
import { indexAnchors, type AnchorIndex } from './anchor-index.js';

/**
 * Trust anchors handed in as PEM, such as Node's `tls.rootCertificates`; `label` says what they are in a report. Nothing is
 * decoded before the first look-up. Trust settings have no place in such a list: a certificate that carries any is left out.
 */
export function openPemList(pems: readonly string[], label: string): TrustStore {
  let index: AnchorIndex | undefined;
  return {
    bySubject(name) {
      index ??= indexAnchors(
        pems
          .flatMap((pem) => readPemCertificates(pem).certificates)
          .filter(({ aux }) => aux === null)
          .map(({ der }) => ({ der, settings: null })),
      );
      return index.bySubject(name);
    },
    describe: () => label,
  };
}
