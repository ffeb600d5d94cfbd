import { issue, san, type Issued } from '../verify/issue.js';
import {
  caExtensions,
  GOOD_ROOT,
  HOST,
  inter,
  interCrl,
  keys,
  leaf,
  leafCase,
  one,
  revokes,
  root,
  rootCrl,
  type CrlCase,
} from './crl-pki.js';
import { makeScopeCases } from './crl-scope-cases.js';
import {
  authorityKeyId,
  certificateIssuer,
  crlDer,
  dirName,
  EARLIER,
  FUTURE,
  issuingPoint,
  keyIdOf,
  ONLY_CA,
  ONLY_USER,
  PAST,
  reason,
  unknown,
  utc,
} from './crl-writer.js';
import { der, oid } from './der-writer.js';

/** Revocation lists of every kind and what OpenSSL's X509_verify_cert says to them; test/interop/crl.test.ts asks it. */

const entryCases = (): CrlCase[] => [
  one('good', {}, []),
  one('revoked', revokes(leaf), ['23@0']),
  one('revoked for a reason', revokes(leaf, reason(1)), ['23@0']),
  one('on hold', revokes(leaf, reason(6)), ['23@0']),
  one('removed from the list', revokes(leaf, reason(8)), []),
  one('critical reason', revokes(leaf, reason(1, true)), ['36@0', '23@0']),
  one(
    'critical extension of another entry',
    { entries: [{ serial: '4000FF', extensions: [unknown(true)] }] },
    ['36@0'],
  ),
  one('unknown extension of an entry', revokes(leaf, unknown(false)), ['23@0']),
  one('entry of this issuer', revokes(leaf, certificateIssuer('inter')), ['23@0']),
  one('entry of another issuer', revokes(leaf, certificateIssuer('elsewhere')), []),
  one(
    'entry after one of another issuer',
    {
      entries: [
        { serial: '4000FF', extensions: [certificateIssuer('elsewhere')] },
        { serial: leaf.cert.serial },
      ],
    },
    [],
  ),
  one(
    'entry after another issuer and this one',
    {
      entries: [
        { serial: '4000FF', extensions: [certificateIssuer('elsewhere')] },
        { serial: leaf.cert.serial },
        { serial: '4000FE', extensions: [certificateIssuer('inter')] },
        { serial: leaf.cert.serial, extensions: [reason(4)] },
      ],
    },
    ['23@0'],
  ),
  one(
    'removed, then revoked in one list',
    {
      entries: [
        { serial: leaf.cert.serial, extensions: [reason(8)] },
        { serial: leaf.cert.serial, extensions: [reason(1)] },
      ],
    },
    [],
  ),
  one(
    'revoked, then removed in one list',
    {
      entries: [
        { serial: leaf.cert.serial, extensions: [reason(1)] },
        { serial: leaf.cert.serial, extensions: [reason(8)] },
      ],
    },
    ['23@0'],
  ),
];

const ECDSA_SHA384 = der(0x30, oid('1.2.840.10045.4.3.3'));
const LOCAL = utc('2501010000Z');

const timeCases = (): CrlCase[] => [
  one('expired', { thisUpdate: EARLIER, nextUpdate: PAST }, ['12@0']),
  one('not yet valid', { thisUpdate: FUTURE }, ['11@0']),
  one('never valid', { thisUpdate: FUTURE, nextUpdate: PAST }, ['11@0', '12@0']),
  one('no nextUpdate', { nextUpdate: null }, []),
  one('expired, and revokes', { nextUpdate: PAST, ...revokes(leaf) }, ['12@0', '23@0']),
  one('thisUpdate without seconds', { thisUpdate: LOCAL }, ['15@0']),
  one('nextUpdate without seconds', { nextUpdate: LOCAL }, ['16@0']),
  one('no time without fault', { thisUpdate: LOCAL, nextUpdate: LOCAL }, ['15@0', '16@0']),
];

const signatureCases = (): CrlCase[] => [
  one('of another issuer', { issuer: 'elsewhere' }, ['3@0']),
  one('signed with another key', { signer: keys.other }, ['8@0']),
  one('signed with another key, and revokes', { signer: keys.other, ...revokes(leaf) }, ['8@0', '23@0']),
  one('two signature algorithms', { innerAlgorithm: ECDSA_SHA384 }, ['8@0']),
  one('the wrong algorithm in both', { algorithm: ECDSA_SHA384 }, ['8@0']),
  one('a signature with odd bits', { unusedBits: 1 }, ['8@0']),
  one('an unknown algorithm', { algorithm: der(0x30, oid('1.3.6.1.4.1.32473.9')) }, ['8@0']),
  one('the key named', { extensions: [authorityKeyId(der(0x80, keyIdOf(keys.inter)))] }, []),
  one('another key named', { extensions: [authorityKeyId(der(0x80, keyIdOf(keys.other)))] }, ['3@0']),
  one(
    'the certificate named',
    { extensions: [authorityKeyId(der(0xa1, dirName('root')), der(0x82, serialOctets(inter)))] },
    [],
  ),
  one(
    'another certificate named',
    { extensions: [authorityKeyId(der(0xa1, dirName('root')), der(0x82, serialOctets(leaf)))] },
    ['3@0'],
  ),
  one('another issuer of it named', { extensions: [authorityKeyId(der(0xa1, dirName('inter')))] }, ['3@0']),
  one('the algorithm is SHA-384', { algorithm: ECDSA_SHA384, digest: 'sha384' }, []),
];

function serialOctets({ cert }: Issued): Uint8Array {
  return Buffer.from(cert.serial, 'hex');
}

/** More than one list: which one is taken. */
function choiceCases(): CrlCase[] {
  const older = { thisUpdate: EARLIER };
  const [oldGood, newGood] = [interCrl(older), interCrl()];
  const [oldRevoking, newRevoking] = [interCrl({ ...older, ...revokes(leaf) }), interCrl(revokes(leaf))];
  const expired = interCrl({ nextUpdate: PAST, ...revokes(leaf) });
  const critical = interCrl({ extensions: [unknown(true)] });
  const wrongScope = interCrl({ extensions: [issuingPoint(ONLY_CA)] });
  return [
    leafCase('newer revokes, last', [oldGood, newRevoking], ['23@0']),
    leafCase('newer revokes, first', [newRevoking, oldGood], ['23@0']),
    leafCase('older revokes, last', [newGood, oldRevoking], []),
    leafCase('older revokes, first', [oldRevoking, newGood], []),
    leafCase('newer has expired', [expired, oldGood], []),
    leafCase('newer has a critical extension', [critical, oldGood], []),
    leafCase('newer has another scope', [wrongScope, oldGood], []),
    leafCase('expired before critical', [critical, expired], ['12@0', '23@0']),
    leafCase('expired before another scope', [wrongScope, expired], ['12@0', '23@0']),
    leafCase('another scope before critical', [critical, wrongScope], ['44@0', '3@0']),
    leafCase('the forged one is newer', [interCrl({ signer: keys.other }), oldGood], ['8@0']),
  ];
}

/** Chains that are not leaf, intermediate, root. */
function chainCases(): CrlCase[] {
  const silent = (usage: number): Issued =>
    issue({
      subject: 'inter',
      issuer: 'root',
      key: keys.inter,
      signer: keys.root,
      extensions: caExtensions(keys.inter, usage),
    });
  const usual = { chain: [leaf, inter], trust: [root] };
  const alone = issue({ subject: HOST, key: keys.leaf, extensions: [san(HOST)] });
  const bothGood = [interCrl(), GOOD_ROOT];
  return [
    { id: 'no list', ...usual, crls: [], leaf: ['3@0'], all: ['3@0', '3@1', '3@2'] },
    { id: "no list of the root's", ...usual, crls: [interCrl()], leaf: [], all: ['3@1', '3@2'] },
    { id: "no list of the intermediate's", ...usual, crls: [GOOD_ROOT], leaf: ['3@0'], all: ['3@0'] },
    {
      id: 'intermediate revoked',
      ...usual,
      crls: [interCrl(), rootCrl(revokes(inter))],
      leaf: [],
      all: ['23@1'],
    },
    { id: 'root revoked', ...usual, crls: [interCrl(), rootCrl(revokes(root))], leaf: [], all: ['23@2'] },
    {
      id: "root's list expired",
      ...usual,
      crls: [interCrl(), rootCrl({ nextUpdate: PAST })],
      leaf: [],
      all: ['12@1', '12@2'],
    },
    {
      id: "root's list for users only",
      ...usual,
      crls: [interCrl(), rootCrl({ extensions: [issuingPoint(ONLY_USER)] })],
      leaf: [],
      all: ['44@1', '3@1', '44@2', '3@2'],
    },
    {
      id: 'issuer may not sign lists',
      chain: [leaf, silent(0x04)],
      trust: [root],
      crls: bothGood,
      leaf: ['35@0'],
      all: ['35@0'],
    },
    {
      id: 'issuer may sign lists alone',
      chain: [leaf, silent(0x02)],
      trust: [root],
      crls: bothGood,
      leaf: ['79@1', '26@1', '32@1'],
      all: ['79@1', '26@1', '32@1'],
    },
    {
      id: 'partial chain',
      chain: [leaf],
      trust: [inter],
      partialChain: true,
      crls: [interCrl(), GOOD_ROOT],
      leaf: [],
      all: ['8@1'],
    },
    {
      id: 'nothing trusted',
      chain: [leaf],
      trust: [],
      crls: bothGood,
      leaf: ['20@0', '8@0', '21@0'],
      all: ['20@0', '8@0', '21@0'],
    },
    {
      id: 'self-signed',
      chain: [alone],
      trust: [alone],
      crls: [crlDer({ issuer: HOST, signer: keys.leaf })],
      leaf: [],
      all: [],
    },
  ];
}

/** Every case, with certificates that are made when this is called. */
export function makeCrlCases(): CrlCase[] {
  return [
    ...entryCases(),
    ...timeCases(),
    ...signatureCases(),
    ...makeScopeCases(),
    ...choiceCases(),
    ...chainCases(),
  ];
}

/** The intermediate's list with this extension, which cannot be read: OpenSSL passes over it, and so over what it says. */
export const UNREADABLE: readonly (readonly [string, Uint8Array])[] = [
  ['issuingDistributionPoint', interCrl({ extensions: [['2.5.29.28', true, der(0x05)]] })],
  ['two of them', interCrl({ extensions: [issuingPoint(ONLY_CA), issuingPoint(ONLY_CA)] })],
  ['deltaCRLIndicator', interCrl({ extensions: [['2.5.29.27', true, der(0x05)]] })],
  ['cRLNumber', interCrl({ extensions: [['2.5.29.20', false, der(0x05)]] })],
  ['authorityKeyIdentifier', interCrl({ extensions: [['2.5.29.35', false, der(0x05)]] })],
  [
    'reasonCode',
    interCrl({ entries: [{ serial: '4000FF', extensions: [['2.5.29.21', false, der(0x05)]] }] }),
  ],
  [
    'certificateIssuer',
    interCrl({ entries: [{ serial: '4000FF', extensions: [['2.5.29.29', true, der(0x05)]] }] }),
  ],
];
