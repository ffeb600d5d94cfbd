import type { Profile } from '../profile.js';
import { COMMON, settings } from './common.js';

/** Of at least 224 bits (section 4.5), and discouraged for key exchange by RFC 9847 section 6. */
const DISCOURAGED_CURVES = ['secp224*', 'sect233*', 'sect239*'];

const CURVES = [
  'secp256*',
  'secp384r1',
  'secp521r1',
  'sect283*',
  'sect409*',
  'sect571*',
  'brainpool*',
  'x25519',
  'x448',
];

export const rfc9325: Profile = {
  name: 'rfc9325',
  version: 'BCP 195',
  title: 'RFC 9325 (BCP 195), with RFC 8996 and RFC 9847',
  summary:
    'What the IETF recommends for every use of TLS. MUST and MUST NOT fail, SHOULD and SHOULD NOT warn. Section 5.2 lets opportunistic TLS, as on port 25, fall short of it: there `mx` is the better measure.',
  source: {
    title: 'RFC 9325, Recommendations for Secure Use of TLS and DTLS',
    url: 'https://www.rfc-editor.org/rfc/rfc9325',
    date: '2022-11',
  },
  notes: [
    'RFC 8996 forbids TLS 1.0 and 1.1; RFC 9847 adds "discouraged" to the registries that the lists of suites and groups come from.',
    'CBC warns: without encrypt-then-MAC it is a SHOULD NOT of section 4.2, and whether that is negotiated is not weighed (our reading).',
    'Compression fails although section 3.3 says SHOULD NOT: an attacker gets plain text by it (our reading).',
    'Early data fails: section 3.10 has it avoided (MUST) where no specification says how the application uses it, and for SMTP there is none.',
    'Not judged: whether TLS from the first byte is there beside STARTTLS (section 3.2), how the server keeps the keys of its tickets (3.4), and its order of suites (4.2.1).',
  ],
  requirements: {
    protocols: {
      allowed: ['TLSv1.2', 'TLSv1.3'],
      required: ['TLSv1.2', 'TLSv1.3'],
      source: 'section 3.1.1, RFC 8996',
    },
    suites: {
      allowed: [
        'TLS_AES_*',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_ECDSA_WITH_AES_*_GCM_*',
        'TLS_ECDHE_RSA_WITH_AES_*_GCM_*',
        'TLS_ECDHE_ECDSA_WITH_AES_*_CCM*',
        'TLS_ECDHE_*_WITH_CHACHA20_POLY1305_SHA256',
      ],
      phaseOut: [
        'TLS_ECDHE_*_WITH_AES_*',
        'TLS_ECDHE_*_WITH_CAMELLIA_*',
        'TLS_ECDHE_*_WITH_ARIA_*',
        'TLS_ECDHE_*_WITH_3DES_EDE_CBC_SHA',
        'TLS_DHE_*_WITH_AES_*',
        'TLS_DHE_*_WITH_CAMELLIA_*',
        'TLS_DHE_*_WITH_ARIA_*',
        'TLS_DHE_*_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_DHE_*_WITH_3DES_EDE_CBC_SHA',
        'TLS_RSA_WITH_AES_*',
        'TLS_RSA_WITH_CAMELLIA_*',
        'TLS_RSA_WITH_ARIA_*',
        'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
        'TLS_ECDH_ECDSA_WITH_AES_*',
        'TLS_ECDH_RSA_WITH_AES_*',
        'TLS_DH_DSS_WITH_AES_*',
        'TLS_DH_RSA_WITH_AES_*',
      ],
      source: 'sections 4.1 and 4.2',
      reading: true,
    },
    groups: {
      allowed: [...CURVES, 'ffdhe*', '*MLKEM*', 'curveSM2'],
      phaseOut: DISCOURAGED_CURVES,
      source: 'section 4.5, RFC 9847 section 6',
    },
    dh: { minBits: 2048, source: 'section 4.5' },
    signatures: {
      allowed: ['*_sha256*', '*_sha384*', '*_sha512*', 'ed25519', 'ed448', 'mldsa*', 'sm2sig_sm3', 'gostr*'],
      phaseOut: ['*_sha224'],
      source: 'section 4.5 (SHA-1 and MD5 MUST NOT), RFC 9155 section 4',
    },
    certificate: {
      keysOf: 'leaf',
      keys: [
        { type: 'rsa', minBits: 2048 },
        { type: 'ec', curves: [...CURVES, ...DISCOURAGED_CURVES] },
        { type: 'ed25519' },
        { type: 'ed448' },
      ],
      digests: ['sha256', 'sha384', 'sha512'],
      phaseOutDigests: ['sha224'],
      source: 'section 4.5',
    },
  },
  rules: {
    ...COMMON,
    ...settings('warning', ['tls-1-3-missing'], { source: 'section 3.1.1 (SHOULD)' }),
    ...settings('error', ['extended-master-secret-missing', 'insecure-renegotiation'], {
      source: 'section 3.5',
    }),
    ...settings('error', ['tls-compression'], { source: 'section 3.3 (SHOULD NOT)', reading: true }),
    ...settings('error', ['early-data-offered'], { source: 'section 3.10' }),
  },
};
