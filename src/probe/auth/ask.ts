import type { AuthReport } from '../../core/auth-report.js';
import { SmtpcheckError } from '../../core/errors.js';
import type { Target } from '../../core/target.js';
import type { SmtpSession } from '../../net/smtp-session.js';
import type { Reply } from '../../smtp/reply.js';
import { newState, type ProbeState } from '../state.js';
import { measureServer } from '../tls.js';
import type { ProbeAuthOptions } from './options.js';

/**
 * Whether a message could be begun without AUTH (RFC 4954 section 6: 530). What was begun is taken back; nobody is named, and
 * nothing is sent.
 */
export async function askMailFrom(session: SmtpSession): Promise<AuthReport['mailBeforeAuth']> {
  const reply = await session.command('MAIL FROM:<>\r\n', 'auth');
  if (reply.code >= 200 && reply.code < 300) {
    await session.command('RSET\r\n', 'auth');
    return 'accepted';
  }
  if (reply.code === 421) {
    throw new SmtpcheckError('service-closing', 'auth', 'the server closes the session');
  }
  return isForWantOfAuth(reply) ? 'refused' : 'inconclusive';
}

/** 530, or an enhanced code of the security class (RFC 3463 section 3.8), whatever else the number says. */
function isForWantOfAuth({ code, enhanced }: Reply): boolean {
  return code === 530 || (code >= 500 && enhanced?.startsWith('5.7.') === true);
}

/** Whether AUTH is taken without TLS, on a connection of its own. No credentials are sent: a 334 says it, and `*` ends it. */
export async function askPlaintext(
  target: Target,
  options: ProbeAuthOptions,
  first: ProbeState,
  clean: ProbeState['clean'],
): Promise<NonNullable<AuthReport['plaintext']>> {
  if (target.mode === 'implicit') return 'refused';
  const state = newState(clean);
  let answer: NonNullable<AuthReport['plaintext']> = 'inconclusive';
  await measureServer(target, options, state, {
    inClear: async (session) => {
      const reply = await session.command('AUTH PLAIN\r\n', 'auth');
      answer = meaningOf(reply);
      if (answer === 'accepted') await session.command('*\r\n', 'auth');
    },
  });
  first.connections += state.connections;
  first.transcript.push(...state.transcript);
  return answer;
}

function meaningOf({ code }: Reply): NonNullable<AuthReport['plaintext']> {
  if (code === 334) return 'accepted';
  if (code < 500) return 'inconclusive';
  return [500, 502, 503, 504].includes(code) ? 'not-offered' : 'refused';
}
