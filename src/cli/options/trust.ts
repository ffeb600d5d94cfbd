import type { CliOptions } from './option.js';

const TRUST = 'Trust and judgement:';

/** Which CAs to trust and how strictly to judge a chain: of every command that verifies one. */
export const TRUST_OPTIONS: CliOptions = {
  'ca-path': {
    type: 'string',
    placeholder: 'DIR',
    repeatable: true,
    group: TRUST,
    describe: 'trust the CAs of a directory (by subject hash, or plain PEM); repeatable',
  },
  'ca-file': {
    type: 'string',
    placeholder: 'FILE',
    repeatable: true,
    group: TRUST,
    describe: 'trust the CAs of a PEM file; repeatable',
  },
  'ca-store': {
    type: 'string',
    choices: ['mozilla', 'system'],
    repeatable: true,
    group: TRUST,
    describe: 'trust a whole store (default mozilla, unless one of these three is given)',
  },
  depth: {
    type: 'string',
    placeholder: 'N',
    group: TRUST,
    describe: "at most N intermediates (OpenSSL's -verify_depth)",
  },
  'auth-level': {
    type: 'string',
    placeholder: 'N',
    group: TRUST,
    describe: 'strength of keys and digests asked for, 0 to 5 (default 2)',
  },
  'partial-chain': {
    type: 'boolean',
    group: TRUST,
    describe: 'any certificate of the CAs ends a chain, not only a self-signed one',
  },
  'x509-strict': {
    type: 'boolean',
    group: TRUST,
    describe: 'ask of certificates what RFC 5280 asks, as openssl verify -x509_strict',
  },
  'crl-file': {
    type: 'string',
    placeholder: 'FILE',
    repeatable: true,
    group: TRUST,
    describe: 'certificate revocation lists, PEM or DER; repeatable; nothing is fetched',
  },
  'crl-check': {
    type: 'string',
    choices: ['leaf', 'all'],
    group: TRUST,
    describe: 'which certificates to look up in the lists (default leaf)',
  },
  'expires-within': {
    type: 'string',
    placeholder: 'TIME',
    group: TRUST,
    describe: 'fail when a certificate of the path expires sooner, such as 21d',
  },
  pin: {
    type: 'string',
    placeholder: 'PIN',
    repeatable: true,
    group: TRUST,
    describe: 'sha256:<hex> or spki-sha256:<base64> of the leaf; repeatable, one must match',
  },
  'fail-on': {
    type: 'string',
    choices: ['error', 'warning'],
    group: TRUST,
    describe: 'least severity of a finding that fails (default error)',
  },
};
