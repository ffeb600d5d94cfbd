import type { Scope } from '../checks/scan/scope.js';
import type { ProbeTlsOptions } from '../probe/options.js';

/** Everything that `scan` can be told beyond `probeTls`. */
export interface ScanOptions extends ProbeTlsOptions {
  /** Connections at a time; default 4. */
  readonly concurrency?: number;
  /** Connections in all; default 500. */
  readonly maxConnections?: number;
  /** Connections a minute; default as many as the server takes. */
  readonly ratePerMinute?: number;
  /** Waiting in all because a server asks to slow down, milliseconds; default 5 minutes. */
  readonly maxWaitMs?: number;
  /** One connection, greeting included, milliseconds; default 40 s: postscreen and greet pauses take their time. */
  readonly connectionMs?: number;
  /** Checks to run, by id; default all. */
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** Protocols, weakest suites and certificate: a handful of connections. */
  readonly quick?: boolean;
  /** How much each check asks for; default all, or what `quick` does. */
  readonly scope?: Scope;
  readonly onWait?: (ms: number, reason: string) => void;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface ScanProgress {
  /** Connections made. */
  readonly made: number;
  /** Checks done, and how many there are. */
  readonly done: number;
  readonly of: number;
  /** Connections that are likely still to come. */
  readonly left: number;
}

export const SCAN_DEFAULTS = {
  concurrency: 4,
  maxConnections: 500,
  maxWaitMs: 5 * 60_000,
  totalMs: 15 * 60_000,
  connectionMs: 40_000,
  /** The answer to a ClientHello. */
  helloMs: 10_000,
} as const;
