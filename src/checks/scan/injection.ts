import type { ScanTrait } from '../../core/scan-report.js';
import type { InjectionResult, ScanCheck, ScanContext, SmtpAnswer } from './context.js';
import { judgeTraits, no, unknown, unknownTraits, yes, type TraitRule } from './trait.js';

/** Every server has it, and does nothing at it. */
const COMMAND = 'NOOP';
/** EHLO, NOOP and QUIT are said inside TLS. */
const ASKED = 3;
const GOODBYE = 221;

const INJECTION = 'command-injection';
const IN_CLEAR = 'command-answered-before-tls';

const RULES: readonly TraitRule[] = [
  {
    trait: INJECTION,
    when: 'yes',
    id: 'starttls-command-injection',
    severity: 'error',
    message:
      'a command that was sent in the clear behind STARTTLS is carried out inside TLS: anyone on the path can add commands to a protected session',
    fix: 'update the server or the proxy in front of it: what comes behind STARTTLS has to be dropped',
    refs: ['RFC 3207 section 4.2', 'CVE-2011-0411', 'CVE-2011-1430', 'CVE-2011-2165', 'CVE-2021-33515'],
  },
  {
    trait: IN_CLEAR,
    when: 'yes',
    id: 'command-answered-before-tls',
    severity: 'warning',
    message:
      'a command behind STARTTLS is answered in the clear, where TLS should begin: clients can take the reply for part of the protected session',
    fix: 'update the server or the proxy in front of it: behind STARTTLS nothing but TLS may be read',
    refs: ['RFC 3207 section 4.2'],
  },
];

/**
 * Is a command that was sent in the clear behind STARTTLS answered inside TLS? Who is on the path could put it there, and the server
 * would take it for the client's own (CVE-2011-0411). Replies are counted and not timed: up to the one to QUIT there are as many as
 * there were commands, or one more.
 */
export const injection: ScanCheck<'injection'> = {
  id: 'injection',
  title: 'commands and replies smuggled in front of TLS (CVE-2011-0411 and its family)',
  key: 'injection',
  after: [],
  quick: false,
  ids: RULES.map(({ id }) => id),
  async run(ctx) {
    // Where TLS comes first there is no command in front of it.
    if (ctx.target.mode === 'implicit') return [];
    return [...(await commands(ctx)), replies(ctx)];
  },
  judge: (data) => judgeTraits(RULES, data),
  unknown: unknownTraits,
};

/** What `tls` finds as well: bytes behind a reply that nobody asked for. */
function replies({ base: { smtp } }: ScanContext): ScanTrait {
  const id = 'bytes-before-tls';
  return smtp.leftover === null
    ? no(id, 'nothing came behind the replies before TLS')
    : yes(id, `behind ${smtp.leftover.after}: ${smtp.leftover.text}`);
}

async function commands(ctx: ScanContext): Promise<ScanTrait[]> {
  if (!ctx.base.handshakeCompleted)
    return both(unknown, 'there is no session inside TLS in which it could be carried out');
  const first = await ctx.inject(COMMAND);
  if (!endedWithoutAnswer(first)) return traitsOf(first, ctx);
  // A close may be chance. It counts once it has happened again, with a session between that came to its end (design section 2.1).
  const control = await ctx.session({});
  if (control.kind !== 'done')
    return both(unknown, `${endOf(first)}, and there was no session without the command to compare it with`);
  const second = await ctx.inject(COMMAND);
  if (!endedWithoutAnswer(second)) return traitsOf(second, ctx);
  const evidence = `twice the session ended (${endOf(second)}), and not without the command`;
  return [no(INJECTION, evidence), inClear(second, ctx)];
}

/** It ended the handshake, or the session behind it before anything was said there. */
function endedWithoutAnswer(result: InjectionResult): boolean {
  return result.kind === 'ended' || (result.kind === 'inside' && result.replies.length === 0);
}

function endOf(result: InjectionResult): string {
  if (result.kind === 'ended') return result.reason;
  return (result.kind === 'inside' ? result.cut : null) ?? 'the session ended';
}

const both = (make: (id: string, evidence: string) => ScanTrait, evidence: string): ScanTrait[] =>
  [INJECTION, IN_CLEAR].map((id) => make(id, evidence));

function traitsOf(result: InjectionResult, ctx: ScanContext): ScanTrait[] {
  switch (result.kind) {
    case 'inside':
      return [counted(result, ctx), inClear(result, ctx)];
    case 'in-clear':
      return [no(INJECTION, `it was answered before TLS: ${result.reply}`), inClear(result, ctx)];
    case 'refused':
      return both(no, refusal(result.reply));
    case 'ended':
    case 'unknown':
      return saysOutOfTurn(result.reason) ? both(no, refusal(result.reason)) : both(unknown, result.reason);
  }
}

const refusal = (reply: string): string => `STARTTLS with a command behind it was refused: ${reply}`;

/** Some have a temporary code for a client that does not wait, and say what the matter is. */
const saysOutOfTurn = (reason: string): boolean => /pipelin|synchroni[sz]/i.test(reason);

function counted(
  { replies: heard, cut }: Extract<InjectionResult, { kind: 'inside' }>,
  { base }: ScanContext,
): ScanTrait {
  const seen = `inside TLS EHLO, NOOP and QUIT had ${heard.length} replies: ${heard.map(shown).join(' | ')}`;
  const extra = heard.length - ASKED;
  const saidGoodbye = heard.at(-1)?.code === GOODBYE;
  if (saidGoodbye && extra === 0) return no(INJECTION, seen);
  // Replies that nobody asked for are only the command's where there are none without it.
  if (extra === 1 && base.smtp.ehloAfterTls !== null) return yes(INJECTION, seen);
  return unknown(INJECTION, cut === null ? seen : `${seen}; then: ${cut}`);
}

const shown = ({ code, text }: SmtpAnswer): string => `${code} ${text.slice(0, 40)}`.trimEnd();

function inClear(result: InjectionResult, { base }: ScanContext): ScanTrait {
  const said = saidInClear(result);
  if (said === null) return no(IN_CLEAR, 'nothing came in the clear behind the reply to STARTTLS');
  return base.smtp.leftover?.after === 'STARTTLS'
    ? unknown(IN_CLEAR, 'something comes behind the reply to STARTTLS, with a command and without one')
    : yes(IN_CLEAR, said);
}

function saidInClear(result: InjectionResult): string | null {
  if (result.kind === 'in-clear') return result.reply;
  return result.kind === 'inside' || result.kind === 'ended' ? result.inClear : null;
}
