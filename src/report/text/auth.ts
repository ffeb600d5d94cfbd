import type { AuthAttemptReport, AuthReport, AuthResult } from '../../core/auth-report.js';
import type { Report } from '../../core/report.js';
import { type Block, field, type Row } from '../layout.js';
import type { Tone } from '../style.js';

const WORDS: Readonly<Record<AuthResult, string>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  'temporary-failure': 'put off',
  'mechanism-refused': 'mechanism refused',
  'encryption-required': 'encryption required',
  'not-offered': 'not offered',
  'not-attempted': 'not attempted',
  'server-not-authenticated': 'server not authenticated',
};

const MAIL: Readonly<Record<NonNullable<AuthReport['mailBeforeAuth']>, string>> = {
  refused: 'refused without AUTH',
  accepted: 'accepted without AUTH',
  inconclusive: 'neither accepted nor refused for want of AUTH',
};

const PLAINTEXT: Readonly<Record<NonNullable<AuthReport['plaintext']>, string>> = {
  accepted: 'AUTH is taken before TLS',
  refused: 'AUTH is refused before TLS',
  'not-offered': 'AUTH is not there before TLS',
  inconclusive: 'whether AUTH is taken before TLS was not found out',
};

/** Who logged in how, what was offered, and what came of each attempt. */
export function authBlocks({ auth, smtp }: Report): Block[] {
  if (auth === undefined) return [];
  const { user, authzid, offered, mailBeforeAuth, plaintext, attempts } = auth;
  return [
    field(
      'login',
      `${user}${authzid === null ? '' : ` as ${authzid}`}: ${describeAttempt(auth)}`,
      toneOf(auth),
    ),
    ...((smtp?.ehloAfterTls ?? null) === null
      ? []
      : [field('offered', offered.length === 0 ? 'no AUTH' : offered.join(', '))]),
    ...(attempts === undefined || attempts.length < 2
      ? []
      : [{ kind: 'table', rows: attempts.map(row) } as const]),
    ...(mailBeforeAuth === null ? [] : [field('MAIL FROM', MAIL[mailBeforeAuth])]),
    ...(plaintext === undefined
      ? []
      : [field('in the clear', PLAINTEXT[plaintext], plaintext === 'accepted' ? 'bad' : 'plain')]),
  ];
}

/** What an attempt came to, in a line. */
export function describeAttempt(attempt: AuthAttemptReport): string {
  const { mechanism, result, reply, reason, channelBinding, iterations } = attempt;
  const details = [
    ...(channelBinding === null ? [] : [`channel binding ${channelBinding}`]),
    ...(iterations === null ? [] : [`${iterations} iterations`]),
    ...(reply === null ? [] : [`${reply.code} ${reply.text}`.trim()]),
    ...(reply === null && reason !== null ? [reason] : []),
  ];
  const by = mechanism === null ? '' : ` by ${mechanism}`;
  return `${WORDS[result]}${by}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function toneOf({ result }: AuthAttemptReport): Tone {
  if (result === 'accepted') return 'good';
  return result === 'temporary-failure' ? 'warn' : 'bad';
}

function row(attempt: AuthAttemptReport): Row {
  const { mechanism, result, reply, reason } = attempt;
  const said = reply === null ? (reason ?? '') : `${reply.code} ${reply.text}`;
  return {
    lead: '              ',
    cells: [
      { text: mechanism ?? 'none' },
      { text: WORDS[result], tone: toneOf(attempt) },
      { text: said.trim() },
    ],
  };
}
