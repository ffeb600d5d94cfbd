import type { Fix } from './explanation.js';
import { exim, postfix } from './make.js';

/* Settings of SMTP around TLS: who may log in where, what is offered, how many may come. */

const MASTER_CF = 'the service has to be there in master.cf; postconf -P needs Postfix 2.11';

const DOVECOT_AUTHENTICATOR = [
  '# behind "begin authenticators":',
  'dovecot_plain:',
  '  driver = dovecot',
  '  public_name = PLAIN',
  '  server_socket = /run/dovecot/auth-client',
  '  server_set_id = $auth1',
  '  server_advertise_condition = ${if eq{$tls_in_cipher}{}{no}{yes}}',
];

/** AUTH inside TLS alone. */
export const AUTH_INSIDE_TLS: Fix = {
  postfix: postfix(['postconf -e "smtpd_tls_auth_only = yes"'], 'smtpd_tls_auth_only'),
  exim: exim(
    ['auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}'],
    'chapter "Main configuration": auth_advertise_hosts',
    'what Exim does not offer it does not accept',
  ),
};

/** AUTH on the ports of submission alone. */
export const AUTH_ON_SUBMISSION: Fix = {
  postfix: postfix(
    [
      'postconf -e "smtpd_sasl_auth_enable = no"',
      'postconf -P "submission/inet/smtpd_sasl_auth_enable=yes"',
      'postconf -P "submissions/inet/smtpd_sasl_auth_enable=yes"',
    ],
    'smtpd_sasl_auth_enable',
    `${MASTER_CF}; before Postfix 3.6 submissions is called smtps there`,
  ),
  exim: exim(
    ['auth_advertise_hosts = ${if and{{!eq{$received_port}{25}}{!eq{$tls_in_cipher}{}}}{*}{}}'],
    'chapter "Main configuration": auth_advertise_hosts',
  ),
};

/** No mail on 587 before STARTTLS. */
export const TLS_ENFORCED: Fix = {
  postfix: postfix(
    ['postconf -P "submission/inet/smtpd_tls_security_level=encrypt"'],
    'smtpd_tls_security_level',
    MASTER_CF,
  ),
  exim: exim(
    [
      'acl_smtp_mail = acl_check_mail',
      '# behind "begin acl":',
      'acl_check_mail:',
      '  deny  condition  = ${if eq{$received_port}{587}}',
      '        !encrypted = *',
      '        message    = 530 5.7.0 Must issue a STARTTLS command first',
      '  accept',
    ],
    'chapter "Access control lists": encrypted; chapter "Main configuration": acl_smtp_mail',
    'an ACL for MAIL that is there already takes the three lines of deny instead',
  ),
};

/** TLS may be used on 25, and need not be. */
export const TLS_OPTIONAL: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_security_level = may"'],
    'smtpd_tls_security_level',
    'look for -o smtpd_tls_security_level=encrypt at the service smtp in master.cf as well',
  ),
  exim: exim(
    [
      '# in the ACL that has "!encrypted = *":',
      '  deny  condition  = ${if !eq{$received_port}{25}}',
      '        !encrypted = *',
    ],
    'chapter "Access control lists": encrypted',
  ),
};

/** TLS from the first byte on 465. */
export const IMPLICIT_ON_465: Fix = {
  postfix: postfix(
    ['postconf -P "submissions/inet/smtpd_tls_wrappermode=yes"'],
    'smtpd_tls_wrappermode',
    `${MASTER_CF}; before Postfix 3.6 it is called smtps there`,
  ),
  exim: exim(
    ['daemon_smtp_ports = 25 : 465 : 587', 'tls_on_connect_ports = 465'],
    'chapter "Main configuration": daemon_smtp_ports and tls_on_connect_ports',
  ),
};

/** STARTTLS on 587. */
export const STARTTLS_ON_587: Fix = {
  postfix: postfix(
    [
      'postconf -P "submission/inet/smtpd_tls_wrappermode=no"',
      'postconf -P "submission/inet/smtpd_tls_security_level=encrypt"',
    ],
    'smtpd_tls_wrappermode and smtpd_tls_security_level',
    MASTER_CF,
  ),
  exim: exim(
    ['daemon_smtp_ports = 25 : 465 : 587', 'tls_on_connect_ports = 465'],
    'chapter "Main configuration": daemon_smtp_ports and tls_on_connect_ports',
  ),
};

/** Users can log in. */
export const AUTH_SWITCHED_ON: Fix = {
  postfix: postfix(
    [
      'postconf -e "smtpd_sasl_type = dovecot" "smtpd_sasl_path = private/auth"',
      'postconf -P "submission/inet/smtpd_sasl_auth_enable=yes"',
    ],
    'smtpd_sasl_auth_enable, smtpd_sasl_type and smtpd_sasl_path',
    'Dovecot has to listen on that socket, see SASL_README; postconf -P needs Postfix 2.11',
  ),
  exim: exim(
    DOVECOT_AUTHENTICATOR,
    'chapters "SMTP authentication" and "The dovecot authenticator"',
    'Debian has the driver in exim4-daemon-heavy',
  ),
};

/** Which mechanisms are offered. */
export const MECHANISMS: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_sasl_mechanism_filter = !external, !digest-md5, !cram-md5, static:rest"'],
    'smtpd_sasl_mechanism_filter',
    'needs Postfix 3.6; name those that are not to be offered, each with a !. Dovecot names its own with auth_mechanisms, Cyrus with mech_list in smtpd.conf',
  ),
  exim: exim(
    DOVECOT_AUTHENTICATOR,
    'chapter "SMTP authentication": public_name and server_advertise_condition',
    'one for each mechanism; take those away that are not to be offered. Debian has the driver in exim4-daemon-heavy',
  ),
};

/** Room for who tests the server. */
export const LIMITS: Fix = {
  postfix: postfix(
    ["postconf -e 'smtpd_client_event_limit_exceptions = $mynetworks, 192.0.2.7'"],
    'smtpd_client_event_limit_exceptions, smtpd_client_connection_rate_limit and smtpd_client_connection_count_limit',
    'put the address that you test from in the place of 192.0.2.7',
  ),
  exim: exim(
    ['smtp_accept_max_per_host = 20'],
    'chapter "Main configuration": smtp_accept_max_per_host and smtp_accept_max',
    'limits of the kind "N connections a minute" are ratelimit conditions in the ACLs',
  ),
  other: 'Or ask more slowly: scan has --rate, --concurrency and --max-wait.',
};

/** What the server says of itself. */
export const BANNER: Fix = {
  postfix: postfix(["postconf -e 'smtpd_banner = $myhostname ESMTP $mail_name'"], 'smtpd_banner'),
  exim: exim(
    ['smtp_banner = $smtp_active_hostname ESMTP Exim $version_number $tod_full'],
    'chapter "Main configuration": smtp_banner',
  ),
};

/** No certificate is asked of clients. */
export const NO_CLIENT_CERTIFICATE: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_req_ccert = no"'],
    'smtpd_tls_req_ccert and smtpd_tls_ask_ccert',
    'to ask without insisting: smtpd_tls_ask_ccert = yes',
  ),
  exim: exim(
    ['tls_verify_hosts =', 'tls_try_verify_hosts = *'],
    'chapter "Main configuration": tls_verify_hosts and tls_try_verify_hosts',
  ),
  other: 'Or show one: --cert FILE --key FILE.',
};

/** A staple out of a file; Postfix has none. */
export const STAPLE: Fix = {
  exim: exim(
    ['tls_ocsp_file = /etc/exim4/ocsp.der'],
    'chapter "Main configuration": tls_ocsp_file',
    'Exim fetches nothing itself: a job beside it has to renew the file before nextUpdate',
  ),
  other:
    'Postfix cannot staple. Fetch a response with openssl ocsp -issuer CA.pem -cert CERT.pem -url URL -respout ocsp.der.',
};

/** Sessions of an hour. */
export const SESSION_TIME: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_session_cache_timeout = 3600s"'],
    'smtpd_tls_session_cache_timeout',
    'at most 100 days; 0 switches sessions and tickets off',
  ),
  exim: exim(
    ['tls_resumption_hosts ='],
    'chapter "Main configuration": tls_resumption_hosts',
    'that is the default: no resumption',
  ),
};
