import { describe, expect, it } from 'vitest';
import { judgeAddresses } from '../../../src/checks/scan/addresses.js';
import type { CertificateReport, Report } from '../../../src/core/report.js';
import type {
  ScanCertificate,
  ScanFacts,
  ScanProtocolReport,
  ScanSuite,
} from '../../../src/core/scan-report.js';

const certificate = (sha256: string): CertificateReport =>
  ({ sha256: sha256.repeat(32), key: { type: 'rsa', bits: 2048, curve: null } }) as CertificateReport;

const shown = (key: string, ...chain: readonly string[]): ScanCertificate => ({
  answer: 'accepted',
  evidence: null,
  main: false,
  key,
  servernames: [null],
  chain: { sent: chain.map(certificate), path: [] },
  verify: null,
});

const suite = (name: string): ScanSuite => ({
  name,
  iana: name,
  id: '0xc02f',
  bits: 128,
  keyExchange: null,
  group: null,
  groupBits: null,
  certificate: null,
});

const version = (names: readonly string[], more: Partial<ScanProtocolReport> = {}): ScanProtocolReport => ({
  name: 'TLSv1.2',
  answer: names.length > 0 ? 'accepted' : 'rejected',
  evidence: '',
  suites: names.map(suite),
  order: 'unknown',
  unknown: null,
  ...more,
});

const UNKNOWN = { count: 300, reason: '421' };
const group = (name: string): { name: string; id: string; bits: number | null; answer: 'accepted' } => ({
  name,
  id: '0x0000',
  bits: null,
  answer: 'accepted',
});

/** Reports of 192.0.2.1, 192.0.2.2 and so on. */
function evidence(...scans: readonly (ScanFacts | null)[]): (string | undefined)[] {
  const reports = scans.map(
    (scan, i) =>
      ({
        target: { host: 'mx.example.org', address: `192.0.2.${i + 1}` },
        smtp: null,
        chain: null,
        verify: null,
        ...(scan === null ? {} : { scan }),
      }) as Report,
  );
  return judgeAddresses(reports).map((finding) => {
    expect(finding).toMatchObject({ id: 'addresses-differ', severity: 'warning' });
    expect(finding.message).toMatch(/^the addresses of mx\.example\.org differ in /);
    return finding.evidence;
  });
}

describe('drift between addresses', () => {
  it('is none between equals, with one alone, or with none', () => {
    const same: ScanFacts = { protocols: [version(['A', 'B'])], certificates: [shown('rsa 2048', 'a', 'b')] };
    expect(evidence(same, same, same)).toEqual([]);
    expect(evidence(same)).toEqual([]);
    expect(judgeAddresses([])).toEqual([]);
  });

  it('names who has what', () => {
    expect(
      evidence(
        { protocols: [version(['A'])] },
        { protocols: [version(['A', 'B'])] },
        { protocols: [version(['A'])] },
      ),
    ).toEqual(['TLSv1.2 B: no at 192.0.2.1, 192.0.2.3, yes at 192.0.2.2']);
  });

  it('is in the version and not in each of its suites', () => {
    expect(evidence({ protocols: [version([])] }, { protocols: [version(['A', 'B'])] })).toEqual([
      'TLSv1.2: rejected at 192.0.2.1, accepted at 192.0.2.2',
    ]);
  });

  it('is in who decides', () => {
    expect(
      evidence(
        { protocols: [version(['A', 'B'], { order: 'client' })] },
        { protocols: [version(['B', 'A'], { order: 'server' })] },
        { protocols: [version(['B', 'A'])] },
      ),
    ).toEqual(['order with TLSv1.2: client at 192.0.2.1, server at 192.0.2.2']);
  });

  it('is in each certificate, and in the chain behind it', () => {
    expect(
      evidence(
        { certificates: [shown('rsa 2048', 'a', 'c'), shown('ec prime256v1', 'b', 'c')] },
        { certificates: [shown('rsa 2048', 'a')] },
      ),
    ).toEqual([
      `rsa 2048: ${'a'.repeat(16)} with ${'c'.repeat(16)} at 192.0.2.1, ${'a'.repeat(16)} alone at 192.0.2.2; ` +
        `ec prime256v1: ${'b'.repeat(16)} with ${'c'.repeat(16)} at 192.0.2.1, none at 192.0.2.2`,
    ]);
  });

  it('is in groups, and in how they behave', () => {
    const list = (...names: readonly string[]): NonNullable<ScanFacts['groups']> => [
      { protocol: 'TLSv1.3', accepted: names.map(group), unknown: null, notOffered: [], skipped: null },
    ];
    const tickets = (answer: 'yes' | 'no'): NonNullable<ScanFacts['extensions']> => [
      { id: 'session-ticket', answer, evidence: '' },
    ];
    expect(
      evidence(
        { groups: list('x25519'), extensions: tickets('yes') },
        { groups: list('x25519', 'X25519MLKEM768'), extensions: tickets('no') },
      ),
    ).toEqual([
      'TLSv1.3 X25519MLKEM768: no at 192.0.2.1, yes at 192.0.2.2',
      'session-ticket: yes at 192.0.2.1, no at 192.0.2.2',
    ]);
  });

  it('is not shown without end', () => {
    const many = Array.from({ length: 300 }, (_, i) => `SUITE${i}`);
    const [line] = evidence({ protocols: [version(['A'])] }, { protocols: [version(['A', ...many])] });
    expect(line).toMatch(/; and 292 more$/);
  });
});

describe('what is not known of one address', () => {
  it.each<[string, ScanFacts | null, ScanFacts]>([
    ['a scan', null, { protocols: [version(['A'])] }],
    [
      'a check',
      { protocols: [version(['A'])] },
      { protocols: [version(['A'])], certificates: [shown('rsa 2048', 'a')] },
    ],
    ['a version', { protocols: [version([], { answer: 'inconclusive' })] }, { protocols: [version(['A'])] }],
    ['suites', { protocols: [version(['A'], { unknown: UNKNOWN })] }, { protocols: [version(['A', 'B'])] }],
    [
      'a certificate',
      { certificates: [shown('rsa 2048', 'a'), { ...shown('', 'x'), answer: 'inconclusive', chain: null }] },
      { certificates: [shown('rsa 2048', 'a'), shown('ec prime256v1', 'b')] },
    ],
    [
      'groups that were not asked for',
      {
        groups: [{ protocol: 'TLSv1.3', accepted: [], unknown: null, notOffered: [], skipped: 'no TLS 1.3' }],
      },
      {
        groups: [
          { protocol: 'TLSv1.3', accepted: [group('x25519')], unknown: null, notOffered: [], skipped: null },
        ],
      },
    ],
    [
      'a trait',
      { smtp: [{ id: 'tls-enforced', answer: 'unknown', evidence: '' }] },
      { smtp: [{ id: 'tls-enforced', answer: 'yes', evidence: '' }] },
    ],
  ])('is no difference: %s', (_, one, other) => {
    expect(evidence(one, other)).toEqual([]);
    expect(evidence(other, one)).toEqual([]);
  });
});
