import type { ChainFacts } from './chain-facts.js';
import type { FileReport } from './file-report.js';

/** What the checks of `cert` judge beyond the chain. */
export interface FileFacts extends ChainFacts {
  readonly source: 'file';
  readonly file: FileReport;
  /** Which certificate of the file cannot be read, and why; null when all can. */
  readonly unreadable: string | null;
  /** Why OpenSSL came to no verdict, in its words; null when it did. */
  readonly refusal: string | null;
}
