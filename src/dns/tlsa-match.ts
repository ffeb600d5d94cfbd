import {
  applicable,
  DANE_EE,
  isAssociated,
  whyUnusable,
  type TlsaRecord,
  type TlsaSubject,
} from '../core/tlsa-record.js';

/** What one record has to do with a chain; see TlsaRecordReport for what the fields mean. */
export interface TlsaMatch {
  readonly record: TlsaRecord;
  readonly result: 'match' | 'no-match' | 'unusable';
  readonly reason: string | null;
  readonly depth: number | null;
}

/**
 * Looks for each record in the chain as sent, leaf first: DANE-EE(3) records are about the leaf, DANE-TA(2) records about its
 * issuers (RFC 7671 sections 5.1 and 5.2). These are facts about octets; whether the chain is valid below an issuer that
 * matches is for path validation to say.
 */
export function matchTlsa(records: readonly TlsaRecord[], chain: readonly TlsaSubject[]): TlsaMatch[] {
  return records.map((record) => matchOne(record, records, chain));
}

function matchOne(
  record: TlsaRecord,
  records: readonly TlsaRecord[],
  chain: readonly TlsaSubject[],
): TlsaMatch {
  const unusable = whyUnusable(record);
  if (unusable !== null) return { record, result: 'unusable', reason: unusable, depth: null };
  const depth = chain.findIndex((cert, i) => looksAt(record, i) && isAssociated(record, cert));
  if (depth < 0) return { record, result: 'no-match', reason: misfit(record, chain), depth: null };
  const counts = applicable(records, record.usage).includes(record);
  return { record, result: 'match', reason: counts ? null : OUTDONE, depth };
}

const OUTDONE =
  'clients pass it over for a record of the same usage and selector with a stronger digest (RFC 7671 section 9)';

function looksAt({ usage }: TlsaRecord, depth: number): boolean {
  return usage === DANE_EE ? depth === 0 : depth > 0;
}

/** The mistake in a record whose data is that of the chain and yet does not match; null when it has nothing to do with it. */
function misfit(record: TlsaRecord, chain: readonly TlsaSubject[]): string | null {
  for (const selector of [record.selector, 1 - record.selector]) {
    const depth = chain.findIndex((cert) => isAssociated({ ...record, selector }, cert));
    if (depth < 0) continue;
    const which = depth === 0 ? 'the leaf' : `issuer ${depth} of the chain`;
    if (selector === record.selector)
      return `its data is that of ${which}, where usage ${record.usage} does not look`;
    const what = selector === 0 ? 'certificate' : 'key';
    return `its data is made of the ${what} of ${which}: that is selector ${selector}`;
  }
  return null;
}
