import type { Finding } from '../core/finding.js';
import type { ResumptionReport } from '../core/resumption-report.js';
import type { TlsCheck } from './check.js';
import { suitePin, versionPin } from './pins-honoured.js';

const REFS = ['RFC 8446 section 2.2', 'RFC 5077'];

/** A session that is not resumed costs time, and nothing else; a server that refuses the whole handshake loses mail. */
export const resumption: TlsCheck = {
  id: 'resumption',
  ids: ['session-not-resumed', 'resumption-refused'],
  judge(facts) {
    const found = facts.tls?.resumption;
    if (found === undefined) return [];
    const { protocol, cipher } = found;
    const pins =
      protocol === null || cipher === null
        ? []
        : [versionPin({ protocol }, facts), suitePin({ cipher }, facts)].filter(
            (finding) => finding !== null,
          );
    return [...pins, ...notResumed(found)];
  },
};

function notResumed({ resumed, offered, protocol, reason }: ResumptionReport): Finding[] {
  if (resumed !== false) return [];
  if (offered !== null && protocol === null) {
    return [
      {
        id: 'resumption-refused',
        severity: 'error',
        message: `a client that comes back with the session of an earlier connection is refused: ${reason ?? ''}`,
        fix: 'a server that cannot resume a session has to go on with a full handshake; look at its session cache and its ticket keys',
        refs: REFS,
      },
    ];
  }
  return [
    {
      id: 'session-not-resumed',
      severity: 'info',
      message: `the session was not resumed on a second connection: ${reason ?? ''}`,
      refs: REFS,
    },
  ];
}
