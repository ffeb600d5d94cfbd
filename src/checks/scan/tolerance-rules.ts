import type { TraitRule } from './trait.js';

/** Findings that a trait makes by itself. */
export const RULES: readonly TraitRule[] = [
  {
    trait: 'version-tolerance',
    when: 'no',
    id: 'version-intolerant',
    severity: 'error',
    message: 'the server does not answer a hello that offers TLS 1.3 beside what it speaks',
    fix: 'update its TLS library, or look for a middlebox: current clients reach it without TLS or not at all',
    refs: ['RFC 8446 appendix D.2'],
  },
  {
    trait: 'higher-version-tolerance',
    when: 'no',
    id: 'higher-version-intolerant',
    severity: 'warning',
    message: 'the server does not negotiate down from a version that it does not know',
    fix: 'update its TLS library',
    refs: ['RFC 5246 appendix E.1', 'RFC 8446 appendix D.2'],
  },
  {
    trait: 'grease-tolerance',
    when: 'no',
    id: 'grease-intolerant',
    severity: 'warning',
    message: 'the server does not pass over values that it does not know',
    fix: 'update its TLS library, or look for a middlebox: it will fail with what comes next',
    refs: ['RFC 8701'],
  },
  {
    trait: 'large-hello-tolerance',
    when: 'no',
    id: 'large-hello-intolerant',
    severity: 'error',
    message:
      'the server does not answer a large hello with a post-quantum key share, as current clients send it',
    fix: 'update it, or look for a middlebox that wants a hello in one packet: mail from clients with OpenSSL 3.5 and later is held up',
    refs: ['draft-ietf-tls-ecdhe-mlkem'],
  },
  {
    trait: 'split-records-tolerance',
    when: 'no',
    id: 'split-records-intolerant',
    severity: 'warning',
    message: 'the server does not answer a hello in several records',
    fix: 'update its TLS library, or look for a middlebox',
    refs: ['RFC 8446 section 5.1'],
  },
  {
    trait: 'split-segments-tolerance',
    when: 'no',
    id: 'split-segments-intolerant',
    severity: 'error',
    message: 'the server does not answer a hello that comes in several TCP segments',
    fix: 'update it, or look for a middlebox: a large hello always comes so',
    refs: ['RFC 8446 section 5.1'],
  },
  {
    trait: 'hello-of-256-to-511-tolerance',
    when: 'no',
    id: 'hello-length-intolerant',
    severity: 'error',
    message: 'the server does not answer a hello of 256 to 511 octets',
    fix: 'update the load balancer in front of it: that is an old bug of F5 BIG-IP',
    refs: ['RFC 7685'],
  },
];

/** It matters only where there is something bad to be driven down to. */
export const FALLBACK_RULE: TraitRule = {
  trait: 'fallback-scsv',
  when: 'no',
  id: 'fallback-scsv-missing',
  severity: 'info',
  message: 'the server does not notice that a client was driven down to an old version',
  fix: 'switch off what is below TLS 1.2, or update its TLS library',
  refs: ['RFC 7507', 'RFC 8996'],
};
