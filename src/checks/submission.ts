import type { AuthFacts } from '../core/auth-facts.js';
import type { EhloKeyword } from '../core/report.js';
import type { Finding } from '../core/finding.js';
import type { AuthCheck } from './check.js';

export const MX_PORT = 25;

/** What a submission server owes its users (RFC 6409, RFC 8314), and what an MX should not offer. */
export const submission: AuthCheck = {
  id: 'submission',
  ids: ['mail-without-auth', 'auth-on-mx', 'auth-accepted-before-tls', 'capabilities-lost'],
  judge(facts) {
    return [...withoutAuth(facts), ...onMx(facts), ...inTheClear(facts), ...capabilitiesOf(facts)];
  },
};

function withoutAuth({ auth, target }: AuthFacts): Finding[] {
  if (auth.mailBeforeAuth !== 'accepted' || target.port === MX_PORT) return [];
  return [
    {
      id: 'mail-without-auth',
      severity: 'info',
      message: 'MAIL FROM is accepted before AUTH; whether mail is, RCPT TO would tell',
      evidence: 'MAIL FROM:<>',
      fix: 'Postfix refuses at RCPT TO unless smtpd_delay_reject = no; make sure that smtpd_relay_restrictions ends with reject on this service',
      refs: ['RFC 6409 section 4.3'],
    },
  ];
}

function onMx({ auth, target }: AuthFacts): Finding[] {
  return target.port !== MX_PORT || auth.offered.length === 0 ? [] : [authOnMx(auth.offered.join(' '))];
}

export function authOnMx(evidence: string): Finding {
  return {
    id: 'auth-on-mx',
    severity: 'warning',
    message: 'AUTH is offered to the world on port 25, where it serves nobody but those who guess passwords',
    evidence,
    fix: 'offer it on 465 and 587 alone; in Postfix: smtpd_sasl_auth_enable=yes in master.cf for those services only',
    refs: ['RFC 8314 section 3', 'RFC 6409 section 3.1'],
  };
}

function inTheClear({ auth }: AuthFacts): Finding[] {
  return auth.plaintext === 'accepted'
    ? [authInTheClear('AUTH PLAIN was answered with 334 before STARTTLS; no credentials were sent')]
    : [];
}

export function authInTheClear(evidence: string): Finding {
  return {
    id: 'auth-accepted-before-tls',
    severity: 'error',
    message: 'the server takes AUTH without TLS: passwords travel in the clear',
    evidence,
    fix: 'in Postfix: postconf -e smtpd_tls_auth_only=yes',
    refs: ['RFC 4954 section 4', 'RFC 8314 section 4.1'],
  };
}

/** What has no business inside TLS any more. */
const EXPECTED_TO_GO = /^(?:STARTTLS|AUTH(?:=.*)?)$/;

function capabilitiesOf({ smtp, target }: AuthFacts): Finding[] {
  if (target.mode === 'implicit' || smtp.ehlo === null || smtp.ehloAfterTls === null) return [];
  const lost = lostCapabilities(smtp.ehlo, smtp.ehloAfterTls);
  return lost.length === 0 ? [] : [capabilitiesLost(lost.join(' '))];
}

/** Keywords of the one EHLO that the other has not, apart from those that TLS is meant to change. */
export function lostCapabilities(from: readonly EhloKeyword[], to: readonly EhloKeyword[]): string[] {
  const word = ({ keyword }: EhloKeyword): string => keyword.toUpperCase();
  const there = new Set(to.map(word));
  return from.map(word).filter((keyword) => !there.has(keyword) && !EXPECTED_TO_GO.test(keyword));
}

export function capabilitiesLost(evidence: string): Finding {
  return {
    id: 'capabilities-lost',
    severity: 'info',
    message: 'some capabilities are offered before TLS and not inside it',
    evidence,
    fix: 'look for a proxy in front that answers EHLO itself before TLS',
    refs: ['RFC 3207 section 4.2'],
  };
}
