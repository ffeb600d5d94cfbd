import type { Profile } from '../profile.js';
import { COMMON, settings } from './common.js';

/** `TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384` and its like: every mode that the guidelines put up with, for these key exchanges. */
const ECDHE_PHASE_OUT = ['ECDSA', 'RSA'].flatMap((auth) =>
  [
    ...['CAMELLIA', 'ARIA'].flatMap((cipher) => [
      `${cipher}_256_GCM_SHA384`,
      `${cipher}_256_CBC_SHA384`,
      `${cipher}_128_GCM_SHA256`,
      `${cipher}_128_CBC_SHA256`,
    ]),
    'AES_256_CBC_SHA384',
    'AES_128_CBC_SHA256',
  ].map((rest) => `TLS_ECDHE_${auth}_WITH_${rest}`),
);

const DHE_PHASE_OUT = [
  'CHACHA20_POLY1305_SHA256',
  'CAMELLIA_256_GCM_SHA384',
  'CAMELLIA_256_CBC_SHA256',
  'CAMELLIA_128_GCM_SHA256',
  'CAMELLIA_128_CBC_SHA256',
  'ARIA_256_GCM_SHA384',
  'ARIA_256_CBC_SHA384',
  'ARIA_128_GCM_SHA256',
  'ARIA_128_CBC_SHA256',
  'AES_256_GCM_SHA384',
  'AES_256_CCM',
  'AES_256_CBC_SHA256',
  'AES_128_GCM_SHA256',
  'AES_128_CCM',
  'AES_128_CBC_SHA256',
].map((rest) => `TLS_DHE_RSA_WITH_${rest}`);

const CURVES = [
  'secp521r1',
  'secp384r1',
  'secp256r1',
  'brainpoolP512r1',
  'brainpoolP384r1',
  'brainpoolP256r1',
];
const FFDHE = ['ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'];

/** What the guidelines say of the certificate is about any server; of mail they say that trust and name are weighed by DANE. */
const OF_TRUST = [
  'chain-untrusted',
  'certificate-expired',
  'certificate-not-yet-valid',
  'hostname-mismatch',
  'ip-address-mismatch',
  'other-chain-untrusted',
];

export const ncscNl202505: Profile = {
  name: 'ncsc-nl-2025-05',
  version: '2025-05',
  title: 'NCSC-NL, guidelines for TLS, 2025-05',
  summary:
    'What the Dutch National Cyber Security Centre calls good or sufficient; what it wants to be phased out warns. This is what Internet.nl measures mail servers by.',
  source: {
    title: 'ICT-beveiligingsrichtlijnen voor Transport Layer Security, v2025-05',
    url: 'https://www.ncsc.nl/transport-layer-security/ICT-beveiligingsrichtlijnen-voor-TLS',
    date: '2025-05',
  },
  notes: [
    'Good and sufficient are not told apart: both pass.',
    'Trust, time and name of the certificate warn: on port 25 the guidelines leave them to DANE, and Internet.nl reports them without weight (our reading). Set them to error in a profile of your own for a server that clients log in to.',
    'Hybrids of ML-KEM (X25519MLKEM768, SecP256r1MLKEM768, SecP384r1MLKEM1024) are good; Internet.nl does not measure them yet.',
    'That a server prefers good and sufficient suites to those to be phased out (chapters 2 and 3) is not judged: one that has such suites gets a warning for each.',
    'OCSP staples are not weighed for mail.',
  ],
  requirements: {
    protocols: { allowed: ['TLSv1.2', 'TLSv1.3'], source: '3.3.1' },
    suites: {
      allowed: [
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_128_CCM_SHA256',
        ...['ECDSA', 'RSA'].flatMap((auth) =>
          ['CHACHA20_POLY1305_SHA256', 'AES_256_GCM_SHA384', 'AES_128_GCM_SHA256'].map(
            (rest) => `TLS_ECDHE_${auth}_WITH_${rest}`,
          ),
        ),
        // Of RSA there is none with CCM.
        'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
        'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
      ],
      phaseOut: [...ECDHE_PHASE_OUT, ...DHE_PHASE_OUT],
      source: 'appendix B, with 3.3.3 and 3.3.4',
    },
    groups: {
      allowed: [
        ...CURVES,
        'brainpoolP256r1tls13',
        'brainpoolP384r1tls13',
        'brainpoolP512r1tls13',
        'x25519',
        'x448',
        'X25519MLKEM768',
        'SecP256r1MLKEM768',
        'SecP384r1MLKEM1024',
      ],
      phaseOut: ['secp224r1', ...FFDHE],
      source: '3.3.2.1, 3.3.3.1',
      reading: true,
    },
    dh: { minBits: 3072, allowed: [], phaseOut: FFDHE, source: '3.3.3.1' },
    signatures: {
      allowed: ['*_sha256', '*_sha384', '*_sha512', 'ed25519', 'ed448', 'mldsa*'],
      phaseOut: ['*_sha224'],
      source: '3.3.5',
    },
    certificate: {
      keysOf: 'chain',
      keys: [
        { type: 'rsa', minBits: 3072 },
        { type: 'ec', curves: CURVES },
        { type: 'ed25519' },
        { type: 'ed448' },
      ],
      phaseOutKeys: [
        { type: 'rsa', minBits: 2048 },
        { type: 'ec', curves: ['secp224r1'] },
      ],
      digests: ['sha256', 'sha384', 'sha512'],
      phaseOutDigests: ['sha224'],
      source: '3.3.2, 3.3.2.1, 3.3.5',
    },
  },
  rules: {
    ...COMMON,
    ...settings('warning', OF_TRUST, { source: '4.4; Internet.nl, mail: no weight', reading: true }),
    ...settings('error', ['extended-master-secret-missing'], { source: '4.1' }),
    ...settings('error', ['insecure-renegotiation'], { source: '3.4.2' }),
    // Some in a session are sufficient, any number of them is to be phased out.
    ...settings('warning', ['client-renegotiation-accepted'], { source: '3.4.2' }),
    ...settings('error', ['tls-compression'], { source: '3.4.1' }),
    ...settings('error', ['early-data-offered'], { source: '3.4.4' }),
  },
};
