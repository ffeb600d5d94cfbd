/** How a verify code comes to be. */
export const BOTH =
  'OpenSSL and our own path validation both judge the chain as it was sent; verify.code is the first error of the stricter one.';

/** What is in OpenSSL's table and not asked for here. */
export const NOT_ASKED =
  'Not asked for by smtpcheck. The code is in the table of OpenSSL, which a newer one may use otherwise.';
