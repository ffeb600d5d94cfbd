import type { TranscriptSink } from '../../net/smtp-session.js';
import type { Secret } from '../../smtp/sasl/index.js';
import type { ProbeTlsOptions } from '../options.js';

/** Everything that `holdSession` can be told beyond `probeTls`. */
export interface HoldSessionOptions extends ProbeTlsOptions {
  /** For each reply inside the session, milliseconds. */
  readonly replyTimeoutMs: number;
  /** Take AUTH to a server that did not verify. */
  readonly insecureAuth: boolean;
  /** Hide the secret alone when a server has heard it, and not every word that it is not known to say. */
  readonly showReplies: boolean;
  /** The secret of a login, where it is known from the start. */
  readonly secret?: Secret;
  /** Told of each line of the dialogue, as it may be shown. */
  readonly onLine: TranscriptSink;
}
