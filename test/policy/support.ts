import type { Report } from '../../src/core/report.js';
import type { RuleResult } from '../../src/core/policy-report.js';
import type { ScanFacts, ScanProtocol, ScanProtocolReport, ScanSuite } from '../../src/core/scan-report.js';
import type { Profile } from '../../src/policy/profile.js';
import { judgePolicy, type PolicyOptions } from '../../src/policy/judge.js';
import { hexId, suiteByName } from '../../src/wire/names.js';
import { pass } from '../report/sample-parts.js';

export const NOW = Date.parse('2026-02-08T12:00:00Z');

export function suite(name: string): ScanSuite {
  const known = suiteByName(name);
  if (known === undefined) throw new Error(`no suite ${name}`);
  return {
    name: known.openssl ?? known.iana ?? '',
    iana: known.iana,
    id: hexId(known.id),
    bits: known.bits,
    keyExchange: null,
    group: null,
    groupBits: null,
    certificate: null,
  };
}

/** Accepted with these suites; or rejected, when there are none. */
export function version(
  name: ScanProtocol,
  suites: readonly string[],
  rest: Partial<ScanProtocolReport> = {},
): ScanProtocolReport {
  return {
    name,
    answer: suites.length > 0 ? 'accepted' : 'rejected',
    evidence: suites.length > 0 ? 'ServerHello' : 'alert 70 (protocol_version)',
    suites: suites.map(suite),
    order: 'unknown',
    unknown: null,
    ...rest,
  };
}

const OLDEST: readonly ScanProtocol[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1'];

/** Of a whole scan: nothing older than TLS 1.2, unless it is given. */
export function protocols(...given: ScanProtocolReport[]): ScanProtocolReport[] {
  const others = OLDEST.filter((name) => !given.some((one) => one.name === name));
  return [...others.map((name) => version(name, [])), ...given];
}

const yes = (id: string) => ({ id, answer: 'yes', evidence: 'seen' }) as const;
const no = (id: string) => ({ id, answer: 'no', evidence: 'not seen' }) as const;

/** What a scan says of a server that does everything well. */
export const GOOD_SCAN: ScanFacts = {
  protocols: protocols(
    version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'], {
      order: 'server',
    }),
    version('TLSv1.3', ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']),
  ),
  groups: [
    {
      protocol: 'TLSv1.2',
      accepted: [named('x25519', '0x001d')],
      unknown: null,
      notOffered: [],
      skipped: null,
    },
    {
      protocol: 'TLSv1.3',
      accepted: [named('X25519MLKEM768', '0x11ec'), named('x25519', '0x001d')],
      unknown: null,
      notOffered: [],
      skipped: null,
    },
  ],
  dhPrimes: [],
  signatureSchemes: [
    {
      protocol: 'TLSv1.3',
      accepted: [{ name: 'ecdsa_secp256r1_sha256', id: '0x0403' }],
      unknown: null,
      notOffered: [],
      skipped: null,
    },
  ],
  certificates: [
    {
      answer: 'accepted',
      evidence: null,
      main: true,
      key: 'ec prime256v1',
      servernames: ['mx.example.org'],
      chain: pass.chain,
      verify: pass.verify,
    },
  ],
  extensions: [yes('extended-master-secret'), yes('secure-renegotiation'), no('compression')],
  renegotiation: [no('client-renegotiation'), no('insecure-renegotiation')],
  sessions: [no('early-data')],
  smtp: [no('tls-enforced'), no('auth-accepted-before-tls'), no('capabilities-lost')],
  injection: [no('command-injection'), no('command-answered-before-tls')],
};

function named(name: string, id: string) {
  return { name, id, bits: null, answer: 'accepted' } as const;
}

/** A report of a scan that differs from the good one in this. */
export function scanned(facts: ScanFacts = {}, rest: Partial<Report> = {}): Report {
  return {
    ...pass,
    command: 'scan',
    connections: 16,
    scan: {
      ...GOOD_SCAN,
      ...facts,
      checks: [],
      unknown: [],
      connections: {
        made: 16,
        quit: 3,
        halfOpen: 12,
        throttled: 0,
        waitedMs: 0,
        leftUndone: 0,
        stoppedBy: null,
      },
    },
    ...rest,
  };
}

export function judged(report: Report, profile: Profile, rest: Partial<PolicyOptions> = {}): Report {
  return judgePolicy(report, { profile, limit: 100, now: NOW, ...rest });
}

export function ruleOf(report: Report, id: string): RuleResult {
  const found = report.policy?.rules.filter((rule) => rule.id === id) ?? [];
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} rules ${id}`);
  return found[0];
}

/** Rules that did not pass, with what became of them. */
export const notPassed = (report: Report): string[] =>
  (report.policy?.rules ?? [])
    .filter(({ result }) => result !== 'pass' && result !== 'not-applicable')
    .map(({ id, result }) => `${result} ${id}`);
