import type { KeyObject } from 'node:crypto';
import { judgeFile } from '../checks/index.js';
import { SmtpcheckError } from '../core/errors.js';
import type { FileFacts } from '../core/file-facts.js';
import type { FileReport } from '../core/file-report.js';
import { decideOutcome, exitCodeOf, type FailOn } from '../core/outcome.js';
import type { CertificatePin } from '../core/probe-options.js';
import type { Report } from '../core/report.js';
import type { TlsaRecord } from '../core/tlsa-record.js';
import { VERSION } from '../core/version.js';
import { suggestTlsa } from '../dns/tlsa-suggest.js';
import { formatTlsa } from '../dns/tlsa.js';
import { askOpenssl, type FileVerdict } from '../net/file-verdict.js';
import { parseCertificate } from '../x509/certificate.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';
import type { CertificateFile } from './certificate-file.js';
import { chainFacts, DEFAULT_AUTH_LEVEL } from './chain-facts.js';
import { judgeDane, type DaneRequest } from './dane.js';
import { roundMs } from './state.js';
import { decideVerdict, type Verdict } from './verdict.js';

/** Everything that `judgeCertificates` can be told. Only `trust` is required. */
export interface JudgeCertificatesOptions {
  /** Which CAs end a chain; see `openTrust`. */
  readonly trust: TrustStore;
  /** Names and addresses that the certificate must carry, all of them; without any, none is checked. */
  readonly hosts?: readonly string[];
  /** The private key that must be the leaf's. */
  readonly key?: KeyObject;
  /** Further certificates that may be used for the path, DER. */
  readonly untrusted?: readonly Uint8Array[];
  /** The time to judge at, milliseconds since the epoch; default now. */
  readonly at?: number;
  /** Default `sslserver`. */
  readonly purpose?: 'sslserver' | 'any';
  readonly depth?: number;
  readonly authLevel?: number;
  readonly partialChain?: boolean;
  readonly x509Strict?: boolean;
  readonly revocation?: RevocationInput;
  readonly expiresWithinMs?: number;
  readonly certificatePins?: readonly CertificatePin[];
  readonly failOn?: FailOn;
  /** Published TLSA records that the chain must match. */
  readonly tlsa?: readonly TlsaRecord[];
  /**
   * Whether the CAs in `trust` have to say yes. Default: yes, unless there are TLSA records that a client can use: those
   * authenticate a server by themselves (RFC 7672 section 2.2).
   */
  readonly judgeChain?: boolean;
  /** Put the TLSA records that would match into the report. */
  readonly showTlsa?: boolean;
  /** Put PEM into the report. */
  readonly showCerts?: boolean;
}

/**
 * Judges a file of certificates as if a server had sent it. Nothing is connected to.
 * Resolves to a report for everything that the file can hold.
 */
export async function judgeCertificates(
  file: CertificateFile,
  options: JudgeCertificatesOptions,
): Promise<Report> {
  const startedAt = new Date();
  const startedMs = performance.now();
  const { sent, unreadable } = readAll(file);
  const judged = [...sent, ...besides(sent, options.untrusted ?? [])];
  const openssl = await askOpenssl(judged, options.trust, options.partialChain === true);
  const facts = await fileFacts(file, { sent, judged, unreadable, openssl }, options);
  const findings = judgeFile(facts);
  const outcome = decideOutcome(findings, undefined, options.failOn ?? 'error');
  if (outcome === 'pass') requireEvidence(facts);
  return {
    schemaVersion: 1,
    smtpcheck: VERSION,
    command: 'cert',
    target: null,
    file: facts.file,
    outcome,
    exitCode: exitCodeOf(outcome, undefined),
    startedAt: startedAt.toISOString(),
    timings: { totalMs: roundMs(performance.now() - startedMs) },
    connections: 0,
    smtp: null,
    tls: null,
    chain: facts.chain,
    verify: facts.verify,
    ...(facts.tlsa === null ? {} : { tlsa: facts.tlsa }),
    ...(options.showTlsa === true ? { tlsaRecords: suggestTlsa(sent).map(formatTlsa) } : {}),
    findings,
    error: null,
  };
}

/** The certificates up to the first that cannot be read: what follows would move up and be judged in its place. */
function parseAll(ders: readonly Uint8Array[]): { sent: Certificate[]; unreadable: string | null } {
  const sent: Certificate[] = [];
  for (const [index, der] of ders.entries()) {
    try {
      sent.push(parseCertificate(der));
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      return { sent, unreadable: `certificate ${index + 1} of ${ders.length}: ${error.message}` };
    }
  }
  return { sent, unreadable: null };
}

/** What a server could send of the file, and why not all of it. */
function readAll({ certificates, broken }: CertificateFile): {
  sent: Certificate[];
  unreadable: string | null;
} {
  const { sent, unreadable } = parseAll(certificates);
  return { sent, unreadable: unreadable ?? broken };
}

/**
 * Of the certificates that may be used beside those of the file, the ones that a path could lead over: a bundle of hundreds
 * neither counts as a long chain nor fits into what OpenSSL is shown.
 * @throws SmtpcheckError `file-unreadable` when one of them is none.
 */
function besides(sent: readonly Certificate[], untrusted: readonly Uint8Array[]): Certificate[] {
  const { sent: offered, unreadable } = parseAll(untrusted);
  if (unreadable !== null)
    throw new SmtpcheckError('file-unreadable', 'arguments', `the untrusted certificates: ${unreadable}`);
  const wanted = new Set(sent.map(({ issuer }) => issuer.canonicalKey));
  const found = new Set<Certificate>();
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const certificate of offered) {
      if (!wanted.has(certificate.subject.canonicalKey)) continue;
      found.add(certificate);
      wanted.add(certificate.issuer.canonicalKey);
    }
  }
  return [...found];
}

interface Reading {
  readonly sent: readonly Certificate[];
  /** With those that may be used beside them. */
  readonly judged: readonly Certificate[];
  readonly unreadable: string | null;
  readonly openssl: FileVerdict;
}

async function fileFacts(
  file: CertificateFile,
  { sent, judged, unreadable, openssl }: Reading,
  options: JudgeCertificatesOptions,
): Promise<FileFacts> {
  const now = options.at ?? Date.now();
  const verdict = sent.length === 0 ? null : await verdictOf(judged, openssl.code, now, options);
  const untrusted = judged.slice(sent.length);
  const tlsa = verdict === null ? null : judgeDane(sent, verdict, daneRequest(options, now, untrusted));
  const judgeChain = options.judgeChain ?? (tlsa === null || tlsa.result === 'unusable');
  const evidence = {
    sent,
    verdict,
    chainUnread: unreadable !== null,
    certificateSent: true,
    opensslAsked: true,
    ocsp: null,
    // A DANE-EE record binds the key, whatever the certificate is called (RFC 7672 section 3.1.1).
    nameUnknown:
      (options.hosts ?? []).length === 0 &&
      (judgeChain || tlsa?.authenticated?.record.startsWith('3 ') !== true),
    now,
  };
  const { path, format, certificates } = file;
  const { key, keyProblem } = keyVerdict(file, sent[0], options.key);
  return {
    ...chainFacts('file', evidence, { ...options, judgeChain }),
    file: {
      path,
      format,
      certificates: certificates.length,
      at: options.at === undefined ? null : new Date(options.at).toISOString(),
      key,
    },
    keyProblem,
    tlsa,
    unreadable,
    refusal: openssl.refusal,
  };
}

function daneRequest(
  { tlsa = [], depth, authLevel, purpose, x509Strict, revocation }: JudgeCertificatesOptions,
  now: number,
  untrusted: readonly Certificate[],
): DaneRequest {
  const level = authLevel ?? DEFAULT_AUTH_LEVEL;
  return { records: tlsa, untrusted, now, authLevel: level, depth, purpose, x509Strict, revocation };
}

function verdictOf(
  chain: readonly Certificate[],
  openssl: number | null,
  now: number,
  options: JudgeCertificatesOptions,
): Promise<Verdict> {
  const { trust, depth, purpose, partialChain, x509Strict, revocation, hosts = [] } = options;
  return decideVerdict(
    { chain, openssl },
    {
      trust,
      depth,
      purpose,
      partialChain,
      x509Strict,
      revocation,
      now,
      authLevel: options.authLevel ?? DEFAULT_AUTH_LEVEL,
      names: hosts,
      nameWasGiven: true,
      otherQuestion: options.at !== undefined || purpose === 'any',
    },
  );
}

/** The key that was named counts; without one, that in the file. */
function keyVerdict(
  { key: own }: CertificateFile,
  leaf: Certificate | undefined,
  named: KeyObject | undefined,
): Pick<FileFacts, 'keyProblem'> & { readonly key: FileReport['key'] } {
  const key = named ?? own;
  if (typeof key === 'string' && key !== 'match') return { key: null, keyProblem: key };
  if (leaf === undefined || key === null) return { key: null, keyProblem: null };
  const matches = key === 'match' || leaf.node.checkPrivateKey(key);
  return { key: matches ? 'match' : 'mismatch', keyProblem: null };
}

/** The promise, once more: nothing passes that neither both judges nor a TLSA record have called OK. */
function requireEvidence({ verify, chainUnread, file, tlsa, asked }: FileFacts): void {
  const agreed = verify !== null && verify.judges.openssl !== null && verify.code === 0;
  const authenticated = agreed || (!asked.judgeChain && tlsa?.result === 'match');
  if (authenticated && !chainUnread && file.key !== 'mismatch') return;
  throw new SmtpcheckError('internal', 'internal', 'a file would have passed without evidence');
}
