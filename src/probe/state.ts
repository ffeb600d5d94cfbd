import type { ReportError, SmtpcheckError } from '../core/errors.js';
import type { Timings } from '../core/report.js';
import type { ResumptionReport } from '../core/resumption-report.js';
import { noSmtpFacts, type SmtpFacts } from '../core/smtp-facts.js';
import type { TlsFacts } from '../net/tls-session.js';

/** What one probe has measured so far. It is filled in as the probe goes, so that a failure loses nothing. */
export interface ProbeState {
  readonly startedAt: Date;
  readonly startedMs: number;
  readonly timings: Timings;
  readonly smtp: SmtpFacts;
  readonly transcript: string[];
  address: { readonly address: string; readonly family: 4 | 6 } | null;
  /** Where the proxy was reached, when there is one. */
  proxyAddress: string | null;
  tried: readonly { readonly address: string; readonly result: string }[];
  connections: number;
  tls: TlsFacts | null;
  resumption: ResumptionReport | null;
  error: ReportError | null;
  /** Takes secrets out of what the server says: it may repeat them. */
  clean: (text: string) => string;
  /** The same for what was heard before this connection could tell the server any. */
  readonly cleanEarly: (text: string) => string;
}

export function newState(clean: ProbeState['clean'] = (text) => text): ProbeState {
  return {
    startedAt: new Date(),
    startedMs: performance.now(),
    timings: {},
    smtp: noSmtpFacts(),
    transcript: [],
    address: null,
    proxyAddress: null,
    tried: [],
    connections: 0,
    tls: null,
    resumption: null,
    error: null,
    clean,
    cleanEarly: clean,
  };
}

/** Keeps the first error: what follows it is its consequence. */
export function keepError(state: ProbeState, error: SmtpcheckError): void {
  state.error ??= error.toReport();
}

/** Runs a step and records how long it took, also when it fails. */
export async function timed<T>(state: ProbeState, key: keyof Timings, step: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await step();
  } finally {
    state.timings[key] = roundMs(performance.now() - from);
  }
}

export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
