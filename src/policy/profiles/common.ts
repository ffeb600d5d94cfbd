import { TLS_CHECKS } from '../../checks/index.js';
import { SCAN_CHECKS } from '../../checks/scan/index.js';
import type { RuleSetting, Sourced } from '../profile.js';

/** What only who asks for it gets an answer to: the gate does not. */
const ASKED_FOR: readonly string[] = ['pins-honoured', 'certificate-pins', 'resumption'];

/** Checks of a scan that belong to every profile, each about a connection or two. */
const OF_SCAN: readonly string[] = ['certificates', 'smtp', 'injection'];

const idsOf = (checks: readonly { readonly id: string; readonly ids: readonly string[] }[]): string[] =>
  checks.flatMap(({ ids }) => ids);

/**
 * Of every profile: what `tls` finds wrong with STARTTLS, the chain, the name and what was negotiated, and what a scan finds wrong with
 * the other chains and with SMTP around TLS. It counts as it does there.
 */
export const COMMON: Readonly<Record<string, RuleSetting>> = {
  ...settings('as-found', [
    ...idsOf(TLS_CHECKS.filter(({ id }) => !ASKED_FOR.includes(id))),
    ...idsOf(SCAN_CHECKS.filter(({ id }) => OF_SCAN.includes(id))),
  ]),
  // Whatever a profile says of versions and lists: with these nothing is encrypted, or as good as nothing.
  ...settings(
    'error',
    ['null-suites-accepted', 'export-suites-accepted', 'des-suites-accepted', 'rc4-suites-accepted'],
    { source: 'RFC 9325 section 4.1' },
  ),
};

/** The same setting for several rules. */
export function settings(
  severity: RuleSetting['severity'],
  ids: readonly string[],
  sourced: Sourced = {},
): Record<string, RuleSetting> {
  return Object.fromEntries(ids.map((id) => [id, { severity, ...sourced }]));
}
