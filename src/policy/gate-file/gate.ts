import type { TrustChoice } from '../../core/probe-options.js';
import type { Target } from '../../core/target.js';
import type { Expect } from '../expect.js';
import type { Inconclusive } from '../decide.js';
import type { Waiver } from '../waivers.js';

/** What a gate's file asks for, checked, with every path relative to the folder of the file made whole. */
export interface Gate {
  /** As it was named; `-` is standard input. */
  readonly file: string;
  readonly inconclusive: Inconclusive;
  readonly targets: readonly GateTarget[];
  /** All of them, in the order of the file; those of a target are among them. */
  readonly waivers: readonly GateWaiver[];
}

export interface GateTarget {
  readonly target: Target;
  readonly profile: ProfileChoice;
  readonly options: GateOptions;
  readonly expect: Expect;
  /** Those for this target, and those for all. */
  readonly waivers: readonly GateWaiver[];
  /** Where it stands in the file. */
  readonly line: number;
}

/** One that comes with smtpcheck by its name, or the file of one's own. */
export type ProfileChoice = string | { readonly file: string };

/** Options of a probe by the names that `probeTls` and `probeScan` have for them. */
export interface GateOptions extends TrustChoice {
  readonly inconclusive: Inconclusive;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly ehloName?: string;
  readonly servername?: string | null;
  readonly verifyHostname?: string;
  readonly family: 0 | 4 | 6;
  readonly address?: string;
  readonly bind?: string;
  /** As written; what it says is read when files are. */
  readonly proxyUrl?: string;
  readonly ratePerMinute?: number;
  readonly maxWaitMs?: number;
  readonly maxConnections?: number;
  readonly concurrency?: number;
}

/** A breach that is let pass for a while. One object for all targets that it is for: whether it matched anything is asked once. */
export interface GateWaiver extends Waiver {
  /** As written; null is all targets. */
  readonly target: string | null;
  /** `smtpcheck.yaml:17:5` */
  readonly where: string;
}
