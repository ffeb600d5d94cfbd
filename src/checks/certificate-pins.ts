import type { ChainCheck } from './check.js';

/** Is the leaf one of the certificates or keys that were pinned? */
export const certificatePins: ChainCheck = {
  id: 'certificate-pins',
  ids: ['certificate-pin-mismatch'],
  judge({ chain, asked, opensslAsked, certificateSent }) {
    const { certificatePins: pins } = asked;
    const leaf = chain?.sent[0];
    // A leaf that could not be read matches nothing and mismatches nothing: the report's error says so.
    if (pins.length === 0 || (leaf === undefined && (certificateSent || !opensslAsked))) return [];
    const matches = pins.some(
      (pin) => (pin.kind === 'sha256' ? leaf?.sha256 : leaf?.spkiSha256) === pin.value,
    );
    if (matches) return [];
    return [
      {
        id: 'certificate-pin-mismatch',
        severity: 'error',
        message: `the certificate is none of those pinned (${pins.map((pin) => `${pin.kind}:${pin.value}`).join(', ')})`,
        evidence:
          leaf === undefined ? 'no certificate' : `sha256:${leaf.sha256} spki-sha256:${leaf.spkiSha256}`,
        fix: 'if the change was meant, pin the new value; if not, find out who answers',
        refs: ['RFC 7469 section 2.4'],
      },
    ];
  },
};
