import type { AuthAttemptReport, AuthReport, AuthResult } from '../core/auth-report.js';
import type { Finding } from '../core/finding.js';
import type { AuthCheck } from './check.js';

interface Rule {
  readonly id: string;
  readonly message: string;
  readonly fix: string;
  readonly refs: readonly string[];
}

/** Results that are no login, each told apart (RFC 4954 section 6). A temporary failure is no verdict: the report's error says it. */
const RULES: Readonly<Partial<Record<AuthResult, Rule>>> = {
  rejected: {
    id: 'auth-rejected',
    message: 'the server does not take the credentials',
    fix: 'check user name and password; in Postfix with Dovecot: doveadm auth test USER',
    refs: ['RFC 4954 section 6'],
  },
  'mechanism-refused': {
    id: 'auth-mechanism-refused',
    message: 'the server refuses the mechanism',
    fix: 'try another one with --mechanism; what the server offers and does not take it should not offer',
    refs: ['RFC 4954 sections 4 and 6'],
  },
  'encryption-required': {
    id: 'auth-encryption-required',
    message: 'the server asks for encryption, and does not count this session as encrypted',
    fix: 'look for a proxy in front that ends TLS itself; the server behind it must be told so',
    refs: ['RFC 4954 section 6'],
  },
  'not-offered': {
    id: 'auth-not-offered',
    message: 'the server does not offer what is needed to log in',
    fix: 'switch AUTH on; in Postfix: postconf -e smtpd_sasl_auth_enable=yes on the submission service',
    refs: ['RFC 4954 section 3', 'RFC 6409 section 4.3'],
  },
  'not-attempted': {
    id: 'auth-not-attempted',
    message: 'the credentials were not sent',
    fix: 'mend what is named, or choose another mechanism; --insecure-auth sends them to a server that was not verified',
    refs: ['RFC 4954 section 14'],
  },
  'server-not-authenticated': {
    id: 'auth-server-not-authenticated',
    message: 'the server could not prove that it knows the password: it may be another one than it says',
    fix: 'do not log in there with another mechanism; find out who answers, and change the password if it was ever sent',
    refs: ['RFC 5802 section 5', 'RFC 5802 section 9'],
  },
};

/** Did the user log in, and if not, whose fault is it? */
export const authResult: AuthCheck = {
  id: 'auth-result',
  ids: [...Object.values(RULES).map((rule) => rule.id), 'scram-few-iterations', 'channel-binding-weak'],
  judge({ auth, smtp }) {
    // Where the dialogue did not come to AUTH, what stopped it is the finding.
    const reached = smtp.ehloAfterTls !== null;
    return [...(reached ? failure(auth) : []), ...fewIterations(auth), ...weakBinding(auth)];
  },
};

function failure(auth: AuthReport): Finding[] {
  const failed = (auth.attempts ?? [auth]).find(({ result }) => result !== 'accepted');
  const rule = failed === undefined ? undefined : RULES[failed.result];
  if (failed === undefined || rule === undefined) return [];
  const { reply, reason, mechanism } = failed;
  const said = reply === null ? null : `${reply.code} ${reply.text}`.trim();
  return [
    {
      id: rule.id,
      severity: 'error',
      message: `${rule.message}${reason === null ? '' : `: ${reason}`}`,
      evidence: [mechanism, said].filter((part) => part !== null).join(': '),
      fix: rule.fix,
      refs: rule.refs,
    },
  ];
}

/** RFC 5802 section 5.1 and RFC 7677 section 4. */
const ADVISED_ITERATIONS = 4096;

function fewIterations(auth: AuthReport): Finding[] {
  const attempt = scramOf(auth).find(
    ({ iterations }) => iterations !== null && iterations < ADVISED_ITERATIONS,
  );
  if (attempt === undefined) return [];
  return [
    {
      id: 'scram-few-iterations',
      severity: 'warning',
      message: `the password is stored with ${attempt.iterations} iterations: who steals the list guesses quickly`,
      evidence: `${attempt.mechanism ?? ''}, ${attempt.iterations} iterations`,
      fix: `store passwords anew with ${ADVISED_ITERATIONS} iterations or more`,
      refs: ['RFC 5802 section 5.1', 'RFC 7677 section 4'],
    },
  ];
}

/** The certificate alone is bound: that stops another server, but not one with the same certificate. */
function weakBinding(auth: AuthReport): Finding[] {
  const attempt = scramOf(auth).find(({ channelBinding }) => channelBinding === 'tls-server-end-point');
  if (attempt === undefined) return [];
  return [
    {
      id: 'channel-binding-weak',
      severity: 'info',
      message: "the login was bound to the server's certificate, and not to this TLS session",
      evidence: 'tls-server-end-point',
      fix: 'TLS 1.3, or the extended master secret in TLS 1.2, lets a client bind to the session',
      refs: ['RFC 9266 section 3', 'RFC 7627 section 1'],
    },
  ];
}

function scramOf(auth: AuthReport): readonly AuthAttemptReport[] {
  return (auth.attempts ?? [auth]).filter(({ mechanism }) => mechanism?.startsWith('SCRAM-') === true);
}
