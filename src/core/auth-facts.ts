import type { AuthReport } from './auth-report.js';
import type { ProbeFacts } from './tls-facts.js';

/** What the checks of `auth` judge beyond those of `tls`. */
export interface AuthFacts extends ProbeFacts {
  readonly auth: AuthReport;
}
