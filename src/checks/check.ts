import type { AuthFacts } from '../core/auth-facts.js';
import type { ChainFacts } from '../core/chain-facts.js';
import type { FileFacts } from '../core/file-facts.js';
import type { Finding } from '../core/finding.js';
import type { ProbeFacts } from '../core/tls-facts.js';

/** One check: pure, facts in, findings out. `ids` lists every finding it can make; they are interfaces. */
export interface Check<Facts> {
  readonly id: string;
  readonly ids: readonly string[];
  judge(facts: Facts): Finding[];
}

/** A check of what only a server has. */
export type TlsCheck = Check<ProbeFacts>;

/** A check of a chain, wherever it comes from. */
export type ChainCheck = Check<ChainFacts>;

/** A check of a login. */
export type AuthCheck = Check<AuthFacts>;

/** A check of what only a file of certificates has. */
export type FileCheck = Check<FileFacts>;
