import { interCrl, leaf, leafCase, makeLeaf, one, revokes, type CrlCase } from './crl-pki.js';
import {
  crlNumber,
  deltaOf,
  dirName,
  fullName,
  INDIRECT,
  issuingPoint,
  ONLY_ATTRIBUTE,
  ONLY_CA,
  ONLY_USER,
  relativeName,
  SOME_REASONS,
  unknown,
  uri,
  type CrlSpec,
} from './crl-writer.js';
import { der, oid, type ExtensionSpec } from './der-writer.js';

/** What a list is about: kinds of certificates, reasons, distribution points (RFC 5280 sections 5.2.4 and 5.2.5). */

const distributionPoints = (...points: readonly Uint8Array[]): ExtensionSpec => [
  '2.5.29.31',
  false,
  der(0x30, ...points),
];
const point = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);

const scopeCases = (): CrlCase[] => [
  one('delta alone', { extensions: [crlNumber(2), deltaOf(1)] }, ['3@0']),
  leafCase(
    'delta that revokes beside the complete list',
    [
      interCrl({ extensions: [crlNumber(2), deltaOf(1)], ...revokes(leaf) }),
      interCrl({ extensions: [crlNumber(1)] }),
    ],
    [],
  ),
  one('only users', { extensions: [issuingPoint(ONLY_USER)] }, []),
  one('only CAs', { extensions: [issuingPoint(ONLY_CA)] }, ['44@0', '3@0']),
  one('only CAs, and revokes', { extensions: [issuingPoint(ONLY_CA)], ...revokes(leaf) }, [
    '44@0',
    '23@0',
    '3@0',
  ]),
  one('only attributes', { extensions: [issuingPoint(ONLY_ATTRIBUTE)] }, ['44@0', '3@0']),
  one('only users and only CAs', { extensions: [issuingPoint(ONLY_USER, ONLY_CA)] }, ['3@0']),
  one('only some reasons', { extensions: [issuingPoint(SOME_REASONS)] }, ['3@0']),
  one('indirect', { extensions: [issuingPoint(INDIRECT)] }, ['3@0']),
  one('an empty point', { extensions: [issuingPoint()] }, []),
  one('critical and unknown', { extensions: [unknown(true)] }, ['36@0']),
  one('critical and unknown, and revokes', { extensions: [unknown(true)], ...revokes(leaf) }, [
    '36@0',
    '23@0',
  ]),
  one('a critical number', { extensions: [crlNumber(1, true)] }, ['36@0']),
  one('unknown', { extensions: [unknown(false)] }, []),
  one('a point of its own', { extensions: [issuingPoint(fullName(uri('http://a/1')))] }, ['44@0', '3@0']),
];

const POINT_A = fullName(uri('http://a/1'));
const POINT_B = fullName(uri('http://a/2'));

/** Leaves with distribution points. */
function pointCases(): CrlCase[] {
  const atA = makeLeaf(distributionPoints(point(POINT_A)));
  const atBoth = makeLeaf(distributionPoints(point(POINT_B), point(POINT_A)));
  const atRelative = makeLeaf(distributionPoints(point(relativeName('part'))));
  const elsewhere = makeLeaf(distributionPoints(point(POINT_A, der(0xa2, dirName('elsewhere')))));
  const fromInter = makeLeaf(distributionPoints(point(POINT_A, der(0xa2, dirName('INTER')))));
  const whole = der(0xa4, der(0x30, rdn('inter'), rdn('part')));
  const in1 = (...parts: readonly Uint8Array[]): Partial<CrlSpec> => ({
    extensions: [issuingPoint(...parts)],
  });
  return [
    one('at the point', in1(POINT_A), [], atA),
    one('at another point', in1(POINT_B), ['44@0', '3@0'], atA),
    one('at one of the points', in1(POINT_A, ONLY_USER), [], atBoth),
    one('at a point in other letters', in1(fullName(uri('HTTP://A/1'))), ['44@0', '3@0'], atA),
    one('no point of its own', {}, [], atA),
    one('both relative', in1(relativeName('Part ')), [], atRelative),
    one('relative and other', in1(relativeName('other')), ['44@0', '3@0'], atRelative),
    one('relative and full', in1(fullName(uri('http://a/1'), whole)), [], atRelative),
    one(
      'full and relative',
      in1(relativeName('part')),
      [],
      makeLeaf(distributionPoints(point(fullName(whole)))),
    ),
    one('relative and a URI', in1(POINT_A), ['44@0', '3@0'], atRelative),
    one('point of another issuer', in1(POINT_A), ['44@0', '3@0'], elsewhere),
    one('no point, leaf has another issuer for it', {}, [], elsewhere),
    one('point of this issuer by name', in1(POINT_A), [], fromInter),
    one(
      'an issuer and no name',
      in1(POINT_A),
      [],
      makeLeaf(distributionPoints(point(der(0xa2, dirName('inter'))))),
    ),
  ];
}

const rdn = (text: string): Uint8Array => der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, Buffer.from(text))));

/** Points that give reasons: a list is then worth those alone. */
function reasonCases(): CrlCase[] {
  const keyOnly = der(0x81, [1, 0x60]);
  const rest = der(0x81, [7, 0x1f, 0x80]);
  const partly = makeLeaf(distributionPoints(point(POINT_A, keyOnly)));
  const shared = makeLeaf(distributionPoints(point(POINT_A, keyOnly), point(POINT_B, rest)));
  const listA = interCrl({ extensions: [issuingPoint(POINT_A)] });
  const listB = { extensions: [issuingPoint(POINT_B)] };
  return [
    leafCase('some reasons at the only point', [listA], ['3@0'], partly),
    leafCase(
      'some reasons at the only point, and revokes',
      [interCrl(revokes(partly))],
      ['23@0', '3@0'],
      partly,
    ),
    leafCase('all reasons at two points', [listA, interCrl(listB)], [], shared),
    leafCase(
      'revoked at the second point',
      [listA, interCrl({ ...listB, ...revokes(shared) })],
      ['23@0'],
      shared,
    ),
    leafCase('one of two points', [interCrl(listB)], ['3@0'], shared),
    leafCase(
      'no reasons at all',
      [listA],
      ['3@0'],
      makeLeaf(distributionPoints(point(POINT_A, der(0x81, [0, 0])))),
    ),
  ];
}

export const makeScopeCases = (): CrlCase[] => [...scopeCases(), ...pointCases(), ...reasonCases()];
