/** One option of a command, in the words of yargs. All values are strings or booleans; numbers are read by us, so that `abc` is an error and not NaN. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  readonly group: string;
  readonly alias?: string | readonly string[];
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly repeatable?: true;
  /** What stands for the value in `--help`. */
  readonly placeholder?: string;
}

const CONNECTION = 'Connection:';
const TLS = 'What to offer:';
const TRUST = 'Trust and judgement:';
const OUTPUT = 'Output:';

/** The options of `smtpcheck tls`: the one place for their names and help. */
export const TLS_OPTIONS: Readonly<Record<string, CliOption>> = {
  'implicit-tls': {
    type: 'boolean',
    group: CONNECTION,
    describe: 'TLS from the first byte (port 465 unless given)',
  },
  lmtp: { type: 'boolean', group: CONNECTION, describe: 'speak LMTP: LHLO in the place of EHLO' },
  ipv4: { type: 'boolean', alias: '4', group: CONNECTION, describe: 'use IPv4 addresses only' },
  ipv6: { type: 'boolean', alias: '6', group: CONNECTION, describe: 'use IPv6 addresses only' },
  address: {
    type: 'string',
    placeholder: 'IP',
    group: CONNECTION,
    describe: "connect to this address, and keep the target's name",
  },
  bind: { type: 'string', placeholder: 'IP', group: CONNECTION, describe: 'connect from this local address' },
  timeout: {
    type: 'string',
    placeholder: 'TIME',
    group: CONNECTION,
    describe: 'for the whole probe, such as 20s (default 60s)',
  },
  'connect-timeout': {
    type: 'string',
    placeholder: 'TIME',
    group: CONNECTION,
    describe: 'for one connection attempt (default 10s)',
  },
  ehlo: {
    type: 'string',
    placeholder: 'NAME',
    group: CONNECTION,
    describe: "name to say in EHLO (default: this machine's)",
  },
  servername: {
    type: 'string',
    placeholder: 'NAME',
    group: CONNECTION,
    describe: 'SNI, and the name to verify (default: the host)',
  },
  'no-sni': { type: 'boolean', group: CONNECTION, describe: 'send no SNI' },
  tls1: { type: 'boolean', alias: 'tls1.0', group: TLS, describe: 'TLS 1.0' },
  'tls1.1': { type: 'boolean', group: TLS, describe: 'TLS 1.1' },
  'tls1.2': { type: 'boolean', group: TLS, describe: 'TLS 1.2' },
  'tls1.3': { type: 'boolean', group: TLS, describe: 'TLS 1.3' },
  'min-tls': { type: 'string', placeholder: 'VERSION', group: TLS, describe: 'lowest version, such as 1.2' },
  'max-tls': { type: 'string', placeholder: 'VERSION', group: TLS, describe: 'highest version' },
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
  'verify-hostname': {
    type: 'string',
    placeholder: 'NAME',
    group: TRUST,
    describe: 'name or address to find in the certificate, if not the SNI name',
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
  'no-verify': {
    type: 'boolean',
    group: TRUST,
    describe: 'report what verification says, but do not judge it',
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
  json: { type: 'boolean', group: OUTPUT, describe: 'one JSON object a target, a line each' },
  quiet: { type: 'boolean', alias: 'q', group: OUTPUT, describe: 'print nothing; the exit code says it' },
  'show-certs': { type: 'boolean', group: OUTPUT, describe: 'print the certificates as PEM' },
  'save-chain': {
    type: 'string',
    placeholder: 'FILE',
    group: OUTPUT,
    describe: 'write the chain as sent to a file, PEM',
  },
  verbose: { type: 'boolean', alias: 'v', group: OUTPUT, describe: 'more detail, and the SMTP dialogue' },
  debug: { type: 'boolean', group: OUTPUT, describe: 'every byte both ways in hex, on stderr' },
};

/** yargs-parser's switches, the same wherever a command line is read. */
export const PARSER_CONFIGURATION = {
  'dot-notation': false, // --tls1.2 is not {tls1: {2: true}}
  'boolean-negation': false, // --no-sni and --no-verify are options of their own
  'camel-case-expansion': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;
