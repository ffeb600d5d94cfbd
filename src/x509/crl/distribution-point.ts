import type { GeneralName } from '../certificate-types.js';
import { ALL_REASONS, type DistributionPointName, type IssuingDistributionPoint } from '../crl-types.js';
import {
  childrenOf,
  expectTag,
  malformed,
  rawOf,
  readBitString,
  readBoolean,
  readElement,
  TAG,
  type DerElement,
} from '../der.js';
import { readGeneralName } from '../extensions.js';
import { parseName } from '../name.js';

/** One DistributionPoint of a certificate (RFC 5280 section 4.2.1.13): where lists about it are, and who issues them. */
export interface DistributionPoint {
  readonly name: DistributionPointName | null;
  readonly reasons: number;
  /** null: the certificate's issuer. */
  readonly crlIssuer: readonly GeneralName[] | null;
}

/** Takes the element in front if it has the tag. */
const takeTagged =
  (fields: DerElement[]) =>
  (tag: number): DerElement | undefined =>
    fields[0]?.tag === tag ? fields.shift() : undefined;

/** The value of cRLDistributionPoints. */
export function decodeDistributionPoints(value: Uint8Array): DistributionPoint[] {
  return childrenOf(expectTag(readElement(value), TAG.sequence, 'cRLDistributionPoints')).map(readPoint);
}

/** One DistributionPoint, in which a name or an issuer must be. */
function readPoint(point: DerElement): DistributionPoint {
  const fields = childrenOf(expectTag(point, TAG.sequence, 'a DistributionPoint'));
  const take = takeTagged(fields);
  const [name, reasons, issuer] = [take(0xa0), take(0x81), take(0xa2)];
  if (fields.length > 0) throw malformed('a DistributionPoint of unknown parts');
  const crlIssuer = issuer === undefined ? null : childrenOf(issuer).map(readGeneralName);
  if (name === undefined && (crlIssuer ?? []).length === 0) throw malformed('an empty DistributionPoint');
  return {
    name: name === undefined ? null : readPointName(name),
    reasons: reasons === undefined ? ALL_REASONS : readReasons(reasons),
    crlIssuer,
  };
}

/** The value of issuingDistributionPoint (RFC 5280 section 5.2.5). */
export function decodeIssuingPoint(value: Uint8Array): IssuingDistributionPoint {
  const fields = childrenOf(expectTag(readElement(value), TAG.sequence, 'issuingDistributionPoint'));
  const take = takeTagged(fields);
  const [name, user, ca, reasons, indirect, attribute] = [
    take(0xa0),
    take(0x81),
    take(0x82),
    take(0x83),
    take(0x84),
    take(0x85),
  ];
  if (fields.length > 0) throw malformed('an issuingDistributionPoint of unknown parts');
  return {
    name: name === undefined ? null : readPointName(name),
    onlyUserCerts: isTrue(user),
    onlyCaCerts: isTrue(ca),
    onlyAttributeCerts: isTrue(attribute),
    reasons: reasons === undefined ? null : readReasons(reasons),
    indirect: isTrue(indirect),
  };
}

const isTrue = (element: DerElement | undefined): boolean => element !== undefined && readBoolean(element);

/** ReasonFlags (RFC 5280 section 4.2.1.13). */
function readReasons(element: DerElement): number {
  const [first = 0, second = 0] = readBitString(element);
  return (first | (second << 8)) & ALL_REASONS;
}

/** A DistributionPointName within its EXPLICIT tag. */
function readPointName(explicit: DerElement): DistributionPointName {
  const [choice, ...surplus] = childrenOf(explicit);
  if (choice === undefined || surplus.length > 0) throw malformed('not one DistributionPointName');
  if (choice.tag === 0xa0) return { type: 'full', names: childrenOf(choice).map(readGeneralName) };
  if (choice.tag !== 0xa1) throw malformed('a DistributionPointName of unknown kind');
  // [0] { [1] … } is SEQUENCE { SET … }, a name of this one part, but for the tags.
  const name = rawOf(explicit).slice();
  name[0] = TAG.sequence;
  name[choice.start - explicit.start] = TAG.set;
  return { type: 'relative', fragment: parseName(name) };
}
