import { verifyChain } from '../../../src/x509/verify.js';
import { altNames, constraints, nameConstraints, type Subtrees } from '../support/constraint-writer.js';
import { codes, memoryStore } from './fixtures.js';
import { ca, ecKey, issue, keyUsage, notCa, type Issued } from './issue.js';

/** Puts names and name constraints to the validator, in a chain that has nothing else wrong with it. */

export const [rootKey, caKey, lowKey, leafKey] = [ecKey(), ecKey(), ecKey(), ecKey()];
export const caExtensions = [ca(), keyUsage(0x06)];
const root = issue({ subject: 'root', key: rootKey, extensions: caExtensions });

/** A CA below the root with this extension. */
export const constrainedCa = (value: Uint8Array): Issued =>
  issue({
    subject: 'ca',
    issuer: 'root',
    key: caKey,
    signer: rootKey,
    extensions: [...caExtensions, nameConstraints(value)],
  });

/** `code@depth` of every error, in order. */
export const errorsOf = (chain: readonly Issued[], anchor = root): string =>
  codes(
    verifyChain({
      chain: chain.map(({ cert }) => cert),
      trust: memoryStore([anchor.cert]),
      now: Date.now(),
      authLevel: 1,
    }),
  )
    .map(([code, depth]) => `${code}@${depth}`)
    .join(' ');

export interface LeafSpec {
  readonly names?: readonly Uint8Array[];
  readonly subject?: string | Uint8Array;
}

const leaf = ({ names = [], subject = 'leaf' }: LeafSpec): Issued =>
  issue({
    subject,
    issuer: 'ca',
    key: leafKey,
    signer: caKey,
    extensions: names.length === 0 ? [notCa] : [notCa, altNames(...names)],
  });

/** What becomes of a leaf under a CA with these constraints. */
export const judge = (spec: LeafSpec, subtrees: Subtrees): string =>
  errorsOf([leaf(spec), constrainedCa(constraints(subtrees))]);
