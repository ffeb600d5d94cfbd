import type { Finding } from '../core/finding.js';
import type { ProbeFacts } from '../core/tls-facts.js';

/** One check: pure, facts in, findings out. `ids` lists every finding it can make; they are interfaces. */
export interface TlsCheck {
  readonly id: string;
  readonly ids: readonly string[];
  judge(facts: ProbeFacts): Finding[];
}
