import type { Finding } from '../core/finding.js';
import type { FileCheck } from './check.js';
import type { TlsaRecordReport, TlsaReport } from '../core/tlsa-report.js';

/** Findings that judgeTlsa can make. */
export const TLSA_FINDINGS = [
  'tlsa-matched',
  'tlsa-mismatch',
  'tlsa-invalid',
  'tlsa-unusable',
  'tlsa-combination-unmatched',
  'tlsa-weak-choice',
] as const;

/** Is the chain authenticated by the TLSA records that are published? */
export const tlsa: FileCheck = {
  id: 'tlsa',
  ids: TLSA_FINDINGS,
  judge: (facts) => judgeTlsa(facts.tlsa),
};

type TlsaFinding = Finding & { readonly id: (typeof TLSA_FINDINGS)[number] };

/** Judges a chain by the TLSA records that are published for its server (RFC 7671, 7672); null when there are none to go by. */
export function judgeTlsa(tlsa: TlsaReport | null): Finding[] {
  if (tlsa === null) return [];
  return [...verdict(tlsa), ...unusable(tlsa), ...unmatchedCombinations(tlsa), ...weakChoices(tlsa)];
}

function verdict(tlsa: TlsaReport): TlsaFinding[] {
  switch (tlsa.result) {
    case 'match':
      return [matched(tlsa)];
    case 'mismatch':
      return [mismatch(tlsa)];
    case 'invalid':
      return [invalid(tlsa)];
    case 'unusable':
      return [];
  }
}

function matched({ authenticated }: TlsaReport): TlsaFinding {
  const depth = authenticated?.depth ?? 0;
  return {
    id: 'tlsa-matched',
    severity: 'info',
    message: `a published TLSA record matches ${depth === 0 ? 'the leaf' : `the issuer at depth ${depth} of the path`}`,
    ...(authenticated === null ? {} : { evidence: authenticated.record }),
    refs: ['RFC 7672 section 3.1'],
  };
}

function mismatch({ records, suggested }: TlsaReport): TlsaFinding {
  const reasons = records.flatMap(({ record, reason }) => (reason === null ? [] : [`${record}: ${reason}`]));
  return {
    id: 'tlsa-mismatch',
    severity: 'error',
    message: 'no published TLSA record authenticates the chain: senders that use DANE would not deliver',
    evidence: [`what would match: ${suggested.join(', ')}`, ...reasons].join('; '),
    fix: 'publish a record of the new key beside those of the old one, wait for two TTLs or longer, deploy the certificate, check it, and only then remove the old records; a record of usage 2 needs its issuer in the chain that is sent',
    refs: ['RFC 7671 section 8.1', 'RFC 7672 section 3.1.2'],
  };
}

/** Of lists: no list, its signature, its dates, revoked, of another scope, no path (X509_V_ERR_*CRL*). */
const OF_LISTS: readonly number[] = [3, 5, 8, 11, 12, 15, 16, 23, 33, 35, 36, 44, 54];

function invalid({ errors }: TlsaReport): TlsaFinding {
  const evidence = errors.map(({ code, name, depth }) => `${name} (${code}) at depth ${depth}`).join('; ');
  // Senders look at no list under DANE; who named one here wants to know what it says.
  if (errors.every(({ code }) => OF_LISTS.includes(code))) {
    return {
      id: 'tlsa-invalid',
      severity: 'error',
      message:
        'a published TLSA record matches, and the revocation lists that were named do not bear the chain out',
      evidence,
      fix: 'replace a certificate that is revoked; for a list that is missing or too old, give its current one with --crl-file',
      refs: ['RFC 5280 section 6.3'],
    };
  }
  return {
    id: 'tlsa-invalid',
    severity: 'error',
    message:
      'a published TLSA record matches, but the chain does not hold: senders that use DANE would not deliver',
    evidence,
    fix: 'repair the chain, or publish a 3 1 1 record, with which neither dates nor names nor issuers matter',
    refs: ['RFC 7671 section 5.2', 'RFC 7672 section 3.1.1'],
  };
}

/** RFC 7672 section 2.2: clients pass over what they cannot use, and without any other record do not authenticate. */
function unusable({ records, result }: TlsaReport): TlsaFinding[] {
  const useless = records.filter((record) => record.result === 'unusable');
  if (useless.length === 0) return [];
  const publicCa = useless.some(({ usage }) => usage < 2);
  return [
    {
      id: 'tlsa-unusable',
      severity: 'warning',
      message:
        result === 'unusable'
          ? 'none of the TLSA records can be used: senders encrypt, and do not authenticate the server'
          : `${useless.length} of ${records.length} TLSA records cannot be used, and are passed over`,
      evidence: useless.map(({ record, reason }) => `${record}: ${reason ?? ''}`).join('; '),
      fix: 'publish 3 1 1 in their place (smtpcheck cert --show-tlsa prints it)',
      refs: ['RFC 7672 section 2.2', ...(publicCa ? ['RFC 7672 section 3.1.3'] : [])],
    },
  ];
}

/** RFC 7671 section 8: of each combination of parameters one record must match, since a client need not know the others. */
function unmatchedCombinations({ records, result }: TlsaReport): TlsaFinding[] {
  if (result !== 'match') return [];
  const usable = records.filter((record) => record.result !== 'unusable');
  const combinations = new Set(usable.map(combinationOf));
  const hit = new Set(usable.filter((record) => record.result === 'match').map(combinationOf));
  const missed = [...combinations].filter((combination) => !hit.has(combination));
  if (missed.length === 0) return [];
  return [
    {
      id: 'tlsa-combination-unmatched',
      severity: 'warning',
      message:
        'the chain matches no TLSA record of some of the combinations of usage, selector and matching type',
      evidence: `nothing matches among the records ${missed.join(', ')}`,
      fix: 'publish a record of each of these combinations for the chain, or remove the combination',
      refs: ['RFC 7671 section 8'],
    },
  ];
}

function combinationOf({ usage, selector, matchingType }: TlsaRecordReport): string {
  return `${usage} ${selector} ${matchingType}`;
}

/** Only where an RFC advises against it. */
function weakChoices({ records }: TlsaReport): TlsaFinding[] {
  const usable = records.filter((record) => record.result !== 'unusable');
  const full = usable.filter(({ matchingType }) => matchingType === 0);
  const wholeLeaf = usable.filter(
    ({ usage, selector, matchingType }) => usage === 3 && selector === 0 && matchingType !== 0,
  );
  return [
    ...advice(
      full,
      'whole certificates or keys make large answers, which DNS may not carry',
      'RFC 7671 section 10.1.2',
    ),
    ...advice(
      wholeLeaf,
      'the record is outdated by each renewal of the certificate, also with the same key',
      'RFC 7672 section 3.1.1',
    ),
  ];
}

function advice(records: readonly TlsaRecordReport[], why: string, ref: string): TlsaFinding[] {
  if (records.length === 0) return [];
  return [
    {
      id: 'tlsa-weak-choice',
      severity: 'info',
      message: `a digest of the key is the better record: ${why}`,
      evidence: [...new Set(records.map(combinationOf))].join(', '),
      fix: 'publish 3 1 1, or 2 0 1 for a CA',
      refs: [ref],
    },
  ];
}
