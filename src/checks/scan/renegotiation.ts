import type { Finding } from '../../core/finding.js';
import type { ScanTrait } from '../../core/scan-report.js';
import type { RenegotiationResult, ScanCheck, ScanContext } from './context.js';
import { hadVersions, no, traitOf, unknown, unknownTraits, yes } from './trait.js';

/** Dutch NCSC's guidelines (2025-05) put up with ten in a session; one more shows whether there is a limit at all. */
const TOLERATED = 10;
const ASKED = TOLERATED + 1;

type Done = Extract<RenegotiationResult, { kind: 'done' }>;

/** Whether a client may renegotiate up to TLS 1.2, how often, and whether safely: a session, or two. */
export const renegotiation: ScanCheck<'renegotiation'> = {
  id: 'renegotiation',
  title: 'renegotiation that the client begins: whether, how often, and whether safely (RFC 5746)',
  key: 'renegotiation',
  after: ['protocols'],
  quick: false,
  ids: ['client-renegotiation-accepted'],
  async run(ctx) {
    const { accepted, doubt } = hadVersions(
      ctx.facts.protocols,
      (name) => name !== 'SSLv2' && name !== 'TLSv1.3',
    );
    if (accepted.length > 0) return traitsOf(await asked(ctx));
    if (doubt !== null) return both((id) => unknown(id, doubt));
    return both((id) => no(id, 'the server has no version below TLS 1.3, and TLS 1.3 has no renegotiation'));
  },
  judge: judgeRenegotiation,
  unknown: unknownTraits,
};

const CLIENT = 'client-renegotiation';
const INSECURE = 'insecure-renegotiation';
const LIMITED = 'client-renegotiation-limited';

const both = (make: (id: string) => ScanTrait): ScanTrait[] => [CLIENT, INSECURE].map(make);

/** A close is asked for a second time: EHLO and renegotiation have then been control and probe, twice. */
async function asked(ctx: ScanContext): Promise<RenegotiationResult> {
  const first = await ctx.renegotiate(ASKED);
  if (!isClosed(first)) return first;
  const second = await ctx.renegotiate(ASKED);
  if (isClosed(second)) return second.times > first.times ? second : first;
  if (second.kind !== 'unknown') return second;
  return {
    ...first,
    refusal: { by: 'other', words: `${first.refusal.words}; then: ${second.reason}` },
  };
}

type Closed = Done & { readonly refusal: { readonly by: 'close' } };

const isClosed = (result: RenegotiationResult): result is Closed =>
  result.kind === 'done' && result.refusal?.by === 'close';

function traitsOf(result: RenegotiationResult): ScanTrait[] {
  if (result.kind === 'unknown') return both((id) => unknown(id, result.reason));
  const { times, refusal, secure } = result;
  if (times === 0) return both((id) => refused(id, refusal));
  const evidence = `${times} in one session${refusal === null ? ', none refused' : `, then ${refusal.words}`}`;
  return [
    yes(CLIENT, evidence),
    limit(refusal, evidence),
    secure
      ? no(INSECURE, 'renegotiation_info in ServerHello')
      : yes(INSECURE, `${evidence}; no renegotiation_info in ServerHello`),
  ];
}

function limit(refusal: Done['refusal'], evidence: string): ScanTrait {
  if (refusal === null) return no(LIMITED, evidence);
  return refusal.by === 'alert' || refusal.by === 'close'
    ? yes(LIMITED, evidence)
    : unknown(LIMITED, evidence);
}

/** A silence proves nothing: "no" is the better answer here. */
function refused(id: string, refusal: Done['refusal']): ScanTrait {
  if (refusal === null) return unknown(id, 'no renegotiation was carried out');
  switch (refusal.by) {
    case 'alert':
      return no(id, refusal.words);
    case 'close':
      return no(id, `${refusal.words}, in two sessions, each after EHLO had been answered`);
    case 'silence':
    case 'other':
      return unknown(id, refusal.words);
  }
}

function judgeRenegotiation(data: readonly ScanTrait[]): Finding[] {
  const accepted = traitOf(data, CLIENT);
  if (accepted?.answer !== 'yes') return [];
  const limited = traitOf(data, LIMITED)?.answer === 'yes';
  return [
    {
      id: 'client-renegotiation-accepted',
      severity: limited ? 'info' : 'warning',
      message: limited
        ? 'the server renegotiates when a client asks, up to a limit'
        : `the server renegotiates when a client asks, more than ${TOLERATED} times in a session: each costs it a key exchange`,
      evidence: accepted.evidence,
      fix: 'switch it off; in Postfix: postconf -e "tls_ssl_options = NO_RENEGOTIATION"',
      refs: ['CVE-2011-1473'],
    },
  ];
}
