import type { ReportError } from './errors.js';
import type { ChainReport, VerifyReport } from './report.js';

/** The three answers of every probe (design section 2). */
export type Answer = 'accepted' | 'rejected' | 'inconclusive';

/** A protocol version as it is printed: OpenSSL's spelling. */
export type ScanProtocol = 'SSLv2' | 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface ScanSuite {
  /** OpenSSL's name, or IANA's where it has none. */
  readonly name: string;
  readonly iana: string | null;
  /** Two octets such as `0xc02f`; three of SSLv2. */
  readonly id: string;
  /** Strength of the symmetric key. */
  readonly bits: number | null;
  /** The key exchange: `ECDHE`, `DHE`, `RSA`, `DH`, `ECDH`, `PSK`, …; null in TLS 1.3, where the group says it. */
  readonly keyExchange: string | null;
  /** IANA name of the group that came with it. */
  readonly group: string | null;
  /** Bits of the group or the DH prime. */
  readonly groupBits: number | null;
  /** Key of the certificate that came with it, such as `rsa 2048`; null where none was seen. */
  readonly certificate: string | null;
}

/** What was offered and neither accepted nor rejected. */
export interface ScanUnknown {
  readonly count: number;
  readonly reason: string;
}

export interface ScanProtocolReport {
  readonly name: ScanProtocol;
  readonly answer: Answer;
  /** What the answer stands on: an alert, a ServerHello, or why there is none. */
  readonly evidence: string;
  /** In the order in which the server picked them. */
  readonly suites: readonly ScanSuite[];
  /** Who decides among suites that both know. */
  readonly order: 'server' | 'client' | 'unknown';
  /** Suites about which nothing is known. */
  readonly unknown: ScanUnknown | null;
  /** There when not all suites were asked for (`--quick`, `gate`): one that is missing was not rejected. */
  readonly partial?: true;
  /** With `partial`: ids of the suites of which it is known whether they are accepted. */
  readonly asked?: readonly string[];
}

export interface ScanGroup {
  readonly name: string;
  readonly id: string;
  readonly bits: number | null;
  readonly answer: Answer;
}

/** What an enumeration of numbered things gave, for one version. */
export interface ScanList<T> {
  readonly protocol: ScanProtocol;
  readonly accepted: readonly T[];
  readonly unknown: ScanUnknown | null;
  /** What the server used although it had not been offered: it does not look at the list. */
  readonly notOffered: readonly T[];
  /** Why it was not asked: no suite that has it, for instance. */
  readonly skipped: string | null;
  /** There when not all were asked for (`gate`): ids of those of which it is known whether they are accepted. */
  readonly asked?: readonly string[];
}

export interface ScanConnections {
  readonly made: number;
  /** Ended with QUIT. */
  readonly quit: number;
  /** Left in the midst of a handshake, with an alert: what the server logs as an error of TLS. */
  readonly halfOpen: number;
  /** Refused, put off, or dead: not counted as answers. */
  readonly throttled: number;
  /** Milliseconds waited because the server asked to slow down. */
  readonly waitedMs: number;
  /** Probes that were not made. */
  readonly leftUndone: number;
  /** Why, when there are any. */
  readonly stoppedBy: ReportError | null;
}

/** A property that a server has, has not, or about which nothing is known. `id` is an interface. */
export interface ScanTrait {
  readonly id: string;
  readonly answer: 'yes' | 'no' | 'unknown';
  /** The bytes it stands on, or why nothing is known. */
  readonly evidence: string;
}

/** A known attack, derived from the facts. `answer` is whether the server is open to it. */
export interface ScanAttack extends ScanTrait {
  readonly name: string;
  readonly cve: readonly string[];
}

export interface ScanScheme {
  readonly name: string;
  readonly id: string;
}

/** A finite-field Diffie-Hellman prime that the server uses. */
export interface ScanDhPrime {
  readonly bits: number;
  /** Of a well-known group, such as `RFC 3526 group 14`; null for one of its own. */
  readonly name: string | null;
  /** Whether it is prime at all; null for one that was too long to find out. */
  readonly prime: boolean | null;
  /** SHA-256 of the prime, hexadecimal. */
  readonly sha256: string;
}

/** One chain that the server can be made to show, verified as `tls` does; or that it shows none, or that this is not known. */
export interface ScanCertificate {
  /** `accepted`: it showed this chain. `rejected`: it shows none to a hello with these names. */
  readonly answer: Answer;
  /** Why there is no chain, or no verdict on it; null where there are both. */
  readonly evidence: string | null;
  /** It is the one that `chain` and `verify` of the report are about. */
  readonly main: boolean;
  /** Such as `rsa 2048`. */
  readonly key: string | null;
  /** With which SNI it came; null is none. */
  readonly servernames: readonly (string | null)[];
  readonly chain: ChainReport | null;
  readonly verify: VerifyReport | null;
}

/** What each check of `scan` found, by the check's key. A key is absent when its check was not run. */
export interface ScanFacts {
  protocols?: readonly ScanProtocolReport[];
  groups?: readonly ScanList<ScanGroup>[];
  dhPrimes?: readonly ScanDhPrime[];
  signatureSchemes?: readonly ScanList<ScanScheme>[];
  certificates?: readonly ScanCertificate[];
  extensions?: readonly ScanTrait[];
  sessions?: readonly ScanTrait[];
  renegotiation?: readonly ScanTrait[];
  tolerance?: readonly ScanTrait[];
  smtp?: readonly ScanTrait[];
  injection?: readonly ScanTrait[];
  attacks?: readonly ScanAttack[];
}

/** The `scan` object of a report. */
export interface ScanReport extends Readonly<ScanFacts> {
  readonly connections: ScanConnections;
  /** Ids of the checks that were run. */
  readonly checks: readonly string[];
  /** What could not be found out, a line each; empty when all was answered. */
  readonly unknown: readonly string[];
}
