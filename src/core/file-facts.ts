import type { ChainFacts } from './chain-facts.js';
import type { FileReport } from './file-report.js';
import type { TlsaReport } from './tlsa-report.js';

/** What the checks of `cert` judge beyond the chain. */
export interface FileFacts extends ChainFacts {
  readonly source: 'file';
  readonly file: FileReport;
  /** What the chain has to do with published TLSA records; null when none were given. */
  readonly tlsa: TlsaReport | null;
  /** Which certificate of the file cannot be read, and why; null when all can. */
  readonly unreadable: string | null;
  /** Why nothing is known about the private key in the file; null when it is, or there is none. */
  readonly keyProblem: 'encrypted' | 'wrong-passphrase' | 'unreadable' | null;
  /** Why OpenSSL came to no verdict, in its words; null when it did. */
  readonly refusal: string | null;
}
