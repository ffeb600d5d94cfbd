/*
 * What path validation asks of few chains: revocation lists, name constraints, RFC 5280 to the letter. A bundle of its own in the
 * command, for `smtpcheck tls` against an ordinary chain has no use for it.
 */
export { checkRevocation } from './check-revocation.js';
export { checkStrictly } from './check-strictly.js';
export { checkNameConstraints } from './name-constraints.js';
