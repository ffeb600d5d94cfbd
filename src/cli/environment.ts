/** Every environment variable that smtpcheck looks at: the one place for their words. */
export const ENVIRONMENT: readonly { readonly name: string; readonly what: string }[] = [
  {
    name: 'SMTPCHECK_PASSWORD',
    what: 'the password of auth, where neither --password-file nor --token-file names one',
  },
  { name: 'SMTPCHECK_TOKEN', what: 'the OAuth token of auth, where --token-file names none' },
  {
    name: 'SMTPCHECK_PROXY_PASSWORD',
    what: 'the password for the user in --proxy; looked at only where there is one',
  },
  { name: 'SSLKEYLOGFILE', what: 'the file of --keylog, where that is not given' },
  { name: 'SSL_CERT_FILE', what: 'of --ca-store system: a file of CAs, in the place of the usual ones' },
  { name: 'SSL_CERT_DIR', what: 'of --ca-store system: directories of CAs, divided by colons' },
  { name: 'NO_COLOR', what: 'set to anything: no colours' },
  { name: 'TERM', what: 'where it is "dumb": no colours, and nothing that moves' },
];
