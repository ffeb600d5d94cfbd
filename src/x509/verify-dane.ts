import {
  applicable,
  DANE_EE,
  DANE_TA,
  isAssociated,
  readPublicKey,
  whyUnusable,
  type TlsaRecord,
} from '../core/tlsa-record.js';
import type { Certificate, TrustStore } from './certificate-types.js';
import { parseCertificate } from './certificate.js';
import { verifyCodeNumber, type VerifyCodeName } from './verify-codes.js';
import type { VerifyError, VerifyInput, VerifyResult } from './verify-types.js';
import { checkRevocation } from './verify/check-revocation.js';
import { likelyIssued } from './verify/issued.js';
import { orNull } from './verify/or-null.js';
import type { VerifyState } from './verify/state.js';
import { keyMeetsLevel } from './verify/strength.js';
import { verifyChain } from './verify.js';

/** A question to path validation that TLSA records take the place of a trust store in; partial chains are about that store. */
export interface DaneInput extends Omit<VerifyInput, 'trust' | 'partialChain'> {
  /** Secure by DNSSEC; whoever looked them up has seen to that. */
  readonly records: readonly TlsaRecord[];
  /**
   * Further certificates, which were not sent. No path to an anchor leads over them, for a client would not have them (RFC 7672
   * section 3.1.2); they tell who issued the leaf whose revocation is looked up.
   */
  readonly untrusted?: readonly Certificate[];
}

/** The record that decided. */
export interface DaneMatch {
  readonly record: TlsaRecord;
  /** Index in the path of the certificate that it matches, or that its bare key signed. */
  readonly depth: number;
  /** A `2 1 0` record whose key is in no certificate that was sent: it signed the top of the path. */
  readonly bareKey: boolean;
}

export type DaneResult =
  /** There are no records that an SMTP client can use, hence nothing to verify by (RFC 7672 section 2.2). */
  | { readonly result: 'unusable' }
  /** `match` has no errors; `invalid` has a matching record, and errors nevertheless; `mismatch` has code 65 or what it led to. */
  | (VerifyResult & { readonly result: 'match' | 'invalid'; readonly matched: DaneMatch })
  | (VerifyResult & { readonly result: 'mismatch'; readonly matched: null });

/** A trust store for who trusts nobody. */
const NOBODY: TrustStore = { bySubject: () => [], describe: () => 'no trust anchors' };

/**
 * Authenticates a chain by TLSA records as OpenSSL 3.0's dane_verify does, with DANE_FLAG_NO_DANE_EE_NAMECHECKS and a callback
 * that always goes on. It differs in two things. Usages 0 and 1 are unusable, though OpenSSL has them too: RFC 7672 section
 * 3.1.3. And a DANE-EE(3) record does not let revocation lists be passed over: see lookUp.
 * @throws SmtpcheckError `internal` as verifyChain does.
 */
export function verifyDane({ records, untrusted = [], ...input }: DaneInput): DaneResult {
  if (records.every((record) => whyUnusable(record) !== null)) return { result: 'unusable' };
  const issuerRecords = applicable(records, DANE_TA);
  // The path that the certificates make by themselves: that of a match ends earlier, and is the same up to there.
  const chain = withRecordCertificates(input.chain, issuerRecords);
  const open = verifyChain({ ...input, chain, trust: NOBODY });
  const path = open.path as Path;
  const weakLeaf = keyMeetsLevel(path[0], input.authLevel) ? [] : open.errors.slice(0, 1);

  const leafRecord = firstAssociated(applicable(records, DANE_EE), path[0]);
  if (leafRecord !== undefined) {
    // X509_get_pubkey_parameters wants the leaf's key, and OpenSSL gives up without it.
    const unread = path[0].publicKey === null && weakLeaf.length === 0;
    const errors = unread ? [errorAt(path, 0, 'X509_V_ERR_UNSPECIFIED')] : weakLeaf;
    return decided(
      {
        path: [path[0]],
        fromChain: 1,
        errors: [...errors, ...lookUp({ ...input, chain: [...chain, ...untrusted] })],
      },
      { record: leafRecord, depth: 0, bareKey: false },
    );
  }
  if (issuerRecords.length === 0) {
    const errors = [...weakLeaf, errorAt(path, 0, 'X509_V_ERR_DANE_NO_MATCH')];
    return { result: 'mismatch', matched: null, path: [path[0]], fromChain: 1, errors };
  }
  const matched = issuerMatch(issuerRecords, path) ?? bareKeyMatch(issuerRecords, path, input.depth);
  if (matched !== null) return decided(verifyBelow(input, path, matched), matched);
  // OpenSSL takes the weak key for the reason why there is no anchor, and repeats it in place of 65.
  const errors = weakLeaf.length > 0 ? open.errors : withNoMatch(open);
  return { result: 'mismatch', matched: null, path, fromChain: open.fromChain, errors };
}

/**
 * What the revocation lists say under a DANE-EE(3) record. OpenSSL does not ask them then, since that record binds the key
 * without a path. But a list is only there when someone has named it, who wants to know; so on purpose this is stricter, and a
 * list that cannot be used counts as with -crl_check. The path is the one that the certificates make by themselves: a list is
 * believed by its issuer's key.
 */
function lookUp(input: Question): VerifyError[] {
  if (input.revocation === undefined) return [];
  const path = verifyChain({ ...input, trust: NOBODY }).path as Path;
  const state: VerifyState = {
    ...{ sent: input.chain, trust: NOBODY, level: input.authLevel, depth: path.length },
    ...{ purpose: 'any', partialChain: false, x509Strict: false, errors: [] },
    now: wholeSecond(input.now),
    path: [...path],
    fromChain: path.length,
  };
  checkRevocation(state, input.revocation);
  return [...state.errors];
}

/** OpenSSL counts in seconds. */
function wholeSecond(now: number): number {
  return Math.floor(now / 1000) * 1000;
}

type Question = Omit<DaneInput, 'records' | 'untrusted'>;

/** verifyChain's paths have a leaf. */
type Path = readonly [Certificate, ...Certificate[]];

/** Certificates of `2 0 0` records stand before those that were sent, which need not have them (RFC 7671 section 5.2.1). */
function withRecordCertificates(
  [leaf, ...rest]: readonly Certificate[],
  records: readonly TlsaRecord[],
): Certificate[] {
  const brought = records
    .filter(({ selector, matchingType }) => selector === 0 && matchingType === 0)
    .map(({ data }) => orNull(() => parseCertificate(data)))
    .filter((certificate) => certificate !== null);
  return leaf === undefined ? [] : [leaf, ...brought, ...rest];
}

function firstAssociated(records: readonly TlsaRecord[], certificate: Certificate): TlsaRecord | undefined {
  return records.find((record) => isAssociated(record, certificate));
}

/** OpenSSL's check_dane_issuer: the lowest issuer in the path that a record matches. What is above it does not matter. */
function issuerMatch(records: readonly TlsaRecord[], path: Path): DaneMatch | null {
  for (const [depth, certificate] of path.entries()) {
    const record = depth === 0 ? undefined : firstAssociated(records, certificate);
    if (record !== undefined) return { record, depth, bareKey: false };
  }
  return null;
}

/**
 * OpenSSL's check_dane_pkeys: a `2 1 0` record whose key signed the top of the path (RFC 7671 section 5.2.3). A path that was
 * broken off at the depth limit has no top.
 */
function bareKeyMatch(records: readonly TlsaRecord[], path: Path, depth = Infinity): DaneMatch | null {
  const top = path.at(-1) ?? path[0];
  if (path.length > depth + 1) return null;
  const record = records.find(
    ({ selector, matchingType, data }) => selector === 1 && matchingType === 0 && isSignedByKey(top, data),
  );
  return record === undefined ? null : { record, depth: path.length - 1, bareKey: true };
}

function isSignedByKey(subject: Certificate, spki: Uint8Array): boolean {
  const key = readPublicKey(spki);
  if (key === null || !subject.signatureAlgorithmsAgree) return false;
  try {
    return subject.node.verify(key);
  } catch {
    // Node throws where OpenSSL cannot even begin, as with a key of another kind than the signature.
    return false;
  }
}

/** Validates the path up to the match as one that ends in an anchor. */
function verifyBelow(input: Question, path: Path, { depth, bareKey }: DaneMatch): VerifyResult {
  const anchor = path[depth] ?? path[0];
  const below = depth === 0 ? path : path.slice(0, depth);
  const trust = soleAnchor(anchor, below.at(-1) ?? anchor);
  const result = verifyChain({ ...input, chain: below, trust, partialChain: true });
  // A partial chain's anchor has its dates checked; an anchor by DANE only if it is its own issuer.
  const dated = bareKey || likelyIssued(anchor, anchor);
  return {
    path: result.path,
    fromChain: result.path.filter((certificate) => input.chain.includes(certificate)).length,
    errors: result.errors.filter((error) => dated || error.depth !== depth || !isAboutTime(error)),
  };
}

/**
 * A store that gives its one anchor out to nobody but the certificate below it, or the anchor itself where it stands alone: the
 * path is decided already, and an anchor that could have issued a lower certificate too is not to shorten it.
 */
function soleAnchor(anchor: Certificate, below: Certificate): TrustStore {
  const asking = anchor === below ? anchor.subject : below.issuer;
  return {
    bySubject: (name) => (name === asking ? [anchor] : []),
    describe: () => 'the certificate that a TLSA record matches',
  };
}

function decided(result: VerifyResult, matched: DaneMatch): DaneResult {
  return { result: result.errors.length === 0 ? 'match' : 'invalid', matched, ...result };
}

/** Puts 65 where OpenSSL's build_chain has it: before the reason why there is no anchor, after a path that is too long. */
function withNoMatch({ path, errors }: VerifyResult): VerifyError[] {
  const tooLong = errors.filter(isTooLong);
  const others = errors.filter((error) => !isTooLong(error));
  return [...tooLong, errorAt(path as Path, path.length - 1, 'X509_V_ERR_DANE_NO_MATCH'), ...others];
}

function errorAt(path: Path, depth: number, name: VerifyCodeName): VerifyError {
  return { code: verifyCodeNumber(name), depth, certificate: path[depth] ?? path[0] };
}

function isTooLong({ code }: VerifyError): boolean {
  return code === verifyCodeNumber('X509_V_ERR_CERT_CHAIN_TOO_LONG');
}

const TIME_CODES = [
  'X509_V_ERR_CERT_NOT_YET_VALID',
  'X509_V_ERR_CERT_HAS_EXPIRED',
  'X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD',
] as const satisfies readonly VerifyCodeName[];

function isAboutTime({ code }: VerifyError): boolean {
  return TIME_CODES.some((name) => verifyCodeNumber(name) === code);
}
