import { SCAN_CHECKS } from '../../checks/scan/index.js';
import type { KeyRequirement, Profile } from '../profile.js';
import { COMMON, settings } from './common.js';

/*
 * Our own: what a mail server should be like in each of its two roles.
 */

const DATE = '2026-11';

const WEAK_SUITES = (SCAN_CHECKS.find(({ id }) => id === 'protocols')?.ids ?? []).filter((id) =>
  id.endsWith('-suites-accepted'),
);

const KEYS: readonly KeyRequirement[] = [
  { type: 'rsa', minBits: 2048 },
  { type: 'ec', curves: ['secp256r1', 'secp384r1', 'secp521r1', 'brainpoolP*r1'] },
  { type: 'ed25519' },
  { type: 'ed448' },
];

export const mx: Profile = {
  name: 'mx',
  version: '1',
  title: 'a server that takes mail from other servers (port 25)',
  summary:
    'On port 25 a sender that is refused a handshake hands its mail over in plain text, to the same server. So what is weak only warns here: weak TLS is better than none (RFC 7435). What fails is what leaves nothing (no STARTTLS, no TLS 1.2), what stops senders that verify (DANE, MTA-STS: chain, time, name), and what harms more than the sessions that use it.',
  source: { title: 'smtpcheck', url: 'https://www.rfc-editor.org/rfc/rfc7435', date: DATE },
  notes: [
    'SSLv2 fails: with DROWN it breaks the sessions of others that use the same key. SSLv3 fails: a sender that has nothing newer is older than 2005.',
    'Export and NULL suites and single DES fail: they protect nobody, and FREAK and Logjam lead others to them.',
    'Anonymous suites are not judged: a sender that does not verify loses nothing by them, and Postfix has them on for that (postconf(5), smtpd_tls_ciphers).',
  ],
  requirements: {
    protocols: {
      allowed: ['TLSv1.2', 'TLSv1.3'],
      phaseOut: ['TLSv1', 'TLSv1.1'],
      source: 'RFC 8996, RFC 7435',
      reading: true,
    },
    certificate: { keysOf: 'leaf', keys: KEYS, source: 'RFC 9325 section 4.5', reading: true },
  },
  rules: {
    ...COMMON,
    ...settings('as-found', WEAK_SUITES, { source: 'RFC 9325 section 4.1' }),
    ...settings('off', ['anonymous-suites-accepted', 'tls-not-enforced']),
    ...settings('error', ['no-modern-protocol'], { source: 'RFC 9325 section 3.1.1' }),
    ...settings('error', ['tls-compression'], { source: 'RFC 9325 section 3.3' }),
    ...settings('warning', ['insecure-renegotiation'], { source: 'RFC 5746' }),
    ...settings('error', ['tls-required-on-mx'], { source: 'RFC 3207 section 4' }),
  },
};

export const submission: Profile = {
  name: 'submission',
  version: '1',
  title: 'a server that users log in to (ports 587 and 465)',
  summary:
    'Clients of a submission server send passwords, and the user sees when it refuses: nothing falls back to plain text. So what is weak fails.',
  source: { title: 'smtpcheck', url: 'https://www.rfc-editor.org/rfc/rfc8314', date: DATE },
  notes: [
    'TLS has to be enforced, and AUTH must not be offered before it: RFC 8314 sections 3 and 4.1, RFC 4954 section 4.',
    'CBC suites and RSA key exchange are not judged: clients that are ten years old need them. `intermediate` fails them.',
  ],
  requirements: {
    protocols: { allowed: ['TLSv1.2', 'TLSv1.3'], source: 'RFC 8996, RFC 8314 section 4.1 with RFC 8997' },
    dh: { minBits: 2048, source: 'RFC 9325 section 4.5' },
    certificate: {
      keysOf: 'leaf',
      keys: KEYS,
      digests: ['sha256', 'sha384', 'sha512'],
      source: 'RFC 9325 section 4.5',
      reading: true,
    },
  },
  rules: {
    ...COMMON,
    ...settings('error', WEAK_SUITES, { source: 'RFC 9325 section 4.1' }),
    ...settings('error', ['anonymous-suites-accepted'], { source: 'RFC 5246 appendix A.5' }),
    ...settings('error', ['no-modern-protocol'], { source: 'RFC 9325 section 3.1.1' }),
    ...settings('error', ['tls-compression'], { source: 'RFC 9325 section 3.3' }),
    ...settings('error', ['insecure-renegotiation'], { source: 'RFC 5746' }),
    ...settings('error', ['tls-not-enforced'], { source: 'RFC 8314 section 4.1' }),
    ...settings('error', ['auth-before-tls', 'auth-accepted-before-tls'], { source: 'RFC 4954 section 4' }),
    ...settings('warning', ['extended-master-secret-missing'], { source: 'RFC 9325 section 3.5' }),
  },
};
