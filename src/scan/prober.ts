import type { AskOptions, HelloResult } from '../checks/scan/context.js';
import { SmtpcheckError } from '../core/errors.js';
import type { Target } from '../core/target.js';
import type { RawAnswer, RawHello } from '../net/raw-hello.js';
import { newState, type ProbeState } from '../probe/state.js';
import { measureServer } from '../probe/tls.js';
import { encodeClientHello, handshakeRecords, type ClientHello } from '../wire/hello/client-hello.js';
import type { Attempt, Governor } from './governor.js';
import { isClose, judge, unknown } from './judge.js';
import { SCAN_DEFAULTS, type ScanOptions } from './options.js';
import { isThrottled, saysNotNow } from './throttled.js';

const SSL2_FALLBACK_RECORD = 0x0300;

/** Asks one server one ClientHello a connection, and gives its answer in three values. */
export class Prober {
  /** Connections left in the midst of a handshake. */
  halfOpen = 0;
  /** A hello that the server has accepted: the control for servers that refuse by closing. */
  private proven: ClientHello | null = null;

  constructor(
    private readonly target: Target,
    private readonly options: ScanOptions,
    readonly governor: Governor,
    private readonly deadline: () => number,
    /** A hello that it should accept, until it has accepted one. */
    private readonly likely: ClientHello | null = null,
    /** For the answer to a hello. */
    private readonly helloMs: number = SCAN_DEFAULTS.helloMs,
  ) {}

  async ask(hello: ClientHello, options: AskOptions = {}): Promise<HelloResult> {
    const raw = rawHello(hello, options);
    const outcome = await this.governor.run(() => this.connect(raw));
    if (outcome.kind === 'undone')
      return { answer: 'inconclusive', kind: 'unreached', reason: outcome.error.message };
    const result = judge(outcome.value, hello);
    if (options.control !== undefined) return this.compare(raw, hello, options.control, result);
    if (result.answer === 'accepted' && options.framing === undefined) this.proven ??= hello;
    return isClose(outcome.value) && (await this.refusesByClose(raw))
      ? { answer: 'rejected', evidence: BY_CLOSE, alert: null }
      : result;
  }

  /** Any octets at the place of a ClientHello; `undone` when no connection could be had for them. */
  async askRaw(raw: RawHello): Promise<RawAnswer> {
    const outcome = await this.governor.run(() => this.connect(raw));
    if (outcome.kind === 'done') return outcome.value;
    const { code, phase, message } = outcome.error;
    return { kind: 'none', error: new SmtpcheckError(code, phase, message) };
  }

  /** A few old servers refuse by closing: it counts as a no after control, probe, control, probe. */
  async refusesByClose(raw: RawHello): Promise<boolean> {
    const control = this.proven ?? this.likely;
    if (control === null) return false;
    const probes = await this.alternate(raw, control, isClose);
    return probes.length === TIMES && probes.every(isClose);
  }

  /** Whether it is what a hello has and its control has not that keeps the server from answering. */
  private async compare(
    raw: RawHello,
    hello: ClientHello,
    control: ClientHello,
    seen: HelloResult,
  ): Promise<HelloResult> {
    if (seen.answer === 'accepted' || isUnreached(seen)) return seen;
    const fails = (answer: RawAnswer): boolean => isFailure(judge(answer, hello));
    const answers = await this.alternate(raw, control, fails);
    const probes = answers.map((answer) => judge(answer, hello));
    const accepted = probes.find(({ answer }) => answer === 'accepted');
    if (accepted !== undefined) return accepted;
    const words = [...new Set([seen, ...probes].map(wordsOf))].join('; ');
    if (probes.length < TIMES || !probes.every(isFailure))
      return unknown('closed', `${words}; but it could not be shown that the same without it is answered`);
    return { answer: 'rejected', evidence: `${words}: twice, while ${WITHOUT_IT}`, alert: alertOf(seen) };
  }

  /**
   * Control, probe, control, probe on one address, one at a time (design section 2.1): the answers to the probes. It ends with a probe
   * that does not count; none counts unless both controls are accepted and nothing between them is put off.
   */
  private alternate(
    raw: RawHello,
    control: ClientHello,
    counts: (answer: RawAnswer) => boolean,
  ): Promise<RawAnswer[]> {
    return this.governor.exclusive(async (run) => {
      const probes: RawAnswer[] = [];
      for (let time = 0; time < TIMES; time++) {
        const known = await run(() => this.connect(rawHello(control, {})));
        if (known.kind === 'undone' || judge(known.value, control).answer !== 'accepted') return [];
        const again = await run(() => this.connect(raw));
        if (again.kind === 'undone') return [];
        probes.push(again.value);
        if (!counts(again.value)) break;
      }
      return probes;
    });
  }

  private async connect(raw: RawHello): Promise<Attempt<RawAnswer>> {
    const state = newState();
    const seen: { answer: RawAnswer | null } = { answer: null };
    const most = this.options.connectionMs ?? SCAN_DEFAULTS.connectionMs;
    await measureServer(this.target, { ...this.options, timeoutMs: Math.min(most, this.deadline()) }, state, {
      rawHello: async (exchange) => {
        const from = performance.now();
        const answer = await exchange(raw, this.helloMs);
        seen.answer = performance.now() - from < this.helloMs - TIMER_MS ? unlessCutShort(answer) : answer;
        this.halfOpen += 1;
      },
    });
    const { answer } = seen;
    if (answer === null) return unanswered(state);
    const error = answer.kind === 'garbled' ? answer.error.toReport() : null;
    return error !== null && saysNotNow(error)
      ? { kind: 'throttled', error }
      : { kind: 'done', value: answer };
  }
}

/** How early a timer may fire. */
const TIMER_MS = 20;

/** A server that was given less than its time has not been silent: the scan's own time was over. */
function unlessCutShort(answer: RawAnswer): RawAnswer {
  if (answer.kind !== 'none' || answer.error.code !== 'silent') return answer;
  const { message } = answer.error;
  return { kind: 'none', error: new SmtpcheckError('deadline-exceeded', 'handshake', message) };
}

/** Why a connection did not come to a ClientHello. */
function unanswered({ error }: ProbeState): Attempt<RawAnswer> {
  if (error === null) throw new Error('a connection ended without answer and without error');
  if (isThrottled(error)) return { kind: 'throttled', error };
  const { code, phase, message, serverSaid } = error;
  return {
    kind: 'done',
    value: { kind: 'none', error: new SmtpcheckError(code, phase, message, { serverSaid }) },
  };
}

function rawHello(hello: ClientHello, { framing = {}, secret }: AskOptions): RawHello {
  const recordVersion = framing.recordVersion ?? Math.min(hello.legacyVersion, 0x0301);
  const message = encodeClientHello(hello);
  const records = handshakeRecords(message, { ...framing, recordVersion });
  return {
    segments: cut(Buffer.concat(records), framing.segment),
    recordVersion: Math.max(recordVersion, SSL2_FALLBACK_RECORD),
    ...(secret === undefined ? {} : { secret: (hello13) => secret({ ...hello13, clientHello: message }) }),
  };
}

function cut(octets: Buffer, piece = octets.length): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < octets.length; at += piece) pieces.push(octets.subarray(at, at + piece));
  return pieces;
}

/** Controls, and probes. */
const TIMES = 2;
const WITHOUT_IT = 'the same without it was accepted before each';

const isUnreached = (result: HelloResult): boolean =>
  result.answer === 'inconclusive' && result.kind === 'unreached';

const isFailure = (result: HelloResult): boolean => result.answer !== 'accepted' && !isUnreached(result);

const alertOf = (result: HelloResult): number | null => (result.answer === 'rejected' ? result.alert : null);

function wordsOf(result: HelloResult): string {
  if (result.answer === 'accepted') return 'ServerHello';
  return result.answer === 'rejected' ? result.evidence : result.reason;
}

export const BY_CLOSE = 'by close: twice, while a hello that it accepts was answered before each';
