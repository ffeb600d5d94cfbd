import { flagsOf, type FlagTable } from './flag.js';

const refused = flagsOf('refused');

const TCP = 'smtpcheck speaks TLS over TCP alone';
const OPENSSL = "it is about OpenSSL's own plug-ins and files; smtpcheck has the OpenSSL of Node.js";
const NO_OPTION = 'smtpcheck has no option for this';
const DANE =
  'compare the certificate with its records: smtpcheck cert FILE --tlsa RECORD (with --save-chain FILE of tls)';
const PSK = 'smtpcheck verifies certificates; a session without one is not its business';
const POLICY = 'certificate policies are not checked';
const SUITE_B = 'name what it stands for: -cipher, -groups, -sigalgs';
const CLIENT_CHAIN = "put the client's certificate and its chain into one file, and name it with -cert";
const SCT = 'Certificate Transparency is not looked at';
export const PROXY_LOGIN =
  'the user goes into the proxy of the native line, --proxy http://USER@HOST:PORT, and its password into SMTPCHECK_PROXY_PASSWORD';

/** What asks for something that smtpcheck does not do, and why or what to do. */
export const REFUSED: FlagTable = {
  ssl2: refused('the TLS library of Node.js cannot offer SSLv2'),
  ssl3: refused('the TLS library of Node.js cannot offer SSLv3'),
  dtls: refused(TCP),
  dtls1: refused(TCP),
  dtls1_2: refused(TCP),
  quic: refused(TCP),
  sctp: refused(TCP),
  sctp_label_bug: refused(TCP),
  mtu: refused(TCP, 'N'),
  use_srtp: refused(TCP, 'LIST'),
  timeout: refused('it is about DTLS; to limit the time of a probe: smtpcheck tls --timeout 20s'),
  unix: refused('there is no target for a socket of this machine', 'PATH'),
  proxy_user: refused(PROXY_LOGIN, 'NAME'),
  proxy_pass: refused(PROXY_LOGIN, 'SOURCE'),

  comp: refused('TLS compression cannot be offered'),
  fallback_scsv: refused(NO_OPTION),
  no_ticket: refused(NO_OPTION),
  no_etm: refused(NO_OPTION),
  no_ems: refused(NO_OPTION),
  no_middlebox: refused(NO_OPTION),
  maxfraglen: refused(NO_OPTION, 'N'),
  serverinfo: refused(NO_OPTION, 'TYPES'),
  nextprotoneg: refused('NPN is no more: use -alpn', 'LIST'),
  early_data: refused(NO_OPTION, 'FILE'),
  enable_pha: refused(NO_OPTION),
  client_sigalgs: refused(NO_OPTION, 'LIST'),
  requestCAfile: refused(NO_OPTION, 'FILE'),
  enable_server_rpk: refused(NO_OPTION),
  enable_client_rpk: refused(NO_OPTION),
  debug_broken_protocol: refused('it breaks the protocol on purpose'),
  keymatexport: refused('no keying material is exported', 'LABEL'),
  keymatexportlen: refused('no keying material is exported', 'N'),
  msgfile: refused('redirect stderr: --trace writes there', 'FILE'),
  sess_in: refused('to see whether a session is resumed: -reconnect', 'FILE'),

  psk: refused(PSK, 'HEX'),
  psk_identity: refused(PSK, 'NAME'),
  psk_session: refused(PSK, 'FILE'),
  srpuser: refused(PSK, 'NAME'),
  srppass: refused(PSK, 'SOURCE'),
  srp_lateuser: refused(PSK),
  srp_moregroups: refused(PSK),
  srp_strength: refused(PSK, 'N'),

  cert_chain: refused(CLIENT_CHAIN, 'FILE'),
  build_chain: refused(CLIENT_CHAIN),
  chainCAfile: refused(CLIENT_CHAIN, 'FILE'),
  chainCApath: refused(CLIENT_CHAIN, 'DIR'),
  chainCAstore: refused(CLIENT_CHAIN, 'URI'),
  xkey: refused('one client certificate is enough: -key', 'FILE'),
  xcert: refused('one client certificate is enough: -cert', 'FILE'),
  xchain: refused(CLIENT_CHAIN, 'FILE'),
  xchain_build: refused(CLIENT_CHAIN),
  xcertform: refused('one client certificate is enough: -cert', 'FORMAT'),
  xkeyform: refused('one client certificate is enough: -key', 'FORMAT'),

  CAstore: refused('name a file or a directory: -CAfile, -CApath', 'URI'),
  verifyCAstore: refused('name a file or a directory: -verifyCAfile, -verifyCApath', 'URI'),
  dane_tlsa_domain: refused(DANE, 'NAME'),
  dane_tlsa_rrdata: refused(DANE, 'RECORD'),
  dane_ee_no_namechecks: refused(DANE),
  verify_email: refused('the certificate of a server has a name: -verify_hostname', 'MAILBOX'),
  attime: refused(
    'a server is verified as of now; for another day: smtpcheck cert FILE --at DATE',
    'SECONDS',
  ),
  no_check_time: refused(
    'an expired certificate is not overlooked; smtpcheck tls --no-verify judges nothing',
  ),
  ignore_critical: refused('an extension that is critical and unknown is not overlooked'),
  allow_proxy_certs: refused('proxy certificates are not supported'),
  check_ss_sig: refused('what a root signs of itself proves nothing, and is not looked at'),
  crl_download: refused('nothing is fetched: download the list and name it with -CRL'),
  extended_crl: refused('delta lists and lists of other issuers are not supported'),
  use_deltas: refused('delta lists and lists of other issuers are not supported'),
  policy: refused(POLICY, 'OID'),
  policy_check: refused(POLICY),
  policy_print: refused(POLICY),
  explicit_policy: refused(POLICY),
  inhibit_any: refused(POLICY),
  inhibit_map: refused(POLICY),
  suiteB_128: refused(SUITE_B),
  suiteB_128_only: refused(SUITE_B),
  suiteB_192: refused(SUITE_B),
  ct: refused(SCT),
  ctlogfile: refused(SCT, 'FILE'),

  engine: refused(OPENSSL, 'NAME'),
  ssl_client_engine: refused(OPENSSL, 'NAME'),
  ssl_config: refused(OPENSSL, 'SECTION'),
  provider: refused(OPENSSL, 'NAME'),
  'provider-path': refused(OPENSSL, 'DIR'),
  propquery: refused(OPENSSL, 'QUERY'),
};
