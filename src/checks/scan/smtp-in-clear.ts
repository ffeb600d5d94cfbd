import type { ScanTrait } from '../../core/scan-report.js';
import { authMechanisms } from '../../smtp/ehlo.js';
import type { ScanContext, SmtpAnswer, SmtpExchange } from './context.js';
import { isSubmission } from './smtp-findings.js';
import { no, unknown, yes } from './trait.js';

const AUTH = 'auth-accepted-before-tls';
const ENFORCED = 'tls-enforced';

/**
 * What a server takes without TLS, all in one session: MAIL FROM, which names nobody and is taken back, and AUTH, for which no
 * credentials are sent (LMTP has none). A 334 says that it would take them.
 */
export async function askInClear(ctx: ScanContext): Promise<ScanTrait[]> {
  const isLmtp = ctx.target.mode === 'lmtp';
  const result = await ctx.inClear({ lines: isLmtp ? MAIL : [...MAIL, ...authOf(ctx)] });
  if (result.kind === 'unknown')
    return (isLmtp ? [ENFORCED] : [AUTH, ENFORCED]).map((id) => unknown(id, result.reason));
  const why = result.cut ?? 'it was not asked';
  const [mail = null, , login = null] = result.replies;
  const auth = authAnswer(login, why);
  return [...(isLmtp ? [] : [auth]), await enforced(mail, auth, why, ctx)];
}

const isOk = (reply: SmtpAnswer | null): boolean => reply !== null && reply.code >= 200 && reply.code < 300;

const MAIL: SmtpExchange['lines'] = ['MAIL FROM:<>', ([mail = null]) => (isOk(mail) ? 'RSET' : null)];

const GO_ON = 334;

/** The mechanism that sends a password as it is; whether or not it is offered. */
function authOf({ base }: ScanContext): SmtpExchange['lines'] {
  const offered = [...authMechanisms(base.smtp.ehlo), ...authMechanisms(base.smtp.ehloAfterTls)];
  const mechanism = !offered.includes('PLAIN') && offered.includes('LOGIN') ? 'LOGIN' : 'PLAIN';
  return [`AUTH ${mechanism}`, (replies) => (replies.at(-1)?.code === GO_ON ? '*' : null)];
}

const offersAuth = ({ base }: ScanContext): boolean => authMechanisms(base.smtp.ehloAfterTls).length > 0;

const said = ({ code, text }: SmtpAnswer): string => `${code} ${text.slice(0, 200)}`.trimEnd();

function authAnswer(reply: SmtpAnswer | null, why: string): ScanTrait {
  if (reply === null) return unknown(AUTH, why);
  const evidence = `AUTH before STARTTLS: ${said(reply)}`;
  if (reply.code === GO_ON) return yes(AUTH, evidence);
  return reply.code >= 500 ? no(AUTH, evidence) : unknown(AUTH, evidence);
}

/** RFC 3207 section 4 has 530 for it, RFC 4954 section 6 538, RFC 5248 5.7.10. */
function isForWantOfTls({ code, enhanced, text }: SmtpAnswer): boolean {
  if (code < 500) return false;
  if (code === 538 || enhanced === '5.7.10' || enhanced === '5.7.11') return true;
  return code === 530 && !isForWantOfAuth(text);
}

const isForWantOfAuth = (text: string): boolean => /auth/i.test(text) && !/tls|ssl|encrypt/i.test(text);

/** Is mail refused as long as there is no TLS? */
async function enforced(
  mail: SmtpAnswer | null,
  auth: ScanTrait,
  why: string,
  ctx: ScanContext,
): Promise<ScanTrait> {
  if (mail === null) return unknown(ENFORCED, why);
  const evidence = `MAIL FROM:<> before STARTTLS: ${said(mail)}`;
  if (isOk(mail)) return no(ENFORCED, evidence);
  if (isForWantOfTls(mail)) return yes(ENFORCED, evidence);
  if (mail.code === WANTS_LOGIN) return hangsOnLogin(evidence, auth);
  const other = `${evidence}, which does not speak of TLS`;
  if (mail.code < 500) return unknown(ENFORCED, other);
  // Where nobody expects TLS to be insisted on, that is enough.
  return isSubmission(ctx.target, offersAuth(ctx)) ? compared(mail, other, auth, ctx) : no(ENFORCED, other);
}

const WANTS_LOGIN = 530;

/** It wants a login: then all hangs on whether there is one to be had without TLS. */
function hangsOnLogin(evidence: string, auth: ScanTrait): ScanTrait {
  const { answer } = auth;
  const verdict = answer === 'yes' ? no : answer === 'no' ? yes : unknown;
  return verdict(ENFORCED, `${evidence}; ${auth.evidence}`);
}

/**
 * Refused in words that do not speak of TLS, such as those of a rule about senders: the same is asked inside TLS. Who says the same there
 * has looked at something else, and does not insist on TLS; who takes it there did miss TLS. Other words than before prove neither.
 */
async function compared(
  mail: SmtpAnswer,
  evidence: string,
  auth: ScanTrait,
  ctx: ScanContext,
): Promise<ScanTrait> {
  const result = await ctx.insideTls({ lines: MAIL });
  if (result.kind === 'unknown') return unknown(ENFORCED, `${evidence}; inside TLS: ${result.reason}`);
  const [inside = null] = result.replies;
  if (inside === null) return unknown(ENFORCED, `${evidence}; inside TLS: ${result.cut ?? 'no answer'}`);
  const both = `${evidence}; inside TLS: ${said(inside)}`;
  if (isOk(inside)) return yes(ENFORCED, both);
  if (inside.code === WANTS_LOGIN) return hangsOnLogin(both, auth);
  return isSame(mail, inside) ? no(ENFORCED, both) : unknown(ENFORCED, both);
}

const isSame = (one: SmtpAnswer, other: SmtpAnswer): boolean =>
  one.code === other.code && one.enhanced === other.enhanced && one.text === other.text;
