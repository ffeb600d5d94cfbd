import type { ScanContext, SessionRequest, SessionResult, Sslv2Result } from '../checks/scan/context.js';
import type { SeenChain } from '../checks/scan/chain-book.js';
import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { Target } from '../core/target.js';
import { askOpenssl } from '../net/file-verdict.js';
import type { Speech } from '../probe/hello.js';
import { chainFacts } from '../probe/chain-facts.js';
import { gatherFacts, nameToVerify, verdictOn } from '../probe/facts.js';
import { newState, type ProbeState } from '../probe/state.js';
import { measureServer } from '../probe/tls.js';
import { encodeSslv2Hello } from '../wire/hello/sslv2.js';
import { alertName } from '../wire/names.js';
import { parseCertificate } from '../x509/certificate.js';
import { randomBytes } from 'node:crypto';
import type { Governor } from './governor.js';
import { SCAN_DEFAULTS, type ScanOptions } from './options.js';
import { isClose } from './judge.js';
import { BY_CLOSE, type Prober } from './prober.js';
import { isThrottled } from './throttled.js';

/** What the ports of one scan share. */
export interface PortsContext {
  readonly target: Target;
  readonly options: ScanOptions;
  readonly governor: Governor;
  readonly prober: Prober;
  /** Milliseconds left of the whole scan. */
  readonly remaining: () => number;
  /** Counts the sessions that ended with QUIT. */
  readonly onQuit: () => void;
}

/** What one connection came to. */
export interface Measured {
  /** As far as it came; null when no connection was made. */
  readonly state: ProbeState | null;
  readonly error: ReportError | null;
  /** It was put off for longer than there is patience or time. */
  readonly undone: boolean;
}

/** One connection with `measureServer`, again while the server puts it off. */
export async function measureOnce(
  { governor, target, remaining, onQuit }: Omit<PortsContext, 'prober' | 'options'>,
  options: ScanOptions,
  speech: Speech = {},
  putsOff: (error: ReportError) => boolean = isThrottled,
): Promise<Measured> {
  let last: ProbeState | null = null;
  const outcome = await governor.run<ProbeState>(async () => {
    const state = newState();
    last = state;
    const timeoutMs = Math.min(options.connectionMs ?? SCAN_DEFAULTS.connectionMs, remaining());
    await measureServer(target, { ...options, timeoutMs }, state, speech);
    if (state.transcript.includes('C: QUIT')) onQuit();
    return state.error !== null && putsOff(state.error)
      ? { kind: 'throttled', error: state.error }
      : { kind: 'done', value: state };
  });
  return outcome.kind === 'done'
    ? { state: outcome.value, error: outcome.value.error, undone: false }
    : { state: last, error: outcome.error, undone: true };
}

export async function session(shared: PortsContext, request: SessionRequest): Promise<SessionResult> {
  const options: ScanOptions = { ...shared.options, ...request };
  const { state, error, undone } = await measureOnce(shared, options);
  if (state === null || undone)
    return { kind: 'unknown', reason: error?.message ?? 'no connection could be had' };
  if (error !== null) return { kind: 'failed', error };
  return {
    kind: 'done',
    facts: await gatherFacts(shared.target, options, state),
    flight: state.tls?.flight ?? null,
  };
}

export async function askSslv2({ prober }: Pick<PortsContext, 'prober'>): Promise<Sslv2Result> {
  const hello = { segments: [encodeSslv2Hello(randomBytes(16))], recordVersion: 0x0300, sslv2: true };
  const answer = await prober.askRaw(hello);
  if (isClose(answer) && (await prober.refusesByClose(hello)))
    return {
      answer: 'rejected',
      evidence: BY_CLOSE,
    };
  switch (answer.kind) {
    case 'sslv2':
      if (answer.answer.kind === 'hello') return { answer: 'accepted', ...answer.answer };
      return { answer: 'rejected', evidence: `SSLv2 error ${answer.answer.code}` };
    case 'alert':
      // In TLS no alert says more clearly that this hello is not understood.
      return {
        answer: REFUSES_SSLV2.includes(answer.description) ? 'rejected' : 'inconclusive',
        evidence: `alert ${answer.description} (${alertName(answer.description)})`,
      };
    case 'hello':
    case 'retry':
      return { answer: 'rejected', evidence: 'answered with a ServerHello of TLS' };
    case 'garbled':
    case 'none':
      return { answer: 'inconclusive', evidence: answer.error.message };
  }
}

/** unexpected_message, record_overflow, handshake_failure, illegal_parameter, decode_error, protocol_version. */
const REFUSES_SSLV2: readonly number[] = [10, 22, 40, 47, 50, 70];

/** Both judges' verdict on a chain that no node:tls session has shown. */
export async function verifySeen(
  { options, target }: PortsContext,
  seen: SeenChain,
): ReturnType<ScanContext['verify']> {
  const now = options.now ?? Date.now();
  const { name, given } = nameToVerify(target, options);
  try {
    const chain = seen.ders.map((der) => parseCertificate(der));
    const { code: openssl } = await askOpenssl(chain, options.trust, options.partialChain === true);
    const verdict = await verdictOn({ chain, openssl }, options, name, given, now);
    const facts = chainFacts(
      'server',
      {
        sent: chain,
        verdict,
        chainUnread: false,
        certificateSent: true,
        opensslAsked: true,
        ocsp: null,
        nameUnknown: !given,
        now,
      },
      options,
    );
    return { chain: facts.chain, verify: facts.verify };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { chain: null, verify: null };
  }
}
