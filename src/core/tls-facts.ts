import type { ChainReport, SmtpReport, TlsReport, VerifyReport } from './report.js';
import type { CertificatePin, TlsPins } from './probe-options.js';
import type { SmtpFacts } from './smtp-facts.js';
import type { Target } from './target.js';

/** What the checks of `tls` judge: report data and what was asked for. Nothing in here can do I/O. */
export interface ProbeFacts {
  readonly target: Target;
  readonly smtp: SmtpFacts;
  readonly smtpReport: SmtpReport | null;
  readonly tls: TlsReport | null;
  /** The handshake was carried out to the end. */
  readonly handshakeCompleted: boolean;
  readonly chain: ChainReport | null;
  /** Some of what the server sent could not be read, so that the chain may be longer than it looks. */
  readonly chainUnread: boolean;
  /** The server sent certificates, readable or not. */
  readonly certificateSent: boolean;
  readonly verify: VerifyReport | null;
  readonly asked: {
    readonly pins: TlsPins;
    readonly alpn: readonly string[];
    readonly certificatePins: readonly CertificatePin[];
    readonly expiresWithinMs: number | null;
    readonly judgeChain: boolean;
    /** The target is an address and no name was given to verify. */
    readonly nameUnknown: boolean;
    readonly now: number;
  };
}
