import type { FailOn } from '../../core/outcome.js';
import type { Target } from '../../core/target.js';

/** How a required fact that could not be found out counts. */
export type InconclusiveAs = 'inconclusive' | 'fail' | 'warn';

/** What a gate's file asks for, checked, with every path relative to the folder of the file made whole. */
export interface Gate {
  /** As it was named; `-` is standard input. */
  readonly file: string;
  readonly inconclusive: InconclusiveAs;
  readonly targets: readonly GateTarget[];
  /** All of them, in the order of the file; those of a target are among them. */
  readonly waivers: readonly GateWaiver[];
}

export interface GateTarget {
  readonly target: Target;
  readonly profile: ProfileChoice;
  readonly options: GateOptions;
  readonly expect: GateExpectations;
  /** Those for this target, and those for all. */
  readonly waivers: readonly GateWaiver[];
  /** Where it stands in the file. */
  readonly line: number;
}

/** One that comes with smtpcheck by its name, or the file of one's own. */
export type ProfileChoice = string | { readonly file: string };

/** Options of a probe by the names that `probeTls` and `probeScan` have for them. */
export interface GateOptions {
  readonly caPaths: readonly string[];
  readonly caFiles: readonly string[];
  readonly caStores: readonly string[];
  readonly depth?: number;
  readonly authLevel?: number;
  readonly partialChain: boolean;
  readonly x509Strict: boolean;
  readonly crlFiles: readonly string[];
  readonly crlCheck: 'leaf' | 'all';
  readonly expiresWithinMs?: number;
  readonly failOn: FailOn;
  readonly inconclusive: InconclusiveAs;
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

/** What has to hold for one server beyond its profile. A part that is absent is not asked for. */
export interface GateExpectations {
  /** No version below this one is accepted. */
  readonly minTls?: '1.0' | '1.1' | '1.2' | '1.3';
  /** Each is accepted: IANA's names. */
  readonly groups?: readonly string[];
  /** One is that of the leaf: lower-case hexadecimal. */
  readonly certSha256?: readonly string[];
  /** One is that of the leaf's key: base64. */
  readonly spkiSha256?: readonly string[];
  /** Exactly these are offered inside TLS, in any order: upper case. */
  readonly authMechanisms?: readonly string[];
  /**
   * `required`: offered, and neither MAIL nor AUTH is taken before TLS; `offered`: among the EHLO keywords before TLS; `absent`:
   * not among them.
   */
  readonly starttls?: 'required' | 'offered' | 'absent';
}

/** A breach that is let pass for a while. One object for all targets that it is for: whether it matched anything is asked once. */
export interface GateWaiver {
  readonly rule: string;
  /** As written; null is all targets. */
  readonly target: string | null;
  /** The last day on which it holds, `2027-03-31`, in UTC. */
  readonly until: string;
  readonly reason: string;
  /** Where it stands in the file. */
  readonly line: number;
}
