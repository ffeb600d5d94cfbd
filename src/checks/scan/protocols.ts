import type { Finding, Severity } from '../../core/finding.js';
import type { ScanProtocol, ScanProtocolReport, ScanSuite } from '../../core/scan-report.js';
import { SSLV2_SUITES } from '../../wire/hello/sslv2.js';
import type { ScanCheck, ScanContext } from './context.js';
import { TLS12, VERSIONS } from './offer.js';
import { suitesOfVersion } from './suites.js';
import { judgeSuites, SUITE_FINDINGS } from './weak-suites.js';

const OLD_VERSIONS: Partial<
  Record<ScanProtocol, { readonly id: string; readonly severity: Severity; readonly refs: readonly string[] }>
> = {
  SSLv2: { id: 'ssl-2-accepted', severity: 'error', refs: ['RFC 6176', 'CVE-2016-0800'] },
  SSLv3: { id: 'ssl-3-accepted', severity: 'error', refs: ['RFC 7568', 'CVE-2014-3566'] },
  TLSv1: { id: 'tls-1-0-accepted', severity: 'warning', refs: ['RFC 8996'] },
  'TLSv1.1': { id: 'tls-1-1-accepted', severity: 'warning', refs: ['RFC 8996'] },
};

/** Protocol versions, and the suites of each. */
export const protocols: ScanCheck<'protocols'> = {
  id: 'protocols',
  title: 'protocol versions SSLv2 to TLS 1.3, and every cipher suite of each',
  key: 'protocols',
  after: [],
  quick: true,
  ids: [...Object.values(OLD_VERSIONS).map(({ id }) => id), 'no-modern-protocol', ...SUITE_FINDINGS],
  async run(ctx) {
    const found = new Map<ScanProtocol, ScanProtocolReport>();
    for (const group of inOrder(ctx)) {
      const reports = await Promise.all(group.map((version) => suitesOfVersion(version, ctx)));
      for (const report of reports) found.set(report.name, report);
    }
    return [await sslv2(ctx), ...VERSIONS.flatMap(({ name }) => found.get(name) ?? [])];
  },
  judge: (data, facts) => [...data.flatMap(oldVersion), ...noneModern(data), ...judgeSuites(data, facts)],
  unknown: (data) =>
    data.flatMap(({ name, answer, evidence, unknown }) => {
      if (unknown !== null) return [`${name}: ${unknown.count} suites (${unknown.reason})`];
      return answer === 'inconclusive' ? [`${name} (${evidence})`] : [];
    }),
};

type Versions = typeof VERSIONS;

/**
 * SSLv3 last: how long a list the server reads, and what it does accept, is known by then. Where one pick answers for many, what
 * is learnt from TLS 1.2 of the first of these is worth more to the others than to ask at a time.
 */
function inOrder({ scope }: ScanContext): Versions[] {
  const [ssl3, ...newer] = VERSIONS;
  const newest = [...newer].reverse();
  const last = ssl3 === undefined ? [] : [ssl3];
  if (scope.suites === null) return [newest, last];
  const isFirst = ({ id }: Versions[number]): boolean => id === TLS12;
  return [newest.filter(isFirst), newest.filter((version) => !isFirst(version)), last];
}

async function sslv2(ctx: ScanContext): Promise<ScanProtocolReport> {
  const result = await ctx.askSslv2();
  const nothing = { name: 'SSLv2', suites: [], order: 'unknown', unknown: null } as const;
  if (result.answer !== 'accepted') return { ...nothing, answer: result.answer, evidence: result.evidence };
  const key = result.certificate === null ? null : ctx.chains.noteAlone(result.certificate);
  return {
    ...nothing,
    answer: 'accepted',
    evidence: 'SERVER-HELLO',
    suites: result.suites.map((id) => sslv2Suite(id, key)),
  };
}

function sslv2Suite(id: number, certificate: string | null): ScanSuite {
  const [, name, bits] = SSLV2_SUITES.find(([known]) => known === id) ?? [];
  const hex = `0x${id.toString(16).padStart(6, '0')}`;
  return {
    name: name ?? hex,
    iana: null,
    id: hex,
    bits: bits ?? null,
    keyExchange: 'RSA',
    group: null,
    groupBits: null,
    certificate,
  };
}

function oldVersion({ name, answer, suites, partial }: ScanProtocolReport): Finding[] {
  const rule = OLD_VERSIONS[name];
  if (rule === undefined || answer !== 'accepted') return [];
  return [
    {
      id: rule.id,
      severity: rule.severity,
      message: `the server accepts ${name}`,
      evidence:
        partial === true || suites.length === 1
          ? `with ${suites[0]?.name ?? 'a suite'}`
          : `${suites.length} suites`,
      fix: 'switch it off; in Postfix: postconf -e "smtpd_tls_protocols = >=TLSv1.2" "smtpd_tls_mandatory_protocols = >=TLSv1.2"',
      refs: rule.refs,
    },
  ];
}

function noneModern(data: readonly ScanProtocolReport[]): Finding[] {
  const modern = data.filter(({ name }) => name === 'TLSv1.2' || name === 'TLSv1.3');
  if (modern.length < 2 || modern.some(({ answer }) => answer !== 'rejected')) return [];
  return [
    {
      id: 'no-modern-protocol',
      severity: 'error',
      message: 'the server accepts neither TLS 1.2 nor TLS 1.3',
      evidence: modern.map(({ name, evidence }) => `${name}: ${evidence}`).join('; '),
      fix: 'enable TLS 1.2 and 1.3; in Postfix: postconf -e "smtpd_tls_protocols = >=TLSv1.2"',
      refs: ['RFC 9325 section 3.1.1'],
    },
  ];
}
