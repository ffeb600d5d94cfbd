import type { AuthFacts } from '../core/auth-facts.js';
import type { FileFacts } from '../core/file-facts.js';
import type { Finding } from '../core/finding.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { authResult } from './auth-result.js';
import { certificateHealth } from './certificate-health.js';
import { certificatePins } from './certificate-pins.js';
import { chainHealth } from './chain-health.js';
import { chainVerdict } from './chain-verdict.js';
import type { AuthCheck, ChainCheck, FileCheck, TlsCheck } from './check.js';
import { cleartext } from './cleartext.js';
import { expiry } from './expiry.js';
import { fileUsable } from './file-usable.js';
import { judges } from './judges.js';
import { ocspStaple } from './ocsp-staple.js';
import { noCertificate } from './no-certificate.js';
import { pinsHonoured } from './pins-honoured.js';
import { protocol } from './protocol.js';
import { resumption } from './resumption.js';
import { smtpReplies } from './smtp-replies.js';
import { submission } from './submission.js';
import { tlsa } from './tlsa.js';
import { starttls } from './starttls.js';

/*
 * The only registry of checks: a new one is its file, a line here, and its test.
 */

/** A list of lists that a bundle may leave out, and what it names with it, when nobody asks for it. */
const inOrder = <C>(...lists: readonly (readonly C[])[]): readonly C[] => lists.flat();

/** Of any chain of certificates. */
const CHAIN_CHECKS: readonly ChainCheck[] = [
  chainVerdict,
  judges,
  certificatePins,
  expiry,
  chainHealth,
  certificateHealth,
  ocspStaple,
];

/** Of a server. */
export const TLS_CHECKS: readonly TlsCheck[] = [
  starttls,
  pinsHonoured,
  noCertificate,
  ...CHAIN_CHECKS,
  protocol,
  resumption,
  cleartext,
  smtpReplies,
];

/** Of a file of certificates. */
export const FILE_CHECKS = /* @__PURE__ */ inOrder<FileCheck>([fileUsable], CHAIN_CHECKS, [tlsa]);

/** Of a login. */
export const AUTH_CHECKS = /* @__PURE__ */ inOrder<AuthCheck>([authResult], TLS_CHECKS, [submission]);

/** Findings of all checks of a server, in the registry's order. */
export function judgeTls(facts: ProbeFacts): Finding[] {
  return TLS_CHECKS.flatMap((check) => check.judge(facts));
}

/** Findings of all checks of a login, in the registry's order. */
export function judgeAuth(facts: AuthFacts): Finding[] {
  return AUTH_CHECKS.flatMap((check) => check.judge(facts));
}

/** Findings of all checks of a file, in the registry's order. */
export function judgeFile(facts: FileFacts): Finding[] {
  return FILE_CHECKS.flatMap((check) => check.judge(facts));
}
