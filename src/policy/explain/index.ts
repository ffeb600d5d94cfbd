import { DIALOGUE_ERRORS } from './errors/dialogue.js';
import { REACH_ERRORS } from './errors/reach.js';
import { TLS_ERRORS } from './errors/tls.js';
import { USAGE_ERRORS } from './errors/usage.js';
import type { Explanation } from './explanation.js';
import { CERTIFICATES } from './rules/certificate.js';
import { CHAINS } from './rules/chain.js';
import { FILES } from './rules/files.js';
import { GATE } from './rules/gate.js';
import { KEY_EXCHANGE } from './rules/key-exchange.js';
import { PROTOCOLS } from './rules/protocols.js';
import { SMTP } from './rules/smtp.js';
import { SUBMISSION } from './rules/submission.js';
import { CIPHER_SUITES } from './rules/suites.js';
import { TOLERANCE } from './rules/tolerance.js';
import { TRUST } from './rules/trust.js';
import { CERTIFICATE_CODES } from './verify/certificate.js';
import { NAME_CODES } from './verify/names.js';
import { PATH_CODES } from './verify/path.js';
import { RARE_CODES } from './verify/rare.js';
import { REVOCATION_CODES } from './verify/revocation.js';
import { STRICT_CODES } from './verify/strict.js';

/** Rules by theme, then error codes, then verify codes by their numbers. */
export const EXPLANATIONS: readonly Explanation[] = [
  ...PROTOCOLS,
  ...CIPHER_SUITES,
  ...KEY_EXCHANGE,
  ...CHAINS,
  ...CERTIFICATES,
  ...TRUST,
  ...SMTP,
  ...SUBMISSION,
  ...TOLERANCE,
  ...FILES,
  ...GATE,
  ...USAGE_ERRORS,
  ...REACH_ERRORS,
  ...DIALOGUE_ERRORS,
  ...TLS_ERRORS,
  ...[
    ...PATH_CODES,
    ...CERTIFICATE_CODES,
    ...NAME_CODES,
    ...STRICT_CODES,
    ...REVOCATION_CODES,
    ...RARE_CODES,
  ].sort((a, b) => (a.number ?? 0) - (b.number ?? 0)),
];

const VERIFY_PREFIX = /^X509_V_(?:ERR_)?/;

const short = (id: string): string => id.replace(VERIFY_PREFIX, '');

/** Everything that one can be looked up by, but for numbers. */
export const EXPLAINED_NAMES: readonly string[] = [
  ...new Set(EXPLANATIONS.map(({ id }) => id)),
  ...EXPLANATIONS.flatMap(({ id, kind }) => (kind === 'verify' ? [short(id)] : [])),
];

/**
 * The explanation of a rule id, an error code, or a verify code by its name, its name as Node.js has it (`CERT_HAS_EXPIRED`), or its
 * number; case does not matter. Of an id that a rule and an error have in common it is the rule's, which says what to change.
 */
export function explanationOf(word: string): Explanation | undefined {
  const wanted = word.trim().toLowerCase();
  if (/^\d{1,3}$/.test(wanted)) return EXPLANATIONS.find(({ number }) => number === Number(wanted));
  return (
    EXPLANATIONS.find(({ id }) => id.toLowerCase() === wanted) ??
    EXPLANATIONS.find(({ id, kind }) => kind === 'verify' && short(id).toLowerCase() === wanted)
  );
}
