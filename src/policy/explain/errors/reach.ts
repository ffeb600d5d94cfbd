import { errors, exim } from '../make.js';

const NOT_REACHED = 'No SMTP server was reached. The exit code is 3.';
const LISTEN = {
  postfix: {
    lines: ['postconf -e "inet_interfaces = all"', 'postfix stop', 'postfix start'],
    manual: 'postconf(5), inet_interfaces; master(5)',
    note: 'a reload is not enough for it; the services submission and submissions have to be there in master.cf',
  },
  exim: exim(
    ['daemon_smtp_ports = 25 : 465 : 587', 'local_interfaces = <; ::0 ; 0.0.0.0'],
    'chapter "Starting the daemon and the use of network interfaces": daemon_smtp_ports and local_interfaces',
    'with the configuration of Debian set dc_local_interfaces in update-exim4.conf.conf',
  ),
};

/** On the way to the server. */
export const REACH_ERRORS = errors({
  'dns-not-found': {
    title: 'DNS does not know the name',
    what: `The name has no A or AAAA record, or none of the family that -4 or -6 asked for. ${NOT_REACHED}`,
    why: 'Senders cannot deliver to a name without an address.',
    measured: 'The resolver of this machine is asked.',
    fix: {
      other:
        'Check the spelling and the zone. --address IP goes on without DNS. tls asks for no MX record: name the host that it names.',
    },
    refs: ['RFC 5321 section 5.1'],
  },
  'dns-timeout': {
    title: 'DNS gave no answer',
    what: 'The resolver did not answer in time, or with a failure of its own (SERVFAIL). The exit code is 4.',
    why: 'Whether the name exists is not known.',
    measured: 'The resolver of this machine is asked.',
    fix: {
      other:
        'Check the resolver (/etc/resolv.conf) and DNSSEC of the zone. --address IP goes on without DNS.',
    },
  },
  'connection-refused': {
    title: 'the connection was refused',
    what: `The machine is there and nobody listens on the port, or a firewall says no at once. ${NOT_REACHED}`,
    why: 'Nobody can deliver to it.',
    measured: 'TCP answered the SYN with RST, at each address that was tried.',
    fix: {
      ...LISTEN,
      other:
        'Is the mail server running? ss -ltn shows who listens. SMTP is on 25, submission on 587 and 465.',
    },
  },
  'connect-timeout': {
    title: 'the connection got no answer',
    what: `Nothing came back within --connect-timeout. ${NOT_REACHED}`,
    why: 'A firewall drops it on one side or the other. Many providers block port 25 outward.',
    measured: 'One address is tried at a time; the report has each.',
    fix: {
      other:
        'Try from another network, or port 587. --connect-timeout 30s waits longer, --proxy goes another way.',
    },
  },
  unreachable: {
    title: 'there is no way to the address',
    what: `The network says that it knows no way, or this machine has no address of that family. ${NOT_REACHED}`,
    why: 'The fault is on the way, mostly near here.',
    measured: 'The system refused the connection, or ICMP did.',
    fix: {
      other:
        'Without IPv6 here use -4. --bind takes an address of this machine, of the family of the target.',
    },
  },
  'proxy-unreachable': {
    title: 'the proxy cannot be reached',
    what: 'No connection to the host of --proxy. Nothing is known of the server. The exit code is 4.',
    why: 'What a proxy says of itself is no verdict on the server.',
    measured: 'TCP to the proxy.',
    fix: { other: 'Is the proxy running, and is this its port?' },
  },
  'proxy-auth': {
    title: 'the proxy wants a login, or does not take it',
    what: 'The proxy asks for a user and a password, or refuses those that it got. The exit code is 4.',
    why: 'Nothing is known of the server.',
    measured: 'The answer of the proxy (SOCKS 5 method and reply, HTTP 407).',
    fix: {
      other: '--proxy socks5h://user@host:port names the user; the password is in SMTPCHECK_PROXY_PASSWORD.',
    },
    refs: ['RFC 1929', 'RFC 9110 section 15.5.8'],
  },
  'proxy-refused': {
    title: 'the proxy may not connect to the server',
    what: 'The rules of the proxy forbid the host or the port. The exit code is 4.',
    why: 'Nothing is known of the server.',
    measured: 'The answer of the proxy.',
    fix: {
      other:
        'Many HTTP proxies let CONNECT through to 443 alone: ConnectPort in tinyproxy, SSL_ports in Squid.',
    },
    refs: ['RFC 1928 section 6', 'RFC 9110 section 9.3.6'],
  },
  'proxy-failed': {
    title: 'the proxy could not connect',
    what: 'It says that something went wrong, and not what. The exit code is 4.',
    why: 'Whether the server or the proxy is at fault is not known.',
    measured: 'The answer of the proxy.',
    fix: {
      other: 'The reason is in the log of the proxy. socks5h:// gives it the name, socks5:// an address.',
    },
    refs: ['RFC 1928 section 6'],
  },
  'proxy-timeout': {
    title: 'the proxy did not answer in time',
    what: 'It took the connection and said nothing within --connect-timeout. The exit code is 4.',
    why: 'It may be waiting for the server.',
    measured: 'The time until the answer of the proxy.',
    fix: { other: '--connect-timeout gives it longer.' },
  },
  'not-a-proxy': {
    title: 'what answers is no proxy of that kind',
    what: 'The answer is neither SOCKS 5 nor HTTP, whichever was asked for. The exit code is 4.',
    why: 'Nothing is known of the server.',
    measured: 'The first bytes of the answer.',
    fix: {
      other:
        'A SOCKS proxy is socks5h://host:port, an HTTP proxy http://host:port. The mail server stands alone, not behind --proxy.',
    },
  },
  'not-smtp': {
    title: 'what answers is no SMTP server',
    what: `The first words are those of another protocol, or of none. ${NOT_REACHED}`,
    why: 'It is another port than you think, or the wrong server.',
    measured: 'The first line has to be a reply of SMTP.',
    fix: { other: 'SMTP is on 25, submission on 587 and 465. The message quotes what was said.' },
    refs: ['RFC 5321 section 4.2'],
  },
  'implicit-tls-port': {
    title: 'the port speaks TLS from the first byte',
    what: `Where a greeting was due, bytes of TLS came. ${NOT_REACHED}`,
    why: 'SMTP with STARTTLS was asked for.',
    measured: 'The first bytes are those of a TLS record.',
    fix: {
      other:
        'Add --implicit-tls, or write smtps://host:port. If it should be STARTTLS: explain implicit-tls-on-587.',
    },
    refs: ['RFC 8314 section 3.3'],
  },
  'plaintext-on-implicit-tls': {
    title: 'the port answers in the clear where TLS was to come first',
    what: 'SMTP came in answer to the ClientHello. The exit code is 1.',
    why: 'Clients that are set to TLS from the first byte cannot connect.',
    measured: 'The first bytes behind the hello are text.',
    fix: {
      other:
        'Use smtp://host:port, or leave --implicit-tls out. If it should be TLS: explain starttls-on-465.',
    },
    refs: ['RFC 8314 section 3.3'],
  },
});
