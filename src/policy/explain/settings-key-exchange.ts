import type { Fix } from './explanation.js';
import { eximBuiltWith, exim, postfix } from './make.js';
import { EXIM_CIPHERS, REPLACES } from './settings.js';

/* Settings of the key exchange: groups, Diffie-Hellman, and what signs it. */

/** Groups that everybody has, none of them short. */
export const GROUPS: Fix = {
  postfix: postfix(
    ['postconf -e "tls_eecdh_auto_curves = X25519 X448 prime256v1 secp384r1 secp521r1"'],
    'tls_eecdh_auto_curves',
    'before Postfix 3.6 smtpd_tls_eecdh_grade has to be auto; since 3.8 tls_ffdhe_auto_groups names the finite fields of TLS 1.3',
  ),
  exim: eximBuiltWith(
    {
      gnutls: [
        'tls_require_ciphers = NORMAL:-GROUP-ALL:+GROUP-X25519:+GROUP-X448:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1',
      ],
      openssl: ['tls_eccurve = auto'],
    },
    'chapter "Main configuration": tls_require_ciphers and tls_eccurve',
    'auto leaves the list to OpenSSL, whose own has no short curve; Groups in its openssl.cnf narrows it',
  ),
};

/** A hybrid group against quantum computers. */
export const POST_QUANTUM: Fix = {
  postfix: postfix(
    ['postconf -e "tls_eecdh_auto_curves =" "tls_ffdhe_auto_groups ="'],
    'tls_eecdh_auto_curves and tls_ffdhe_auto_groups',
    'Postfix 3.10 or later with OpenSSL 3.5 or later: both empty leave the groups to OpenSSL, whose own list has X25519MLKEM768. Not for an older one',
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:+GROUP-X25519-MLKEM768'],
      openssl: ['tls_eccurve = auto'],
    },
    'chapter "Main configuration": tls_require_ciphers and tls_eccurve',
    'GnuTLS 3.8.10 or later that was built with ML-KEM, an older one refuses the line; OpenSSL 3.5 or later, whose own list has X25519MLKEM768',
  ),
};

/** Diffie-Hellman with a prime of 2048 bits that is known to be good. */
export const DH: Fix = {
  postfix: postfix(
    ['postconf -e "smtpd_tls_dh1024_param_file = auto" "smtpd_tls_exclude_ciphers = aNULL"'],
    'smtpd_tls_dh1024_param_file and smtpd_tls_exclude_ciphers',
    'with auto OpenSSL gives anonymous suites a prime of 1024 bits; auto needs Postfix 3.7 with OpenSSL 3.0, before it leave the setting empty: since Postfix 3.1 the built-in prime has 2048 bits',
  ),
  exim: exim(
    ['tls_dhparam = ffdhe2048'],
    'chapter "Main configuration": tls_dhparam',
    'GnuTLS 3.6 and later has those primes whatever this says; for ffdhe3072 raise tls_dh_max_bits to 3072 as well: it is 2236, and with OpenSSL a larger prime is passed over',
  ),
};

/** No DHE suites at all up to TLS 1.2: ECDHE is faster, and everybody has it. */
export const NO_DHE: Fix = {
  postfix: postfix(['postconf -e "smtpd_tls_exclude_ciphers = kDHE"'], 'smtpd_tls_exclude_ciphers', REPLACES),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:-DHE-RSA'],
      openssl: ['tls_require_ciphers = DEFAULT:!kDHE'],
    },
    EXIM_CIPHERS,
  ),
};

const OPENSSL_CNF = [
  '# /etc/postfix/openssl.cnf:',
  '#   postfix = postfix_settings',
  '#   [postfix_settings]',
  '#   ssl_conf = postfix_ssl',
  '#   [postfix_ssl]',
  '#   system_default = baseline',
  '#   [baseline]',
];

/** The key exchange is signed with SHA-256 or better. */
export const SIGNATURES: Fix = {
  postfix: postfix(
    [
      ...OPENSSL_CNF,
      '#   SignatureAlgorithms = ECDSA+SHA256:ed25519:RSA-PSS+SHA256:RSA+SHA256:ECDSA+SHA384:RSA-PSS+SHA384:RSA+SHA384',
      'postconf -e "tls_config_file = /etc/postfix/openssl.cnf" "tls_config_name = postfix"',
    ],
    'tls_config_file and tls_config_name',
    'the two settings need Postfix 3.9, 3.8.1, 3.7.6, 3.6.10 or 3.5.20; make the file first, or there is no TLS',
  ),
  exim: eximBuiltWith(
    {
      gnutls: ['tls_require_ciphers = NORMAL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1'],
      openssl: ['tls_require_ciphers = DEFAULT:@SECLEVEL=2'],
    },
    EXIM_CIPHERS,
    'with OpenSSL the level asks for RSA keys of 2048 bits and DH of 2048 bits as well',
  ),
};
