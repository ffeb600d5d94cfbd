import type { CliOptions } from './option.js';

const TLS = 'What to offer:';
const VERSIONS = ['1.0', '1.1', '1.2', '1.3'];

/** What to offer in the handshake. */
export const OFFER_OPTIONS: CliOptions = {
  tls1: { type: 'boolean', alias: 'tls1.0', group: TLS, describe: 'TLS 1.0' },
  'tls1.1': { type: 'boolean', group: TLS, describe: 'TLS 1.1' },
  'tls1.2': { type: 'boolean', group: TLS, describe: 'TLS 1.2' },
  'tls1.3': { type: 'boolean', group: TLS, describe: 'TLS 1.3' },
  'min-tls': {
    type: 'string',
    placeholder: 'VERSION',
    suggests: VERSIONS,
    group: TLS,
    describe: 'lowest version, such as 1.2',
  },
  'max-tls': {
    type: 'string',
    placeholder: 'VERSION',
    suggests: VERSIONS,
    group: TLS,
    describe: 'highest version',
  },
  cipher: {
    type: 'string',
    placeholder: 'LIST',
    group: TLS,
    describe: 'suites by OpenSSL or IANA name, divided by ":"',
  },
  groups: {
    type: 'string',
    placeholder: 'LIST',
    group: TLS,
    describe: 'key-exchange groups, such as X25519:P-256',
  },
  sigalgs: {
    type: 'string',
    placeholder: 'LIST',
    group: TLS,
    describe: 'signature schemes, such as ECDSA+SHA256',
  },
  alpn: {
    type: 'string',
    placeholder: 'PROTOCOL',
    repeatable: true,
    group: TLS,
    describe: 'ALPN protocol to ask for; repeatable',
  },
  cert: { type: 'string', placeholder: 'FILE', group: TLS, describe: 'client certificate chain, PEM' },
  key: { type: 'string', placeholder: 'FILE', group: TLS, describe: 'its private key, PEM' },
  'passphrase-file': {
    type: 'string',
    placeholder: 'FILE',
    group: TLS,
    describe: 'passphrase of the key ("-" for stdin)',
  },
};
