import { flagsOf, type FlagTable } from './flag.js';
import { PROXY_LOGIN } from './refused.js';

const mapped = flagsOf('mapped');

const number =
  (least: number) =>
  (value: string): string | null =>
    /^[0-9]{1,9}$/.test(value) && Number(value) >= least
      ? null
      : `takes a whole number${least > 0 ? ` from ${least} on` : ''}, not ${JSON.stringify(value)}`;

/** Protocols whose STARTTLS s_client speaks, and we do not. */
const OTHER_PROTOCOLS = 'pop3 imap ftp xmpp xmpp-server telnet irc mysql postgres nntp sieve ldap'.split(' ');

function starttls(value: string): string | null {
  if (value === 'smtp' || value === 'lmtp') return null;
  return OTHER_PROTOCOLS.includes(value)
    ? 'smtpcheck speaks SMTP and LMTP alone'
    : 'there is no such protocol: smtp or lmtp';
}

/** Secrets are no arguments (openssl-passphrase-options(1) has them). The value is not repeated. */
function passphrase(value: string): string | null {
  if (/^(?:file:.|fd:[0-9]+$|stdin$)/s.test(value)) return null;
  if (value.startsWith('pass:'))
    return 'a secret on the command line can be read by every user of the machine: put it into a file and use file:FILE';
  if (value.startsWith('env:')) return 'put the passphrase into a file and use file:FILE';
  return 'takes file:FILE, fd:N or stdin';
}

/** In s_client a login has flags of its own; here the native line would repeat it, with a password perhaps. */
function proxyWithoutLogin(value: string): string | null {
  return value.includes('@') ? `it takes HOST:PORT alone; ${PROXY_LOGIN}` : null;
}

/** The values are not repeated: one of them can be a passphrase. */
export const SECRET_FLAGS: ReadonlySet<string> = new Set(['pass', 'proxy', 'proxy_pass', 'srppass', 'psk']);

/** What stands for something here. */
export const MAPPED: FlagTable = {
  connect: mapped("the target (s_client's own default port is 4433)", 'HOST:PORT'),
  host: mapped('the host of the target', 'HOST'),
  port: mapped('the port of the target', 'PORT', number(1)),
  starttls: mapped('smtp: nothing, it is the default; lmtp: --lmtp', 'PROTOCOL', starttls),
  name: mapped('--ehlo NAME', 'NAME'),
  xmpphost: mapped('--ehlo NAME, as -name', 'NAME'),
  '4': mapped('-4'),
  '6': mapped('-6'),
  bind: mapped('--bind ADDRESS', 'ADDRESS[:PORT]'),
  proxy: mapped('--proxy http://HOST:PORT', 'HOST:PORT', proxyWithoutLogin),
  servername: mapped('--servername NAME', 'NAME'),
  noservername: mapped('--no-sni'),

  tls1: mapped('--tls1'),
  tls1_1: mapped('--tls1.1'),
  tls1_2: mapped('--tls1.2'),
  tls1_3: mapped('--tls1.3'),
  no_tls1: mapped('--min-tls or --max-tls, together with its kind'),
  no_tls1_1: mapped('as -no_tls1'),
  no_tls1_2: mapped('as -no_tls1'),
  no_tls1_3: mapped('as -no_tls1'),
  min_protocol: mapped('--min-tls VERSION', 'VERSION'),
  max_protocol: mapped('--max-tls VERSION', 'VERSION'),
  cipher: mapped('--cipher LIST; a list such as HIGH:!aNULL is spelt out', 'LIST'),
  ciphersuites: mapped('--cipher LIST, together with -cipher', 'LIST'),
  groups: mapped('--groups LIST', 'LIST'),
  curves: mapped('--groups LIST', 'LIST'),
  sigalgs: mapped('--sigalgs LIST', 'LIST'),
  alpn: mapped('--alpn, once for each', 'A,B'),
  cert: mapped('--cert FILE, and --key FILE unless -key names another', 'FILE'),
  key: mapped('--key FILE', 'FILE'),
  pass: mapped('--passphrase-file FILE (file:FILE, fd:N or stdin)', 'SOURCE', passphrase),

  CApath: mapped('--ca-path DIR', 'DIR'),
  CAfile: mapped('--ca-file FILE', 'FILE'),
  verifyCApath: mapped('--ca-path DIR, in the place of -CApath and -CAfile', 'DIR'),
  verifyCAfile: mapped('--ca-file FILE, in the place of -CApath and -CAfile', 'FILE'),
  'no-CAfile': mapped('nothing: where CAs are named, they alone count'),
  'no-CApath': mapped('nothing: where CAs are named, they alone count'),
  verify: mapped('--depth N; in s_client it limits nothing', 'N', number(1)),
  verify_depth: mapped('--depth N', 'N', number(0)),
  verify_hostname: mapped('--verify-hostname NAME', 'NAME'),
  verify_ip: mapped('--verify-hostname ADDRESS', 'ADDRESS'),
  auth_level: mapped('--auth-level N', 'N', number(0)),
  partial_chain: mapped('--partial-chain'),
  x509_strict: mapped('--x509-strict'),
  CRL: mapped('--crl-file FILE', 'FILE'),
  crl_check: mapped('--crl-check leaf; needs -CRL'),
  crl_check_all: mapped('--crl-check all; needs -CRL'),

  showcerts: mapped('--show-certs (without it --show-leaf, as s_client prints that one)'),
  'no-interactive': mapped('smtpcheck tls, whatever stdin has'),
  brief: mapped('neither --show-certs nor --show-leaf; the report is short anyway'),
  quiet: mapped('--quiet: the exit code says it'),
  debug: mapped('--debug'),
  msg: mapped('--trace'),
  trace: mapped('--trace'),
  state: mapped('--trace'),
  tlsextdebug: mapped('--trace'),
  keylogfile: mapped('--keylog FILE', 'FILE'),
  sess_out: mapped('--session-out FILE', 'FILE'),
  reconnect: mapped('--reconnect, of smtpcheck tls: it has no dialogue'),
};
