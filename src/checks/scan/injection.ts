import type { Finding } from '../../core/finding.js';
import type { ScanTrait } from '../../core/scan-report.js';
import type { InjectionResult, ScanCheck, ScanContext, SmtpAnswer } from './context.js';
import { trait, unknownTraits } from './traits.js';

/** Every server has it, and does nothing at it. */
const COMMAND = 'NOOP';
/** EHLO, NOOP and QUIT are said inside TLS. */
const ASKED = 3;
const GOODBYE = 221;

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
  ids: ['starttls-command-injection', 'command-answered-before-tls'],
  async run(ctx) {
    if (ctx.target.mode === 'implicit') return [];
    const { leftover } = ctx.base.smtp;
    const behind =
      leftover === null
        ? trait('bytes-before-tls', 'no', 'nothing came behind the replies before TLS')
        : trait('bytes-before-tls', 'yes', `behind ${leftover.after}: ${leftover.text}`);
    return [...(await commands(ctx)), behind];
  },
  judge: (data) => data.flatMap(findingOf),
  unknown: (data) => unknownTraits('injection', data),
};

async function commands(ctx: ScanContext): Promise<ScanTrait[]> {
  const first = await ctx.inject(COMMAND);
  if (!endedWithoutAnswer(first)) return traitsOf(first, ctx);
  // A close may be chance: it counts once the same has happened again, with a session that came to its end between (design section 2.1).
  const control = ctx.base.handshakeCompleted ? await ctx.session({}) : null;
  if (control?.kind !== 'done')
    return unclear('the server ended the session, and no other one could be had to compare');
  const second = await ctx.inject(COMMAND);
  if (!endedWithoutAnswer(second)) return traitsOf(second, ctx);
  return [
    trait(
      'command-injection',
      'no',
      `twice the server ended the session: ${endOf(second)}; without the command it did not`,
    ),
    answeredInClear(second, ctx),
  ];
}

/** It ended the handshake, or the session behind it before it had said anything. */
function endedWithoutAnswer(result: InjectionResult): boolean {
  return result.kind === 'ended' || (result.kind === 'inside' && result.replies.length === 0);
}

const endOf = (result: InjectionResult): string =>
  result.kind === 'ended' ? result.reason : result.kind === 'inside' ? (result.cut ?? '') : '';

function unclear(reason: string): ScanTrait[] {
  return [
    trait('command-injection', 'unknown', reason),
    trait('command-answered-before-tls', 'unknown', reason),
  ];
}

function traitsOf(result: InjectionResult, ctx: ScanContext): ScanTrait[] {
  switch (result.kind) {
    case 'inside':
      return [countOf(result), answeredInClear(result, ctx)];
    case 'in-clear':
      return [
        trait(
          'command-injection',
          'no',
          'the command was answered before TLS, and so is not left for the session inside',
        ),
        answeredInClear(result, ctx),
      ];
    case 'refused':
      return [
        trait('command-injection', 'no', `STARTTLS with a command behind it was refused: ${result.reply}`),
        answeredInClear(result, ctx),
      ];
    case 'ended':
    case 'unknown':
      return saysOutOfTurn(result.reason)
        ? [
            trait(
              'command-injection',
              'no',
              `STARTTLS with a command behind it was refused: ${result.reason}`,
            ),
            answeredInClear(result, ctx),
          ]
        : unclear(result.reason);
  }
}

/** Some have a temporary code for a client that does not wait, and say what the matter is. */
const saysOutOfTurn = (reason: string): boolean => /pipelin|synchroni[sz]/i.test(reason);

function countOf({ replies, cut }: Extract<InjectionResult, { kind: 'inside' }>): ScanTrait {
  const seen = `inside TLS EHLO, NOOP and QUIT had ${replies.length} replies: ${shown(replies)}`;
  const extra = extraReplies(replies);
  if (extra === 0) return trait('command-injection', 'no', seen);
  if (extra === 1) return trait('command-injection', 'yes', seen);
  return trait('command-injection', 'unknown', cut === null ? seen : `${seen}; then ${cut}`);
}

/** How many replies there were that nobody asked for inside TLS; null when that cannot be said. */
function extraReplies(replies: readonly SmtpAnswer[]): number | null {
  const extra = replies.length - ASKED;
  if (replies.at(-1)?.code === GOODBYE) return extra;
  // Without a goodbye nobody knows to what the last one belongs, unless there are too many by any count.
  return extra > 0 ? extra : null;
}

const shown = (replies: readonly SmtpAnswer[]): string =>
  replies.map(({ code, text }) => `${code} ${text.slice(0, 40)}`.trimEnd()).join(' | ');

function answeredInClear(result: InjectionResult, { base }: ScanContext): ScanTrait {
  const id = 'command-answered-before-tls';
  const said =
    result.kind === 'in-clear'
      ? result.reply
      : result.kind === 'inside' || result.kind === 'ended'
        ? result.inClear
        : null;
  if (said === null) return trait(id, 'no', 'nothing came in the clear behind the reply to STARTTLS');
  if (base.smtp.leftover?.after === 'STARTTLS')
    return trait(
      id,
      'unknown',
      'something comes behind the reply to STARTTLS whether a command was sent or not',
    );
  return trait(id, 'yes', said);
}

function findingOf({ id, answer, evidence }: ScanTrait): Finding[] {
  if (answer !== 'yes') return [];
  if (id === 'command-injection') {
    return [
      {
        id: 'starttls-command-injection',
        severity: 'error',
        message:
          'a command that was sent in the clear behind STARTTLS is carried out inside TLS: anyone on the path can add commands to a protected session',
        evidence,
        fix: 'update the server or the proxy in front of it: what comes behind STARTTLS has to be dropped',
        refs: ['RFC 3207 section 4.2', 'CVE-2011-0411', 'CVE-2011-1430', 'CVE-2011-2165', 'CVE-2021-33515'],
      },
    ];
  }
  if (id === 'command-answered-before-tls') {
    return [
      {
        id,
        severity: 'warning',
        message:
          'a command behind STARTTLS is answered in the clear, where TLS should begin: clients can take the reply for part of the protected session',
        evidence,
        fix: 'update the server or the proxy in front of it: behind STARTTLS nothing but TLS may be read',
        refs: ['RFC 3207 section 4.2'],
      },
    ];
  }
  return [];
}
