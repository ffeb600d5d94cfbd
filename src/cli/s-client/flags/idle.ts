import { flagsOf, type FlagTable } from './flag.js';

const idle = flagsOf('idle');

const only =
  (choices: readonly string[], advice: string) =>
  (value: string): string | null =>
    choices.includes(value) ? null : advice;

const RENEGOTIATION = 'smtpcheck never renegotiates';
const SERVER = 'it is about servers';
const IO = 'it is about the way in which s_client reads and writes';
const RECORDS = 'it is about the size of records, not about what is negotiated';

/** What changes nothing here, and why. */
export const IDLE: FlagTable = {
  verify_return_error: idle('a chain that does not verify always fails'),
  verify_quiet: idle('what is wrong is listed, and nothing else'),
  verify_name: idle(
    'a TLS server is what is verified',
    'NAME',
    only(['default', 'ssl_server'], 'a TLS server is what is verified'),
  ),
  purpose: idle(
    'a TLS server is what is verified',
    'PURPOSE',
    only(['sslserver'], 'a TLS server is what is verified: smtpcheck cert --purpose any judges for others'),
  ),
  trusted_first: idle('it is the default'),
  issuer_checks: idle('OpenSSL took it away'),
  no_alt_chains: idle('with the trusted CAs first there are no others'),
  CRLform: idle('PEM and DER are both recognised', 'FORMAT'),
  'no-CAstore': idle('there is no other store than the one that is named'),
  certform: idle(
    'PEM is the default',
    'FORMAT',
    only(['PEM', 'pem'], 'PEM alone is read: openssl x509 -inform DER converts it'),
  ),
  keyform: idle(
    'PEM is the default',
    'FORMAT',
    only(['PEM', 'pem'], 'PEM alone is read: openssl pkey -inform DER converts it'),
  ),
  nameopt: idle('names are printed in one way', 'OPTIONS'),
  status: idle('a stapled response is always asked for and verified'),
  noct: idle('it is the default'),
  prexit: idle('what was measured is always printed'),
  crlf: idle('lines always end in CRLF'),
  ign_eof: idle('smtpcheck ends the session itself, and connect when the input ends'),
  no_ign_eof: idle('it is the default'),
  nocommands: idle('no letter is a command'),
  adv: idle('no word in braces is a command'),
  security_debug: idle('the handshake is at security level 0: nothing is left out'),
  security_debug_verbose: idle('the handshake is at security level 0: nothing is left out'),
  nbio: idle(IO),
  nbio_test: idle(IO),
  async: idle(IO),
  ktls: idle(IO),
  tfo: idle(IO),
  ignore_unexpected_eof: idle('a server may leave without close_notify'),
  read_buf: idle(RECORDS, 'N'),
  max_send_frag: idle(RECORDS, 'N'),
  split_send_frag: idle(RECORDS, 'N'),
  max_pipelines: idle(RECORDS, 'N'),
  record_padding: idle(RECORDS, 'N'),
  rand: idle('Node.js seeds itself', 'FILE'),
  writerand: idle('Node.js seeds itself', 'FILE'),
  bugs: idle('OpenSSL has no use for it any more'),
  no_ssl2: idle('SSLv2 is never offered'),
  no_ssl3: idle('SSLv3 is never offered'),
  no_comp: idle('compression is never offered'),
  no_tx_cert_comp: idle('certificates are never compressed'),
  no_rx_cert_comp: idle('certificates are never compressed'),
  legacy_server_connect: idle('servers without RFC 5746 are reported, not refused'),
  no_legacy_server_connect: idle('servers without RFC 5746 are a finding: insecure-renegotiation'),
  legacy_renegotiation: idle(RENEGOTIATION),
  client_renegotiation: idle(RENEGOTIATION),
  no_renegotiation: idle(RENEGOTIATION),
  no_resumption_on_reneg: idle(RENEGOTIATION),
  allow_no_dhe_kex: idle('it is about resumption without a key exchange, which is not offered'),
  prioritize_chacha: idle(SERVER),
  serverpref: idle(SERVER),
  named_curve: idle(SERVER, 'CURVE'),
  strict: idle('it is about the certificate of a client'),
};
