import { chainVerdict } from '../../checks/chain-verdict.js';
import { TLS_CHECKS } from '../../checks/index.js';
import { suitesIn } from '../../checks/scan/known-names.js';
import { SCAN_CHECKS, type AnyScanCheck } from '../../checks/scan/index.js';
import { SUITE_FINDINGS, weaknessesOf } from '../../checks/scan/weak-suites.js';
import type { Report } from '../../core/report.js';
import type { ScanFacts, ScanTrait } from '../../core/scan-report.js';
import type { Profile } from '../profile.js';
import { broken, holds, missing, notApplicable, unknown, type PolicyRule, type Verdict } from './rule.js';

/** A trait that decides a rule, where the check has more than one. */
interface Decides {
  readonly check: string;
  readonly trait: string;
  /** The answer that breaks the rule, where no finding of the same id does. */
  readonly when?: 'yes' | 'no';
  /**
   * The answer that breaks a rule that the profile itself weighs: what kind of server it is, the check can only tell by its port, and the
   * profile says it.
   */
  readonly whenWeighed?: 'yes' | 'no';
}

const trait = (check: string, id: string, when?: 'yes' | 'no'): Decides => ({
  check,
  trait: id,
  ...(when === undefined ? {} : { when }),
});

const byRole = (check: string, id: string, whenWeighed: 'yes' | 'no'): Decides => ({
  check,
  trait: id,
  whenWeighed,
});

/** By rule. What is not here is decided by the whole of its check. */
const TRAITS: Readonly<Record<string, Decides>> = {
  'starttls-on-465': trait('smtp', 'port-mixed-up'),
  'implicit-tls-on-587': trait('smtp', 'port-mixed-up'),
  'tls-not-enforced': byRole('smtp', 'tls-enforced', 'no'),
  'tls-required-on-mx': byRole('smtp', 'tls-enforced', 'yes'),
  'auth-accepted-before-tls': trait('smtp', 'auth-accepted-before-tls'),
  'auth-on-mx': trait('smtp', 'auth-offered-inside-tls'),
  'capabilities-lost': trait('smtp', 'capabilities-lost'),
  'starttls-command-injection': trait('injection', 'command-injection'),
  'command-answered-before-tls': trait('injection', 'command-answered-before-tls'),
  'extended-master-secret-missing': trait('extensions', 'extended-master-secret'),
  'encrypt-then-mac-missing': trait('extensions', 'encrypt-then-mac'),
  'heartbeat-offered': trait('extensions', 'heartbeat'),
  'tls-compression': trait('extensions', 'compression', 'yes'),
  'insecure-renegotiation': trait('extensions', 'secure-renegotiation', 'no'),
  'client-renegotiation-accepted': trait('renegotiation', 'client-renegotiation'),
  'insecure-client-renegotiation': trait('renegotiation', 'insecure-renegotiation', 'yes'),
  'early-data-offered': trait('sessions', 'early-data'),
  'ticket-lifetime-long': trait('sessions', 'ticket-lifetime-within-a-week'),
  'fallback-scsv-missing': trait('tolerance', 'fallback-scsv'),
};

/** Rules that a finding of a check breaks: those of the profile that no requirement brings. */
export function findingRules(profile: Profile, brought: ReadonlySet<string>): PolicyRule[] {
  return Object.entries(profile.rules).flatMap(([id, setting]) => {
    const { severity } = setting;
    const source = sourceOf(id);
    if (severity === 'off' || brought.has(id) || source === undefined) return [];
    return [
      {
        id,
        severity,
        required: null,
        sourced: setting.source === undefined ? { source: 'smtpcheck' } : setting,
        checks: source.checks,
        evaluate: (report) => verdictOf(id, report, source.scan, severity !== 'as-found'),
      },
    ];
  });
}

interface Source {
  readonly checks: readonly string[];
  /** The check of a scan; undefined where `tls` finds it. */
  readonly scan: AnyScanCheck | undefined;
}

/** Which check finds it; undefined for the id of a rule that no check has. */
function sourceOf(id: string): Source | undefined {
  const decides = TRAITS[id]?.check;
  const scan = SCAN_CHECKS.find((check) =>
    decides === undefined ? check.ids.includes(id) : check.id === decides,
  );
  const ofTls = TLS_CHECKS.some(({ ids }) => ids.includes(id));
  if (scan === undefined) return ofTls ? { checks: [], scan } : undefined;
  // A weak DH group is what `tls` sees of it, and a rule of `dh-primes` by itself.
  if (ofTls && decides === undefined) return { checks: [], scan: undefined };
  return { checks: [scan.id], scan };
}

/** Ids that a profile may name beside those of its requirements. */
export const isFindingRule = (id: string): boolean => sourceOf(id) !== undefined;

function verdictOf(id: string, report: Report, check: AnyScanCheck | undefined, weighed: boolean): Verdict {
  if (wasNotJudged(id, report)) return missing('a verdict on the chain (a report without --no-verify)');
  const found = report.findings.filter((finding) => finding.id === id);
  const [first] = found;
  if (first !== undefined) {
    const worst = found.find(({ severity }) => severity === 'error') ?? first;
    const evidence = found.map(({ evidence: seen, message }) => seen ?? message);
    const items = itemsOf(id, report) ?? evidence;
    return limitedRenegotiation(id, report)
      ? holds(`limited: ${evidence.join('; ')}`)
      : broken(found.map(({ message }) => message).join('; '), items, {
          severity: worst.severity,
          ...(worst.fix === undefined ? {} : { fix: worst.fix }),
          ...(worst.refs === undefined ? {} : { refs: worst.refs }),
        });
  }
  if (check === undefined) return ofSession(id, report);
  return ofScan(id, report.scan ?? {}, check, weighed);
}

/** Of these the evidence is a list that can grow. */
const LISTS: readonly string[] = ['capabilities-lost', 'auth-on-mx'];

/**
 * What breaks a rule, as a baseline compares it, where the evidence is no good for that: it shortens a list of suites, counts the hellos
 * that were made, or repeats what a server said. Null where it is.
 */
function itemsOf(id: string, { scan }: Report): readonly string[] | null {
  if (SUITE_FINDINGS.includes(id)) {
    const suites = scan?.protocols?.flatMap((version) => version.suites) ?? [];
    const weak = suites.filter(({ iana, name }) => weaknessesOf(iana ?? name).includes(id));
    return weak.length === 0 ? null : [...new Set(weak.map(({ name }) => name))];
  }
  return id in TRAITS && !LISTS.includes(id) ? [id] : null;
}

/**
 * With --no-verify the checks say as a note what verification would have failed of. For a profile that is no breach of little weight:
 * the rules about the chain have not been judged.
 */
function wasNotJudged(id: string, { findings }: Report): boolean {
  const ofVerdict = chainVerdict.ids.includes(id);
  if (!ofVerdict && id !== 'no-certificate' && id !== 'other-chain-untrusted') return false;
  const note = ofVerdict ? 'verification-not-judged' : id;
  return findings.some((finding) => finding.id === note && finding.severity === 'info');
}

/** NCSC-NL 3.4.2 puts up with a few in a session; so does the check, which says so as a note. */
function limitedRenegotiation(id: string, { scan }: Report): boolean {
  if (id !== 'client-renegotiation-accepted') return false;
  return (
    scan?.renegotiation?.some((one) => one.id === 'client-renegotiation-limited' && one.answer === 'yes') ===
    true
  );
}

/** `tls` says nothing of it: because it is well, or because it did not come so far. */
function ofSession(id: string, { tls, verify, smtp, chain, target, error }: Report): Verdict {
  const why = error?.message ?? 'it was not measured';
  if (/^starttls-(?:not-offered|masked|refused)$/.test(id)) {
    if (target?.mode === 'implicit') return notApplicable('TLS from the first byte');
    const seen = smtp?.starttls ?? null;
    return seen === null ? unknown(why) : holds(seen);
  }
  if (tls === null) return unknown(why);
  const check = TLS_CHECKS.find(({ ids }) => ids.includes(id))?.id ?? '';
  if (check === chainVerdict.id || check === 'judges') {
    if (verify !== null) return holds(`${verify.code} (${verify.reason})`);
    return chain === null || chain.sent.length === 0
      ? notApplicable('no certificate was shown')
      : unknown(why);
  }
  return (smtp?.ehloAfterTls ?? null) === null ? unknown(why) : holds(null);
}

function ofScan(id: string, scan: Readonly<ScanFacts>, check: AnyScanCheck, weighed: boolean): Verdict {
  const data = scan[check.key];
  if (data === undefined)
    return missing(`${check.title.split(':')[0] ?? check.id} (scan --only ${check.id})`);
  const decides = TRAITS[id];
  if (decides !== undefined) return ofTrait(id, decides, data as readonly ScanTrait[], weighed);
  if (check.id === 'protocols') return ofWeakSuites(id, scan);
  const [open] = check.unknown(scan);
  return open === undefined ? holds(null) : unknown(open);
}

function ofTrait(
  id: string,
  { trait: name, when, whenWeighed }: Decides,
  data: readonly ScanTrait[],
  weighed: boolean,
): Verdict {
  const found = data.find((one) => one.id === name);
  if (found === undefined) return notApplicable('the server has nothing that it could be asked of');
  if (found.answer === 'unknown') return unknown(found.evidence);
  const breaks = weighed ? (whenWeighed ?? when) : when;
  return found.answer === breaks ? broken(found.evidence, [id]) : holds(found.evidence);
}

/** What a report of some suites alone does not say of the others is not known. */
function ofWeakSuites(id: string, { protocols = [] }: Readonly<ScanFacts>): Verdict {
  if (id === 'no-modern-protocol') return ofModern(protocols);
  const open = protocols.find((one) => one.answer === 'inconclusive' || one.unknown !== null);
  if (open !== undefined) return unknown(`${open.name}: ${open.unknown?.reason ?? open.evidence}`);
  const unasked = protocols.find(
    ({ name, answer, partial, asked: known = [] }) =>
      partial === true &&
      answer === 'accepted' &&
      suitesIn(name).some((suite) => weaknessesOf(suite.name).includes(id) && !known.includes(suite.id)),
  );
  return unasked === undefined ? holds('none is accepted') : missing(`weak suites of ${unasked.name}`);
}

function ofModern(protocols: NonNullable<ScanFacts['protocols']>): Verdict {
  const modern = protocols.filter(({ name }) => name === 'TLSv1.2' || name === 'TLSv1.3');
  const has = modern.filter(({ answer }) => answer === 'accepted').map(({ name }) => name);
  if (has.length > 0) return holds(has.join(', '));
  const open = modern.find(({ answer }) => answer === 'inconclusive');
  return open === undefined ? missing('TLSv1.2 and TLSv1.3') : unknown(open.evidence);
}
