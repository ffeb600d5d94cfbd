import type { CertificateReport, Report } from '../../core/report.js';
import type { ScanCertificate } from '../../core/scan-report.js';
import { changed, union, type Change } from './change.js';

/** The server's certificate, its key, and what it was sent with. */
export function compareCertificates(before: Report, after: Report): readonly Change[] {
  const [old, fresh] = [before.chain?.sent ?? [], after.chain?.sent ?? []];
  const [oldLeaf, freshLeaf] = [old[0], fresh[0]];
  if (oldLeaf === undefined || freshLeaf === undefined) return compareOthers(before, after);
  const rest = (sent: readonly CertificateReport[]): string =>
    sent
      .slice(1)
      .map(({ subject }) => subject)
      .join(' | ') || 'none';
  return [
    ...compareLeaves('', oldLeaf, freshLeaf),
    ...changed('certificate', 'sent with it', rest(old), rest(fresh)),
    ...compareStaples(before, after),
    ...compareOthers(before, after),
  ];
}

/** The same certificate has the same facts, but for the days that it has left. */
function compareLeaves(of: string, old: CertificateReport, fresh: CertificateReport): Change[] {
  if (old.sha256 === fresh.sha256) return [];
  const sooner = Date.parse(fresh.notAfter) - Date.parse(old.notAfter);
  const names = union(old.san, fresh.san);
  return [
    ...changed('certificate', `${of}certificate`, dates(old), dates(fresh), sooner === 0 ? null : sooner < 0),
    ...changed('certificate', `${of}key`, keyOf(old), keyOf(fresh)),
    ...changed('certificate', `${of}subject`, old.subject, fresh.subject),
    ...changed('certificate', `${of}issuer`, old.issuer, fresh.issuer),
    ...changed('certificate', `${of}signature`, old.signatureAlgorithm, fresh.signatureAlgorithm),
    ...changed('certificate', `${of}must staple`, yesNo(old.mustStaple), yesNo(fresh.mustStaple)),
    ...names.flatMap((name) =>
      changed(
        'certificate',
        `${of}name ${name}`,
        old.san.includes(name) ? 'there' : null,
        fresh.san.includes(name) ? 'there' : null,
        !fresh.san.includes(name),
      ),
    ),
  ];
}

const dates = ({ notAfter, sha256 }: CertificateReport): string =>
  `until ${notAfter.slice(0, 10)}, sha256 ${sha256.slice(0, 16)}`;

const keyOf = ({ key: { type, bits, curve }, spkiSha256 }: CertificateReport): string =>
  `${[type, bits, curve].filter((part) => part !== null).join(' ')}, spki-sha256 ${spkiSha256}`;

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function compareStaples(before: Report, after: Report): Change[] {
  if (before.tls === null || after.tls === null) return [];
  const stapled = (report: Report): string =>
    report.tls?.ocspStapled === true ? (report.ocsp?.result ?? 'there') : 'none';
  const [old, fresh] = [stapled(before), stapled(after)];
  const worse = fresh === 'revoked' ? true : old === 'revoked' ? false : null;
  return changed('certificate', 'OCSP staple', old, fresh, worse);
}

/** Chains that the server shows to other clients than ours, by the kind of their key: `rsa`, `ec`. */
function compareOthers(before: Report, after: Report): Change[] {
  const [old, fresh] = [before.scan?.certificates, after.scan?.certificates];
  if (old === undefined || fresh === undefined) return [];
  const kinds = union(old.flatMap(kindOf), fresh.flatMap(kindOf));
  return kinds.flatMap((kind) => {
    const [had, has] = [leavesOf(old, kind), leavesOf(fresh, kind)];
    // There may be several: one with SNI and another one without. Those that are still there have not changed.
    const [gone, come] = [without(had, has), without(has, had)];
    return Array.from({ length: Math.max(gone.length, come.length) }, (_, i) =>
      compareOther(kind, gone[i], come[i], gone[i] === undefined ? old : fresh),
    ).flat();
  });
}

function compareOther(
  kind: string,
  one: CertificateReport | undefined,
  other: CertificateReport | undefined,
  lacking: readonly ScanCertificate[],
): Change[] {
  if (one !== undefined && other !== undefined) return compareLeaves(`other ${kind} `, one, other);
  const silent = lacking.find(({ answer }) => answer === 'inconclusive');
  const nothing = silent === undefined ? null : `not known: ${silent.evidence ?? 'no answer'}`;
  return changed(
    'certificate',
    `other ${kind} certificate`,
    one === undefined ? nothing : dates(one),
    other === undefined ? nothing : dates(other),
  );
}

const without = (
  some: readonly CertificateReport[],
  others: readonly CertificateReport[],
): readonly CertificateReport[] => some.filter((one) => !others.some(({ sha256 }) => sha256 === one.sha256));

/** Null is the kind of one that shows none, and of the one that the report is about. */
function kindOf({ main, key, chain }: ScanCertificate): string[] {
  return main || key === null || chain === null ? [] : [key.split(' ')[0] ?? key];
}

function leavesOf(list: readonly ScanCertificate[], kind: string): readonly CertificateReport[] {
  return list.flatMap((one) => (kindOf(one).includes(kind) ? (one.chain?.sent.slice(0, 1) ?? []) : []));
}
