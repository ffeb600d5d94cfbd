import type { ScanTrait } from '../../core/scan-report.js';
import { authMechanisms, findKeyword } from '../../smtp/ehlo.js';
import { lostCapabilities } from '../submission.js';
import type { ScanCheck, ScanContext } from './context.js';
import { askInClear } from './smtp-in-clear.js';
import { judgeSmtp, PORTS, SMTP_FINDINGS } from './smtp-findings.js';
import { no, unknown, unknownTraits, yes } from './trait.js';

/** What SMTP says around TLS: from the first session, and from one in the clear. */
export const smtp: ScanCheck<'smtp'> = {
  id: 'smtp',
  title:
    'SMTP around TLS: STARTTLS, capabilities before and after, AUTH and MAIL in the clear, ports mixed up',
  key: 'smtp',
  after: [],
  quick: false,
  ids: SMTP_FINDINGS,
  async run(ctx) {
    const seen = [...port(ctx), ...starttls(ctx), ...capabilities(ctx), ...auth(ctx)];
    return ctx.target.mode === 'implicit' ? seen : [...seen, ...(await askInClear(ctx))];
  },
  judge: judgeSmtp,
  unknown: unknownTraits,
};

/** RFC 8314 section 7.3 and RFC 6409: TLS is first on 465 and comes with STARTTLS on 587. */
function port({ target }: ScanContext): ScanTrait[] {
  const rule = PORTS.find(({ port: number }) => number === target.port);
  if (rule === undefined || target.mode === 'lmtp') return [];
  const evidence = `port ${target.port}, ${target.mode === 'implicit' ? 'TLS first' : 'STARTTLS'}`;
  return [(rule.mode === target.mode ? no : yes)('port-mixed-up', evidence)];
}

const UNANSWERED = 'EHLO inside TLS was not answered';

function starttls({ target, base }: ScanContext): ScanTrait[] {
  const { ehlo, ehloAfterTls } = base.smtp;
  const before =
    target.mode === 'implicit'
      ? []
      : [
          findKeyword(ehlo, 'STARTTLS') === null
            ? no('starttls-offered', 'EHLO does not name it')
            : yes('starttls-offered', 'EHLO names it'),
        ];
  const id = 'starttls-offered-after-tls';
  if (ehloAfterTls === null) return [...before, unknown(id, UNANSWERED)];
  return [
    ...before,
    findKeyword(ehloAfterTls, 'STARTTLS') === null
      ? no(id, 'EHLO inside TLS does not name it')
      : yes(id, 'EHLO inside TLS names it'),
  ];
}

function capabilities({ target, base }: ScanContext): ScanTrait[] {
  const { ehlo, ehloAfterTls } = base.smtp;
  if (target.mode === 'implicit' || ehlo === null) return [];
  if (ehloAfterTls === null)
    return ['capabilities-lost', 'capabilities-gained'].map((id) => unknown(id, UNANSWERED));
  return [
    listed('capabilities-lost', lostCapabilities(ehlo, ehloAfterTls)),
    listed('capabilities-gained', lostCapabilities(ehloAfterTls, ehlo)),
  ];
}

function auth({ target, base }: ScanContext): ScanTrait[] {
  const { ehlo, ehloAfterTls } = base.smtp;
  const before = target.mode === 'implicit' ? [] : [listed('auth-offered-before-tls', authMechanisms(ehlo))];
  const id = 'auth-offered-inside-tls';
  return [
    ...before,
    ehloAfterTls === null ? unknown(id, UNANSWERED) : listed(id, authMechanisms(ehloAfterTls)),
  ];
}

const MOST_WORDS = 20;

/** A server may name as many as it likes. */
function listed(id: string, words: readonly string[]): ScanTrait {
  if (words.length === 0) return no(id, 'none');
  const more = words.length > MOST_WORDS ? ` and ${words.length - MOST_WORDS} more` : '';
  return yes(id, `${words.slice(0, MOST_WORDS).join(' ')}${more}`);
}
