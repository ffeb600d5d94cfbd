import { authMechanisms } from '../smtp/ehlo.js';
import type { TlsCheck } from './check.js';

/** Is a login offered before TLS is up? */
export const cleartext: TlsCheck = {
  id: 'cleartext',
  ids: ['auth-before-tls'],
  judge({ smtp, target }) {
    const mechanisms = target.mode === 'implicit' ? [] : authMechanisms(smtp.ehlo);
    if (mechanisms.length === 0) return [];
    return [
      {
        id: 'auth-before-tls',
        severity: 'warning',
        message:
          'AUTH is offered before TLS: a client that does not insist on TLS sends its password in the clear',
        evidence: mechanisms.join(' '),
        fix: 'offer it inside TLS only; in Postfix: postconf -e smtpd_tls_auth_only=yes',
        refs: ['RFC 4954 section 4', 'RFC 8314 section 4.1'],
      },
    ];
  },
};
