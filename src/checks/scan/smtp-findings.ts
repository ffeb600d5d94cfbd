import type { ReportError } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import type { ScanTrait } from '../../core/scan-report.js';
import type { Target, TargetMode } from '../../core/target.js';
import { authInTheClear, authOnMx, capabilitiesLost, MX_PORT } from '../submission.js';
import type { ScanJudgement } from './context.js';
import { traitOf } from './trait.js';

interface PortRule {
  readonly port: number;
  readonly mode: TargetMode;
  readonly id: string;
  readonly message: string;
  readonly fix: string;
}

/** Which way to TLS belongs to which port of submission. */
export const PORTS: readonly PortRule[] = [
  {
    port: 465,
    mode: 'implicit',
    id: 'starttls-on-465',
    message:
      'port 465 speaks SMTP with STARTTLS: it is for TLS from the first byte, and clients will wait in vain (465 and 587 are mixed up)',
    fix: 'in Postfix: -o smtpd_tls_wrappermode=yes for the service on 465 in master.cf, and for no other',
  },
  {
    port: 587,
    mode: 'starttls',
    id: 'implicit-tls-on-587',
    message:
      'port 587 speaks TLS from the first byte: it is for SMTP with STARTTLS, and clients will wait in vain (465 and 587 are mixed up)',
    fix: 'in Postfix: no smtpd_tls_wrappermode for the service on 587 in master.cf; TLS from the first byte belongs on 465',
  },
];

const PORT_REFS = ['RFC 8314 section 3.3', 'RFC 6409 section 3.1'];

/** What is not to be had on a port can be known before TLS is reached, and then be all that there is. */
export function judgePort({ port }: Pick<Target, 'port'>, error: ReportError | null): Finding[] {
  const speaks =
    error?.code === 'implicit-tls-port'
      ? 'implicit'
      : error?.code === 'plaintext-on-implicit-tls'
        ? 'starttls'
        : null;
  const rule = PORTS.find((one) => one.port === port);
  if (rule === undefined || speaks === null || rule.mode === speaks) return [];
  return [portFinding(rule, error?.message ?? '')];
}

const portFinding = ({ id, message, fix }: PortRule, evidence: string): Finding => ({
  id,
  severity: 'error',
  message,
  evidence,
  fix,
  refs: PORT_REFS,
});

export const SMTP_FINDINGS: readonly string[] = [
  ...PORTS.map(({ id }) => id),
  'tls-not-enforced',
  'tls-required-on-mx',
  'auth-accepted-before-tls',
  'auth-on-mx',
  'capabilities-lost',
];

/** Users log in to it: RFC 6409's port, or one of the operator's own with AUTH. */
export function isSubmission({ port, mode }: Target, offersAuth: boolean): boolean {
  return mode !== 'lmtp' && port !== MX_PORT && (port === 587 || offersAuth);
}

export function judgeSmtp(data: readonly ScanTrait[], { target }: ScanJudgement): Finding[] {
  const is = (id: string): string | null => {
    const found = traitOf(data, id);
    return found?.answer === 'yes' ? found.evidence : null;
  };
  const mixedUp = is('port-mixed-up');
  const offered = is('auth-offered-inside-tls') ?? is('auth-offered-before-tls');
  const taken = is('auth-accepted-before-tls');
  const lost = is('capabilities-lost');
  return [
    ...PORTS.filter(({ port }) => mixedUp !== null && port === target.port).map((rule) =>
      portFinding(rule, mixedUp ?? ''),
    ),
    ...judgeEnforcement(traitOf(data, 'tls-enforced'), target, offered !== null),
    ...(taken === null ? [] : [authInTheClear(taken)]),
    ...(offered === null || target.port !== MX_PORT ? [] : [authOnMx(offered)]),
    ...(lost === null ? [] : [capabilitiesLost(lost)]),
  ];
}

function judgeEnforcement(enforced: ScanTrait | undefined, target: Target, offersAuth: boolean): Finding[] {
  if (enforced?.answer === 'no' && isSubmission(target, offersAuth)) {
    return [
      {
        id: 'tls-not-enforced',
        severity: 'warning',
        message: 'mail can be handed in without TLS: nothing makes a client say STARTTLS first',
        evidence: enforced.evidence,
        fix: 'in Postfix: -o smtpd_tls_security_level=encrypt for the submission service in master.cf',
        refs: ['RFC 8314 section 4.1', 'RFC 3207 section 4'],
      },
    ];
  }
  if (enforced?.answer === 'yes' && target.port === MX_PORT && target.mode === 'starttls') {
    return [
      {
        id: 'tls-required-on-mx',
        severity: 'warning',
        message:
          'mail without TLS is refused on port 25: an MX must not ask for STARTTLS, and senders without TLS cannot deliver',
        evidence: enforced.evidence,
        fix: 'in Postfix: postconf -e smtpd_tls_security_level=may; for partners that must use TLS, publish MTA-STS or DANE',
        refs: ['RFC 3207 section 4'],
      },
    ];
  }
  return [];
}
