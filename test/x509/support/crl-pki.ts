import { ca, ecKey, issue, keyUsage, san, subjectKeyId, type Issued, type KeyPair } from '../verify/issue.js';
import { crlDer, type CrlSpec } from './crl-writer.js';
import type { ExtensionSpec } from './der-writer.js';

/** The certificates that revocation lists are tried with, and what a case is made of. */

export const HOST = 'mail.smtpcheck.test';

/** Codes with their depths: `23@0`. */
export type Expected = readonly string[];

export interface CrlCase {
  readonly id: string;
  readonly chain: readonly Issued[];
  readonly trust: readonly Issued[];
  readonly partialChain?: boolean;
  readonly crls: readonly Uint8Array[];
  /** With the leaf looked up, and with all certificates. */
  readonly leaf: Expected;
  readonly all: Expected;
}

const SIGNS_BOTH = 0x06;

const [rootKey, interKey, leafKey, otherKey]: readonly KeyPair[] = [ecKey(), ecKey(), ecKey(), ecKey()];
if (rootKey === undefined || interKey === undefined || leafKey === undefined || otherKey === undefined)
  throw new Error('four keys were made');

export const caExtensions = (key: KeyPair, usage = SIGNS_BOTH): ExtensionSpec[] => [
  ca(),
  keyUsage(usage),
  subjectKeyId(key),
];

export const root = issue({ subject: 'root', key: rootKey, extensions: caExtensions(rootKey) });
export const inter = issue({
  subject: 'inter',
  issuer: 'root',
  key: interKey,
  signer: rootKey,
  extensions: caExtensions(interKey),
});

export const makeLeaf = (...extensions: readonly ExtensionSpec[]): Issued =>
  issue({
    subject: HOST,
    issuer: 'inter',
    key: leafKey,
    signer: interKey,
    extensions: [san(HOST), ...extensions],
  });

export const leaf = makeLeaf();
export const keys = { root: rootKey, inter: interKey, leaf: leafKey, other: otherKey };

/** A list of the intermediate's. */
export const interCrl = (spec: Partial<CrlSpec> = {}): Uint8Array =>
  crlDer({ issuer: 'inter', signer: interKey, ...spec });
export const rootCrl = (spec: Partial<CrlSpec> = {}): Uint8Array =>
  crlDer({ issuer: 'root', signer: rootKey, ...spec });

export const revokes = ({ cert }: Issued, ...extensions: readonly ExtensionSpec[]): Partial<CrlSpec> => ({
  entries: [{ serial: '4000FF' }, { serial: cert.serial, extensions }, { serial: '4000FE' }],
});

export const GOOD_ROOT = rootCrl();

/** Lists for the leaf; the root's own list is good, so that the answers for `all` are the same. */
export function leafCase(
  id: string,
  crls: readonly Uint8Array[],
  leafCodes: Expected,
  subject = leaf,
): CrlCase {
  return {
    id,
    chain: [subject, inter],
    trust: [root],
    crls: [...crls, GOOD_ROOT],
    leaf: leafCodes,
    all: leafCodes,
  };
}

/** A list that is about the leaf in everything but what the case says. */
export const one = (id: string, spec: Partial<CrlSpec>, leafCodes: Expected, subject = leaf): CrlCase =>
  leafCase(id, [interCrl(spec)], leafCodes, subject);
