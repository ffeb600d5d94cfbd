import { ianaGroup } from '../../checks/scan/known-names.js';
import type { CertificateReport, KeyReport, Report } from '../../core/report.js';
import { matches } from '../allowed.js';
import type { KeyRequirement, Requirements } from '../profile.js';
import {
  broken,
  holds,
  missing,
  notApplicable,
  ruleUnlessOff,
  unknown,
  type RuleMaker,
  type Verdict,
} from './rule.js';

export const CERTIFICATE_RULES: readonly string[] = [
  'certificate-key-not-allowed',
  'certificate-key-phase-out',
  'certificate-digest-not-allowed',
  'certificate-digest-phase-out',
  'certificate-lifespan-too-long',
];

type Certificate = NonNullable<Requirements['certificate']>;

/** Keys, digests and validity of the certificates that are shown, of every chain that was seen. */
export const certificateRules: RuleMaker = (profile) => {
  const { certificate } = profile.requirements;
  if (certificate === undefined) return [];
  const { keys, phaseOutKeys = [], digests, phaseOutDigests = [], maxDays } = certificate;
  const make = (
    id: string,
    required: string,
    severity: 'error' | 'warning',
    evaluate: (report: Report) => Verdict,
  ) => ruleUnlessOff(profile, { id, required, checks: ['certificates'], evaluate }, severity, certificate);
  const keyOf = ({ key }: CertificateReport): Standing => standing(key, keys, phaseOutKeys, meets);
  const digestOf = (cert: CertificateReport): Standing =>
    standing(signatureOf(cert), digests ?? [], phaseOutDigests, hasDigest);
  const signed = digests?.join(', ') ?? '';
  return [
    ...make('certificate-key-not-allowed', keyWords([...keys, ...phaseOutKeys]), 'error', (report) =>
      none(report, certificate.keysOf, keyOf, 'forbidden', describeKey),
    ),
    ...(phaseOutKeys.length === 0
      ? []
      : make('certificate-key-phase-out', keyWords(keys), 'warning', (report) =>
          none(report, certificate.keysOf, keyOf, 'phase-out', describeKey),
        )),
    ...(digests === undefined
      ? []
      : make('certificate-digest-not-allowed', signed, 'error', (report) =>
          none(report, 'chain', digestOf, 'forbidden', describeDigest),
        )),
    ...(phaseOutDigests.length === 0
      ? []
      : make('certificate-digest-phase-out', signed, 'warning', (report) =>
          none(report, 'chain', digestOf, 'phase-out', describeDigest),
        )),
    ...(maxDays === undefined
      ? []
      : make('certificate-lifespan-too-long', `at most ${maxDays} days`, 'error', (report) =>
          lifespan(report, maxDays),
        )),
  ];
};

type Standing = 'allowed' | 'phase-out' | 'forbidden' | 'unknown';

function standing<T, R>(
  thing: T,
  allowed: readonly R[],
  phaseOut: readonly R[],
  fits: (thing: T, one: R) => boolean | null,
): Standing {
  if (allowed.some((one) => fits(thing, one) === true)) return 'allowed';
  if (phaseOut.some((one) => fits(thing, one) === true)) return 'phase-out';
  return allowed.some((one) => fits(thing, one) === null) ? 'unknown' : 'forbidden';
}

function meets({ type, bits, curve }: KeyReport, { type: wanted, minBits, curves }: KeyRequirement): boolean {
  if (wanted === 'rsa' ? !type.startsWith('rsa') : type !== wanted) return false;
  if (minBits !== undefined && (bits ?? 0) < minBits) return false;
  if (curves === undefined) return true;
  return curve !== null && curves.some((name) => matches(name, ianaGroup(curve)));
}

/** RSASSA-PSS keeps its digest in parameters, which may be unreadable, or left out of an older report; Ed25519 and Ed448 have one of their own. */
function hasDigest(algorithm: string, digest: string): boolean | null {
  if (/^ed(?:25519|448)$/i.test(algorithm)) return true;
  if (/pss$/i.test(algorithm)) return null;
  const [, name] = DIGEST.exec(algorithm) ?? [];
  return name !== undefined && matches(digest, name);
}

/** Of `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, `RSA-SHA3-256`. */
const DIGEST = /(md[245]|sha3-[0-9]{3}|sha[0-9]{1,3})(?![0-9-])/i;

const keyWords = (keys: readonly KeyRequirement[]): string =>
  keys
    .map(({ type, minBits, curves }) => [
      type,
      minBits === undefined ? '' : `>= ${minBits}`,
      curves?.join('/') ?? '',
    ])
    .map((words) => words.filter((word) => word !== '').join(' '))
    .join(', ');

const describeKey = ({ key, subject }: CertificateReport): string =>
  `${[key.type, key.bits, key.curve].filter((word) => word !== null).join(' ')}: ${subject}`;
const describeDigest = (cert: CertificateReport): string => `${signatureOf(cert)}: ${cert.subject}`;

const signatureOf = ({ signatureAlgorithm, signatureDigest }: CertificateReport): string =>
  typeof signatureDigest !== 'string' ? signatureAlgorithm : `${signatureAlgorithm} with ${signatureDigest}`;

/** Every chain that was shown, the first session's among them. */
function chainsOf({ chain, scan }: Report): (readonly CertificateReport[])[] {
  const shown = [chain?.sent, ...(scan?.certificates ?? []).map((one) => one.chain?.sent)];
  return shown.flatMap((sent) => (sent === undefined || sent.length === 0 ? [] : [sent]));
}

/** A root's own signature, and its key, protect nothing: whoever trusts it has it already. */
const withoutRoots = (chain: readonly CertificateReport[]): readonly CertificateReport[] =>
  chain.filter(({ selfSigned }, at) => at === 0 || !selfSigned);

function none(
  report: Report,
  of: Certificate['keysOf'],
  judge: (cert: CertificateReport) => Standing,
  wanted: Standing,
  describe: (cert: CertificateReport) => string,
): Verdict {
  const chains = chainsOf(report).map(withoutRoots);
  const certs = chains.flatMap((chain) => (of === 'leaf' ? chain.slice(0, 1) : chain));
  const bad = certs.filter((cert) => judge(cert) === wanted);
  const items = [...new Set(bad.map(describe))];
  if (items.length > 0) return broken(items.join('; '), items);
  const doubt = notAllKnown(report, certs.length);
  if (doubt !== null) return doubt;
  const open = certs.find((cert) => judge(cert) === 'unknown');
  if (open !== undefined) return unknown(`the digest of ${describe(open)} is not in the report`);
  return holds([...new Set(certs.map(describe))].join('; '));
}

function lifespan(report: Report, maxDays: number): Verdict {
  const leaves = chainsOf(report).flatMap((chain) => chain.slice(0, 1));
  const days = ({ notBefore, notAfter }: CertificateReport): number =>
    (Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000;
  const describe = (cert: CertificateReport): string => `${Math.ceil(days(cert))} days: ${cert.subject}`;
  const bad = leaves.filter((cert) => !(days(cert) <= maxDays + LEAP));
  const items = [...new Set(bad.map(describe))];
  if (items.length > 0) return broken(items.join('; '), items);
  return notAllKnown(report, leaves.length) ?? holds([...new Set(leaves.map(describe))].join('; '));
}

/** The last second belongs to the validity (RFC 5280 section 4.1.2.5): 90 days are a second short of that, or not. */
const LEAP = 1 / 86_400;

function notAllKnown({ tls, error, scan }: Report, seen: number): Verdict | null {
  if (scan?.certificates === undefined) return missing('every certificate chain (scan --only certificates)');
  const open = scan.certificates.find(({ answer }) => answer === 'inconclusive');
  if (open !== undefined) return unknown(open.evidence ?? 'a chain could not be read');
  if (seen > 0) return null;
  return tls === null
    ? unknown(error?.message ?? 'there was no handshake')
    : notApplicable('no certificate was shown');
}
