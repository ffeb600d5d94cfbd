import type { Finding } from '../core/finding.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { certificatePins } from './certificate-pins.js';
import { chainHealth } from './chain-health.js';
import { chainVerdict } from './chain-verdict.js';
import type { TlsCheck } from './check.js';
import { cleartext } from './cleartext.js';
import { expiry } from './expiry.js';
import { judges } from './judges.js';
import { pinsHonoured } from './pins-honoured.js';
import { protocol } from './protocol.js';
import { smtpReplies } from './smtp-replies.js';
import { starttls } from './starttls.js';

/** The only registry of checks: a new one is its file, a line here, and its test. */
export const TLS_CHECKS: readonly TlsCheck[] = [
  starttls,
  pinsHonoured,
  chainVerdict,
  judges,
  certificatePins,
  protocol,
  expiry,
  chainHealth,
  cleartext,
  smtpReplies,
];

/** Findings of all checks, in the registry's order. */
export function judgeTls(facts: ProbeFacts): Finding[] {
  return TLS_CHECKS.flatMap((check) => check.judge(facts));
}
