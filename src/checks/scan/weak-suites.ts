import type { Finding, Severity } from '../../core/finding.js';
import type { ScanProtocolReport } from '../../core/scan-report.js';
import type { ScanJudgement } from './context.js';

interface WeakKind {
  readonly id: string;
  readonly what: string;
  readonly severity: Severity;
  /** Where encryption is opportunistic, no suite at all would be worse (RFC 7435). */
  readonly onMx?: Severity;
  readonly test: RegExp;
  readonly exclude: string;
  readonly refs: readonly string[];
}

/** By IANA's or OpenSSL's name. */
const WEAK: readonly WeakKind[] = [
  {
    id: 'null-suites-accepted',
    what: 'suites that do not encrypt',
    severity: 'error',
    test: /_NULL_|NULL/,
    exclude: 'eNULL',
    refs: ['RFC 9325 section 4.1'],
  },
  {
    id: 'export-suites-accepted',
    what: 'export suites of 40 or 56 bits',
    severity: 'error',
    test: /EXPORT|^EXP/,
    exclude: 'EXPORT',
    refs: ['RFC 9325 section 4.1', 'CVE-2015-0204'],
  },
  {
    id: 'des-suites-accepted',
    what: 'suites with single DES',
    severity: 'error',
    test: /_DES_CBC_|^(?:.*-)?DES-CBC-/,
    exclude: 'DES',
    refs: ['RFC 5469'],
  },
  {
    id: 'rc4-suites-accepted',
    what: 'suites with RC4',
    severity: 'warning',
    test: /RC4/,
    exclude: 'RC4',
    refs: ['RFC 7465', 'CVE-2013-2566'],
  },
  {
    id: 'short-block-suites-accepted',
    what: 'suites whose cipher has blocks of 64 bits (3DES, IDEA, RC2)',
    severity: 'warning',
    test: /3DES|IDEA|RC2/,
    exclude: '3DES, IDEA, RC2',
    refs: ['RFC 9325 section 4.1', 'CVE-2016-2183'],
  },
  {
    id: 'anonymous-suites-accepted',
    what: 'suites without a certificate',
    severity: 'warning',
    onMx: 'info',
    test: /_anon_|^AECDH|^ADH/,
    exclude: 'aNULL',
    refs: ['RFC 5246 appendix A.5', 'RFC 7435'],
  },
];

export const SUITE_FINDINGS: readonly string[] = WEAK.map(({ id }) => id);

/** Which kinds of weak suite one is, by id of the finding; none for a suite that is not weak. */
export function weaknessesOf(name: string): string[] {
  return WEAK.filter(({ test }) => test.test(name)).map(({ id }) => id);
}

const MX_PORT = 25;

/** One finding for each kind of weak suite, with the suites and where they are accepted. */
export function judgeSuites(data: readonly ScanProtocolReport[], { target }: ScanJudgement): Finding[] {
  return WEAK.flatMap(({ id, what, severity, onMx, test, exclude, refs }) => {
    const names = new Set<string>();
    const versions = new Set<string>();
    for (const { name: version, suites } of data) {
      for (const { name, iana } of suites) {
        if (!test.test(iana ?? name)) continue;
        names.add(name);
        versions.add(version);
      }
    }
    if (names.size === 0) return [];
    return [
      {
        id,
        severity: target.port === MX_PORT ? (onMx ?? severity) : severity,
        message: `the server accepts ${what}, with ${[...versions].join(', ')}`,
        evidence: shortList([...names]),
        fix: `exclude them; in Postfix: postconf -e "smtpd_tls_exclude_ciphers = ${exclude}"`,
        refs,
      },
    ];
  });
}

const SHOWN = 8;

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
