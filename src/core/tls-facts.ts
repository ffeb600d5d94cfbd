import type { ChainFacts } from './chain-facts.js';
import type { SmtpReport, TlsReport } from './report.js';
import type { TlsPins } from './probe-options.js';
import type { SmtpFacts } from './smtp-facts.js';
import type { Target } from './target.js';

/** What the checks of `tls` judge: report data and what was asked for. Nothing in here can do I/O. */
export interface ProbeFacts extends ChainFacts {
  readonly source: 'server';
  readonly target: Target;
  readonly smtp: SmtpFacts;
  readonly smtpReport: SmtpReport | null;
  readonly tls: TlsReport | null;
  /** The handshake was carried out to the end. */
  readonly handshakeCompleted: boolean;
  readonly asked: ChainFacts['asked'] & {
    readonly pins: TlsPins;
    readonly alpn: readonly string[];
  };
}
