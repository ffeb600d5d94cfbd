import type { Severity } from '../core/finding.js';
import type { ScanProtocol } from '../core/scan-report.js';

/** Where a requirement stands, and how it was understood. */
export interface Sourced {
  /** Section, table or file of the profile's source; the profile's own title where it is absent. */
  readonly source?: string;
  /** The source leaves it to judgement: it is our reading. */
  readonly reading?: true;
}

/** Names in three classes, `*` standing for any part of one. What is in none of them may not be had. */
export interface Allowed extends Sourced {
  readonly allowed: readonly string[];
  /** May be had for now: a breach of `…-phase-out`, which warns. */
  readonly phaseOut?: readonly string[];
}

export interface KeyRequirement {
  /** `rsa`, `ec`, `ed25519`, `ed448`. */
  readonly type: string;
  /** Of RSA. */
  readonly minBits?: number;
  /** Of EC: IANA's names. */
  readonly curves?: readonly string[];
}

/** Versions that can be asked for: to lack an older one is no fault. */
export type RequiredProtocol = 'TLSv1.2' | 'TLSv1.3';

/** What a profile asks for. A part that is absent is not judged. */
export interface Requirements {
  readonly protocols?: Sourced & {
    readonly allowed: readonly ScanProtocol[];
    readonly phaseOut?: readonly ScanProtocol[];
    /** Each of these has to be accepted. */
    readonly required?: readonly RequiredProtocol[];
  };
  /** IANA's names of cipher suites, of all versions; OpenSSL's for those that have no other. */
  readonly suites?: Allowed;
  /** IANA's names of groups; those of FFDHE are `dh`'s business up to TLS 1.2. */
  readonly groups?: Allowed & { readonly required?: readonly string[] };
  /** DHE up to TLS 1.2. */
  readonly dh?: Sourced & {
    readonly minBits: number;
    /** Well-known primes by name, such as `ffdhe3072`; absent where the size alone counts. */
    readonly allowed?: readonly string[];
    readonly phaseOut?: readonly string[];
  };
  /** Names of the signature schemes of the key exchange. */
  readonly signatures?: Allowed;
  readonly certificate?: Sourced & {
    /** Whose keys: of the server's certificate, or of all that are sent but a root. */
    readonly keysOf: 'leaf' | 'chain';
    readonly keys: readonly KeyRequirement[];
    readonly phaseOutKeys?: readonly KeyRequirement[];
    /** Digests of the signatures of all that are sent but a root, such as `sha256`. */
    readonly digests?: readonly string[];
    readonly phaseOutDigests?: readonly string[];
    /** Longest validity of the leaf, in days. */
    readonly maxDays?: number;
  };
  /** The server decides among the suites that both know. */
  readonly order?: Sourced & { readonly by: 'server' };
}

/** How a breach of one rule counts: `as-found` as the check has it, `off` not at all. */
export interface RuleSetting extends Sourced {
  /** @errorMessage takes error, warning, info, as-found or off */
  readonly severity: Severity | 'as-found' | 'off';
}

/** A policy as data. */
export interface Profile {
  readonly name: string;
  /** Of the source where it has one, else ours. */
  readonly version: string;
  readonly title: string;
  /** For whom it is, and what it does not say, in a paragraph. */
  readonly summary: string;
  readonly source: { readonly title: string; readonly url: string; readonly date: string };
  readonly notes: readonly string[];
  readonly requirements: Requirements;
  /** By rule id: the rules of the checks that belong to the profile, and the severity of those that its requirements bring. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
}
