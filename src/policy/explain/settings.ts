import type { Fix } from './explanation.js';
import { exim, eximBuiltWith, postfix } from './make.js';

/*
 * Settings that mend several faults. Postfix's parameters are those of postconf(5) of 3.7, Exim's options those of the specification
 * of 4.96; what is newer says so.
 */

export const REPLACES = 'the line replaces what the setting had; postconf NAME shows it';
export const EXIM_CIPHERS = 'chapter "Main configuration": tls_require_ciphers';
const EXIM_OPTIONS = 'chapter "Main configuration": openssl_options';
/** What Exim sets by itself, and a line of one's own takes away. */
const EXIM_DEFAULT_OPTIONS = '+no_sslv2 +no_sslv3 +single_dh_use +no_ticket +no_renegotiation';

/** Nothing below TLS 1.2. */
export const VERSIONS: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_protocols = >=TLSv1.2" "smtpd_tls_mandatory_protocols = >=TLSv1.2"'],
    'smtpd_tls_protocols and smtpd_tls_mandatory_protocols',
    'the form >=TLSv1.2 needs Postfix 3.6; before it: !SSLv2, !SSLv3, !TLSv1, !TLSv1.1',
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2'],
      openssl: [`openssl_options = ${EXIM_DEFAULT_OPTIONS} +no_tlsv1 +no_tlsv1_1`],
    },
    'chapter "Main configuration": tls_require_ciphers and openssl_options',
  ),
};

/** TLS 1.3 alone. */
export const TLS13_ALONE: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_protocols = >=TLSv1.3" "smtpd_tls_mandatory_protocols = >=TLSv1.3"'],
    'smtpd_tls_protocols and smtpd_tls_mandatory_protocols',
    'the form >=TLSv1.3 needs Postfix 3.6; TLS 1.3 needs OpenSSL 1.1.1',
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3'],
      openssl: [`openssl_options = ${EXIM_DEFAULT_OPTIONS} +no_tlsv1 +no_tlsv1_1 +no_tlsv1_2`],
    },
    'chapter "Main configuration": tls_require_ciphers and openssl_options',
  ),
};

/** No suite that is broken or does not encrypt. */
export const SUITES: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_exclude_ciphers = eNULL, EXPORT, DES, 3DES, RC4, IDEA, RC2, SEED, MD5"'],
    'smtpd_tls_exclude_ciphers',
    REPLACES,
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL'],
      openssl: ['tls_require_ciphers = DEFAULT:!eNULL:!EXPORT:!DES:!3DES:!RC4:!IDEA:!RC2:!SEED:!MD5'],
    },
    EXIM_CIPHERS,
    'NORMAL is the default with GnuTLS, and has none of them since GnuTLS 3.6',
  ),
};

/** Suites with forward secrecy and AEAD alone; those of TLS 1.3 are all of this kind. */
export const MODERN_SUITES: Fix = {
  postfix: postfix(
    [
      'postconf -e "tls_high_cipherlist = ECDHE+AESGCM:ECDHE+CHACHA20" "smtpd_tls_ciphers = high" "smtpd_tls_mandatory_ciphers = high"',
    ],
    'tls_high_cipherlist, smtpd_tls_ciphers and smtpd_tls_mandatory_ciphers',
    'for other suites put their names into the list, divided by colons; suites of TLS 1.3 are not chosen by it',
  ),
  exim: eximBuiltWith(
    {
      gnutls: [
        'tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-DHE-RSA:-AES-128-CBC:-AES-256-CBC:-AES-128-CCM:-AES-256-CCM',
      ],
      openssl: ['tls_require_ciphers = ECDHE+AESGCM:ECDHE+CHACHA20'],
    },
    EXIM_CIPHERS,
  ),
};

/** No suite without a certificate. */
export const NO_ANONYMOUS: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_exclude_ciphers = aNULL"'],
    'smtpd_tls_exclude_ciphers',
    REPLACES,
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:-ANON-DH:-ANON-ECDH'],
      openssl: ['tls_require_ciphers = DEFAULT:!aNULL'],
    },
    EXIM_CIPHERS,
  ),
};

/** The chain that is sent, with its key. */
export const CHAIN: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_chain_files = /etc/postfix/key.pem, /etc/postfix/fullchain.pem"'],
    'smtpd_tls_chain_files',
    'the key first, then its certificate, then each issuer; before Postfix 3.4: smtpd_tls_key_file and smtpd_tls_cert_file',
  ),
  exim: exim(
    ['tls_certificate = /etc/exim4/fullchain.pem', 'tls_privatekey = /etc/exim4/key.pem'],
    'chapter "Main configuration": tls_certificate and tls_privatekey',
    'the certificate first, then each issuer; with the configuration of Debian set MAIN_TLS_CERTIFICATE and MAIN_TLS_PRIVATEKEY',
  ),
};

/** STARTTLS is offered. */
export const STARTTLS_ON: Fix = {
  postfix: postfix(
    [
      'postconf -e "smtpd_tls_security_level = may" "smtpd_tls_chain_files = /etc/postfix/key.pem, /etc/postfix/fullchain.pem"',
    ],
    'smtpd_tls_security_level and smtpd_tls_chain_files',
    'smtpd_tls_chain_files needs Postfix 3.4; before it: smtpd_tls_key_file and smtpd_tls_cert_file',
  ),
  exim: exim(
    [
      'tls_advertise_hosts = *',
      'tls_certificate = /etc/exim4/fullchain.pem',
      'tls_privatekey = /etc/exim4/key.pem',
    ],
    'chapter "Main configuration": tls_advertise_hosts, tls_certificate and tls_privatekey',
    'with the configuration of Debian set MAIN_TLS_ENABLE = yes',
  ),
};

/** The server's order of suites decides. */
export const ORDER: Fix = {
  postfix: postfix(['postconf -e "tls_preempt_cipherlist = yes"'], 'tls_preempt_cipherlist'),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:%SERVER_PRECEDENCE'],
      openssl: [`openssl_options = ${EXIM_DEFAULT_OPTIONS} +cipher_server_preference`],
    },
    'chapter "Main configuration": tls_require_ciphers and openssl_options',
  ),
};

export const NO_RENEGOTIATION: Fix = {
  postfix: postfix(
    ['postconf -e "tls_ssl_options = NO_RENEGOTIATION, NO_COMPRESSION"'],
    'tls_ssl_options',
    'NO_RENEGOTIATION needs Postfix 3.4 and OpenSSL 1.1.1, and OpenSSL 3.0 refuses clients by itself; the line replaces what the setting had',
  ),
  exim: exim(
    ['# built with OpenSSL:', `openssl_options = ${EXIM_DEFAULT_OPTIONS}`],
    EXIM_OPTIONS,
    'that is the default of current versions; a build with GnuTLS has no such option',
  ),
};

export const NO_COMPRESSION: Fix = {
  postfix: postfix(
    ['postconf -e "tls_ssl_options = NO_COMPRESSION, NO_RENEGOTIATION"'],
    'tls_ssl_options',
    'the line replaces what the setting had; NO_RENEGOTIATION needs Postfix 3.4',
  ),
  exim: exim(
    ['# built with OpenSSL:', `openssl_options = ${EXIM_DEFAULT_OPTIONS} +no_compression`],
    EXIM_OPTIONS,
    'a build with GnuTLS 3.6 or later cannot compress',
  ),
};
