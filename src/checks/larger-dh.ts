/** With `auto` OpenSSL 3.0 still gives anonymous suites a prime of 1024 bits, and Postfix accepts those on port 25 unless told otherwise. */
export const LARGER_DH =
  'use a group of RFC 7919 with 2048 bits or more, or no DHE at all; in Postfix: postconf -e "smtpd_tls_dh1024_param_file = auto" "smtpd_tls_exclude_ciphers = aNULL"';
