import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { ScanProtocolReport, ScanReport } from '../core/scan-report.js';
import type { Target } from '../core/target.js';
import type { ProbeState } from '../probe/state.js';

const STOPPED_BY_USER: readonly string[] = ['interrupted', 'terminated'];

/** What is not known may not look like a no: then the scan as a whole has no answer. */
export function keepIncomplete(state: ProbeState, report: ScanReport, target: Target): void {
  const { unknown, connections } = report;
  const { stoppedBy } = connections;
  // The wish to stop outdoes whatever the first handshake ended with: it is what the exit code has to say.
  if (stoppedBy !== null && STOPPED_BY_USER.includes(stoppedBy.code)) state.error = stoppedBy;
  if (unknown.length === 0 || state.error !== null) return;
  state.error = incomplete(unknown, stoppedBy, forbiddenHint(report.protocols ?? [], target));
}

const SHOWN = 3;

function incomplete(
  unknown: readonly string[],
  stoppedBy: ReportError | null,
  cause: string | null,
): ReportError {
  const shown = unknown.slice(0, SHOWN).join('; ');
  const more = unknown.length > SHOWN ? ` and ${unknown.length - SHOWN} more` : '';
  const why = stoppedBy === null ? '' : `: ${stoppedBy.message}`;
  return new SmtpcheckError(
    'scan-incomplete',
    'scan',
    `not everything could be found out${why}: ${shown}${more}`,
    {
      hint:
        stoppedBy?.hint ??
        cause ??
        'what is marked with ? in the report is not known; try again, or slower with --rate 20/m',
      serverSaid: stoppedBy?.serverSaid,
    },
  ).toReport();
}

const OLD: Readonly<Record<string, string>> = { TLSv1: '-tls1', 'TLSv1.1': '-tls1_1' };

/**
 * OpenSSL 3 can sign nothing that TLS 1.0 and 1.1 could use when its security level is above 0, and says internal_error then. That is
 * no evidence of a no (another level, or another certificate, and the version is there); but what it is likely to be can be said.
 */
function forbiddenHint(
  protocols: readonly ScanProtocolReport[],
  { host, port, mode }: Target,
): string | null {
  const newer = protocols.some(
    ({ name, answer }) => (name === 'TLSv1.2' || name === 'TLSv1.3') && answer === 'accepted',
  );
  const forbidden = protocols.filter(
    ({ name, answer, evidence }) => name in OLD && answer === 'inconclusive' && /^alert 80\b/.test(evidence),
  );
  const [first] = forbidden;
  if (!newer || first === undefined) return null;
  const starttls = mode === 'implicit' ? '' : ` -starttls ${mode === 'lmtp' ? 'lmtp' : 'smtp'}`;
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const names = forbidden.map(({ name }) => name).join(' and ');
  return (
    `${names}: most likely an OpenSSL whose security level forbids what its list of protocols allows; ` +
    `openssl s_client${starttls} -connect ${at} ${OLD[first.name] ?? ''} -cipher ALL:@SECLEVEL=0 shows the same alert, ` +
    'and the version switched off in that list (Postfix: smtpd_tls_protocols = >=TLSv1.2) makes it a no'
  );
}
