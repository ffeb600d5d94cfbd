import type { ClientHello, Framing } from '../../wire/hello/client-hello.js';
import type { FlightFacts } from '../../wire/flight-types.js';
import type { SecretMaker } from '../../wire/hello/answer.js';

import type { ReportError } from '../../core/errors.js';
import type { Finding } from '../../core/finding.js';
import type { TlsPins } from '../../core/probe-options.js';
import type { ResumptionKind } from '../../core/resumption-report.js';
import type { ScanCertificate, ScanFacts } from '../../core/scan-report.js';
import type { Target } from '../../core/target.js';
import type { ProbeFacts } from '../../core/tls-facts.js';
import type { ChainBook, SeenChain } from './chain-book.js';
import type { PrimeBook } from './prime-book.js';
import type { Scope } from './scope.js';

/** What a server picked out of a ClientHello. */
export interface ServerPick {
  readonly version: number;
  readonly suite: number;
  readonly group: number | null;
  /** The flight behind ServerHello, as far as it was read; null for a HelloRetryRequest. */
  readonly flight: FlightFacts | null;
  /** Why the flight was not read to its end, when it was not. */
  readonly cut: string | null;
}

/** Why nothing is known: what the server did, or that it was not reached. */
export type UnknownKind = 'alert' | 'closed' | 'silent' | 'garbled' | 'unreached';

/** The answer to one ClientHello, in three values, with its evidence (design section 2.1). */
export type HelloResult =
  | { readonly answer: 'accepted'; readonly pick: ServerPick }
  | { readonly answer: 'rejected'; readonly evidence: string; readonly alert: number | null }
  | { readonly answer: 'inconclusive'; readonly kind: UnknownKind; readonly reason: string };

export type SeenHellos = Parameters<SecretMaker>[0] & { readonly clientHello: Uint8Array };

export interface AskOptions {
  readonly framing?: Framing & {
    /** Octets of one TCP segment, with a pause between two; default as few segments as the system makes. */
    readonly segment?: number;
  };
  /** Opens a TLS 1.3 flight, where the hello has a key share. */
  readonly secret?: (seen: SeenHellos) => Uint8Array | null;
  /**
   * The same hello without the one thing that is asked about. Whatever else than a ServerHello comes, or nothing, is then put to the test of
   * control, probe, control, probe, one at a time: when both controls are accepted and both probes are not, the answer is
   * `rejected`, and inconclusive otherwise. A silence counts too: this is only for questions where "no" is the worse answer.
   */
  readonly control?: ClientHello;
}

/** A hello that was accepted. */
export interface AcceptedHello {
  readonly hello: ClientHello;
  readonly pick: ServerPick;
}

/** A whole session, done with node:tls: what was measured, or why it was not. */
export type SessionResult =
  | { readonly kind: 'done'; readonly facts: ProbeFacts; readonly flight: FlightFacts | null }
  /** It was reached and did not come to the end: an alert, for instance. */
  | { readonly kind: 'failed'; readonly error: ReportError }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface SessionRequest {
  readonly pins?: TlsPins;
  /** SNI when it is not the scan's; null sends none. */
  readonly servername?: string | null;
  readonly alpn?: readonly string[];
}

export type RenegotiationResult =
  | {
      readonly kind: 'done';
      /** Renegotiations that were carried out. */
      readonly times: number;
      /** How the server ended it; null when it did as often as was asked. */
      readonly refusal: {
        /** `other` is what says nothing about renegotiation: the server's own trouble, or that of our library. */
        readonly by: 'alert' | 'close' | 'silence' | 'other';
        readonly words: string;
      } | null;
      /** The first ServerHello has renegotiation_info (RFC 5746). */
      readonly secure: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface ResumeRequest {
  readonly tls13: boolean;
  /** False asks for no ticket, up to TLS 1.2: that leaves the session ID. */
  readonly tickets: boolean;
}

export type ResumeResult =
  | {
      readonly kind: 'done';
      /** What the second hello offered; null when the server gave nothing that could be offered. */
      readonly offered: ResumptionKind | null;
      readonly resumed: boolean;
      /** Seconds, as the server says; null without a ticket, and where it does not say. */
      readonly ticketLifetime: number | null;
      /** Octets of early data that the server's ticket lets a client send (RFC 8446 section 4.6.1). */
      readonly maxEarlyData: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What is said in one SMTP session. */
export interface SmtpExchange {
  /** Each is sent, with CRLF, after the reply to the one before; or what makes it of the replies so far, null for nothing. */
  readonly lines: readonly (string | ((replies: readonly (SmtpAnswer | null)[]) => string | null))[];
}

export interface SmtpAnswer {
  readonly code: number;
  readonly enhanced: string | null;
  readonly text: string;
}

export type SmtpResult =
  | {
      readonly kind: 'done';
      /** One for each line, as far as it came; null where nothing was said. */
      readonly replies: readonly (SmtpAnswer | null)[];
      /** Why it did not come to the end, when it did not. */
      readonly cut: string | null;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What came of a command that was sent in one segment with STARTTLS, behind its line end. */
export type InjectionResult =
  /** TLS was begun: every reply inside it to EHLO, NOOP and QUIT, in the order in which they came; `cut` says what ended them before. */
  | {
      readonly kind: 'inside';
      readonly replies: readonly SmtpAnswer[];
      readonly cut: string | null;
      readonly inClear: string | null;
    }
  /** STARTTLS was answered with a no. */
  | { readonly kind: 'refused'; readonly reply: string }
  /** The server answered the command in the clear, in the place of the handshake. */
  | { readonly kind: 'in-clear'; readonly reply: string }
  /** The handshake was ended by the server. */
  | { readonly kind: 'ended'; readonly reason: string; readonly inClear: string | null }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a check of `scan` may do: it asks, and `scan/` sees to connections, pacing and retries. */
export interface ScanContext {
  readonly target: Target;
  /** SNI of every hello; null sends none. */
  readonly servername: string | null;
  /** The first session, as `tls` measures it. */
  readonly base: ProbeFacts;
  /** What the checks before this one found. */
  readonly facts: Readonly<ScanFacts>;
  /** Every chain that was seen so far. */
  readonly chains: ChainBook;
  /** Every hello that was accepted so far: what its ServerHello says need not be asked again. */
  readonly hellos: readonly AcceptedHello[];
  /** Every prime that was seen so far. */
  readonly primes: PrimeBook;
  /** What is known of how much of a list the server reads; shared, since it is a matter of the server and not of a version. */
  readonly reading: {
    longestList: number;
    /** In TLS 1.3 it answers only hellos with a real key share. */
    needsShare?: boolean;
  };
  /** How much is asked for: all, what `--quick` does, or what a policy is about. */
  readonly scope: Scope;
  /** One ClientHello on a connection of its own. Never rejects for what a server does. */
  ask(hello: ClientHello, options?: AskOptions): Promise<HelloResult>;
  /** The hello of SSL 2.0. */
  askSslv2(): Promise<Sslv2Result>;
  /** EHLO, STARTTLS, handshake, EHLO, QUIT, by node:tls. */
  session(request: SessionRequest): Promise<SessionResult>;
  /** A session up to TLS 1.2 in which the client renegotiates, this often at most. */
  renegotiate(most: number): Promise<RenegotiationResult>;
  /** A session, and a second one that offers to resume it. */
  resume(request: ResumeRequest): Promise<ResumeResult>;
  /** Without TLS: greeting, EHLO, these lines, QUIT. */
  inClear(exchange: SmtpExchange): Promise<SmtpResult>;
  /** With TLS: EHLO inside it, these lines, QUIT. */
  insideTls(exchange: SmtpExchange): Promise<SmtpResult>;
  /** A command behind STARTTLS, in the same segment; then TLS. */
  inject(command: string): Promise<InjectionResult>;
  /** Both judges' verdict on a chain that was seen, as `tls` gives it. */
  verify(chain: SeenChain): Promise<Pick<ScanCertificate, 'chain' | 'verify'>>;
}

export type Sslv2Result =
  | {
      readonly answer: 'accepted';
      readonly suites: readonly number[];
      readonly certificate: Uint8Array | null;
    }
  | { readonly answer: 'rejected' | 'inconclusive'; readonly evidence: string };

/** One check of `scan`: it asks, and then it is judged; the two are apart, so that a saved report can be judged again. */
export interface ScanCheck<Key extends keyof ScanFacts = keyof ScanFacts> {
  /** For `--only` and `--skip`. */
  readonly id: string;
  /** For `--list-checks`. */
  readonly title: string;
  /** Where its data goes in the report. */
  readonly key: Key;
  /** Checks whose data it needs; they are run before it. */
  readonly after: readonly string[];
  /** Checks that it is run behind when they are run at all: what they saw need not be asked for again. */
  readonly behind?: readonly string[];
  /** Checks whose data it takes where there is some: run before it, and brought along by `--only`, but neither by `--quick` nor against `--skip`. */
  readonly uses?: readonly string[];
  /** It is part of `--quick`. */
  readonly quick: boolean;
  /** Every finding it can make. */
  readonly ids: readonly string[];
  run(ctx: ScanContext): Promise<NonNullable<ScanFacts[Key]>>;
  /** Pure: data in, findings out. */
  judge(data: NonNullable<ScanFacts[Key]>, facts: ScanJudgement): Finding[];
  /** Pure: what of the data is not known, a line each. Anything in here makes a scan inconclusive. */
  unknown(data: NonNullable<ScanFacts[Key]>): readonly string[];
}

/** What a judge of a scan may look at beside its own data. */
export interface ScanJudgement {
  readonly target: Target;
  readonly scan: Readonly<ScanFacts>;
  /** What was asked for. */
  readonly asked: ProbeFacts['asked'];
}
