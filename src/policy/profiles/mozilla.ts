import type { KeyRequirement, Profile, Requirements } from '../profile.js';
import { COMMON, settings } from './common.js';

const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const ECDHE_AEAD = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];
const OLD_SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_WITH_AES_256_CBC_SHA256',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
];

const GROUPS = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];
const EC: KeyRequirement = { type: 'ec', curves: ['secp256r1', 'secp384r1'] };
const RSA: KeyRequirement = { type: 'rsa', minBits: 2048 };

const SOURCE = {
  title: 'Mozilla, Server Side TLS, guidelines 5.8',
  url: 'https://github.com/mozilla/ssl-config-generator/releases/tag/v5.8',
  date: '2026-05-03',
};
const VERSION = '5.8';

const groups: Requirements['groups'] = { allowed: GROUPS, source: 'tls_curves' };

const RULES = {
  ...COMMON,
  ...settings('error', ['tls-compression', 'insecure-renegotiation'], {
    source: 'not in the guidelines: no TLS library has it on today',
    reading: true,
  }),
};

const NOTES = [
  'The guidelines are written for web servers; HSTS, OCSP staples and the lists of oldest clients are not judged.',
  'The repository was archived on 2026-05-28; 5.8 is the last version with all three configurations.',
  '5.8 has no DHE any more: a server that follows 5.7 fails suite-not-allowed with its DHE suites.',
  'Of certificate_signatures the digest alone is judged, SHA-256 or better: with which kind of key a CA signs is left to it (our reading).',
  'The lifespan of a certificate is judged by maximum_certificate_lifespan, as a warning: a CA decides it.',
];

export const modern: Profile = {
  name: 'modern',
  version: VERSION,
  title: 'Mozilla modern',
  summary:
    'TLS 1.3 alone. For submission servers whose every client is known; on port 25 senders without TLS 1.3 would fall back to plain text.',
  source: SOURCE,
  notes: NOTES,
  requirements: {
    protocols: { allowed: ['TLSv1.3'], required: ['TLSv1.3'], source: 'tls_versions' },
    suites: { allowed: TLS13_SUITES, source: 'ciphersuites' },
    groups,
    certificate: {
      keysOf: 'leaf',
      keys: [EC],
      digests: ['sha256', 'sha384', 'sha512'],
      maxDays: 90,
      source: 'certificate_types, certificate_curves, maximum_certificate_lifespan',
    },
  },
  rules: { ...RULES, ...settings('warning', ['certificate-lifespan-too-long']) },
};

export const intermediate: Profile = {
  name: 'intermediate',
  version: VERSION,
  title: 'Mozilla intermediate',
  summary: 'TLS 1.2 and 1.3 with forward secrecy and AEAD. For most servers that mail clients log in to.',
  source: SOURCE,
  notes: NOTES,
  requirements: {
    protocols: { allowed: ['TLSv1.2', 'TLSv1.3'], required: ['TLSv1.2', 'TLSv1.3'], source: 'tls_versions' },
    suites: { allowed: [...TLS13_SUITES, ...ECDHE_AEAD], source: 'ciphersuites, ciphers' },
    groups,
    certificate: {
      keysOf: 'leaf',
      keys: [EC, RSA],
      digests: ['sha256', 'sha384', 'sha512'],
      maxDays: 366,
      source: 'certificate_types, certificate_curves, rsa_key_size, maximum_certificate_lifespan',
    },
  },
  rules: { ...RULES, ...settings('warning', ['certificate-lifespan-too-long']) },
};

export const old: Profile = {
  name: 'old',
  version: VERSION,
  title: 'Mozilla old',
  summary:
    'TLS 1.0 and newer, with CBC, RSA key exchange and 3DES. For servers that very old clients have to reach, and a last resort.',
  source: SOURCE,
  notes: NOTES,
  requirements: {
    protocols: {
      allowed: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      required: ['TLSv1.2', 'TLSv1.3'],
      source: 'tls_versions (that the old ones are accepted is not asked for: our reading)',
      reading: true,
    },
    suites: { allowed: [...TLS13_SUITES, ...ECDHE_AEAD, ...OLD_SUITES], source: 'ciphersuites, ciphers' },
    groups,
    certificate: {
      keysOf: 'leaf',
      keys: [RSA, EC],
      digests: ['sha256', 'sha384', 'sha512'],
      maxDays: 366,
      source: 'certificate_types, rsa_key_size (ECDSA beside RSA does no harm: our reading)',
      reading: true,
    },
    order: { by: 'server', source: 'server_preferred_order' },
  },
  rules: {
    ...RULES,
    ...settings('off', ['protocol-deprecated']),
    ...settings('warning', ['certificate-lifespan-too-long', 'server-order-missing']),
  },
};
