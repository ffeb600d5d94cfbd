import { generateKeyPairSync } from 'node:crypto';
import { ascii, cn, der, oid, type ExtensionSpec } from '../support/der-writer.js';
import {
  ca,
  ecKey,
  issue,
  keyUsage,
  netscapeType,
  notCa,
  rsaKey,
  san,
  subjectKeyId,
  type Issued,
  type IssueSpec,
  type KeyPair,
} from './issue.js';

/** A chain that no CA would issue, so that it is not in certs-fixtures: leaf first, and what is trusted. */
export interface ExoticCase {
  readonly id: string;
  readonly chain: readonly Issued[];
  readonly trust: readonly Issued[];
  /** Authentication levels worth asking at; 0 and 2 when left out. */
  readonly levels?: readonly number[];
}

export const HOST = 'mail.smtpcheck.test';

const [leafKey, middleKey, otherKey, rootKey] = [ecKey(), ecKey(), ecKey(), ecKey()];

const root = (changes: Partial<IssueSpec> = {}): Issued =>
  issue({ subject: 'exotic root', key: rootKey, extensions: [ca(), keyUsage(0x06)], ...changes });

const middle = (changes: Partial<IssueSpec> = {}): Issued =>
  issue({
    subject: 'exotic intermediate',
    issuer: 'exotic root',
    key: middleKey,
    signer: rootKey,
    extensions: [ca(), keyUsage(0x06)],
    ...changes,
  });

const leaf = (changes: Partial<IssueSpec> = {}): Issued =>
  issue({
    subject: HOST,
    issuer: 'exotic intermediate',
    key: leafKey,
    signer: middleKey,
    extensions: [notCa, keyUsage(0x80), san(HOST)],
    ...changes,
  });

/** Extensions that OpenSSL cannot read, or that contradict what they are. */
const BAD_EXTENSIONS: Readonly<Record<string, readonly ExtensionSpec[]>> = {
  'basic-constraints': [['2.5.29.19', true, [0x30, 0x03, 0x01, 0x01]]],
  'basic-constraints-with-more': [['2.5.29.19', true, der(0x30, der(0x01, [0xff]), der(0x05))]],
  'negative-path-length': [['2.5.29.19', true, der(0x30, der(0x01, [0xff]), der(0x02, [0xff]))]],
  'huge-path-length': [ca(), ['2.5.29.54', false, der(0x02, [0])]],
  'empty-key-usage': [ca(), ['2.5.29.15', true, der(0x03, [0, 0])]],
  'key-usage-type': [ca(), ['2.5.29.15', true, der(0x04, [0, 6])]],
  'twice-basic-constraints': [ca(), ca()],
  'twice-unknown': [
    ca(),
    ['1.3.6.1.4.1.32473.1', false, der(0x05)],
    ['1.3.6.1.4.1.32473.1', false, der(0x05)],
  ],
  'distribution-point-empty': [ca(), ['2.5.29.31', false, der(0x30, der(0x30))]],
  'distribution-point-reasons-only': [ca(), ['2.5.29.31', false, der(0x30, der(0x30, der(0x81, [0, 6])))]],
  'distribution-point-url': [
    ca(),
    ['2.5.29.31', false, der(0x30, der(0x30, der(0xa0, der(0xa0, der(0x86, ascii('http://x/'))))))],
  ],
  'distribution-point-odd': [ca(), ['2.5.29.31', false, der(0x30, der(0x30, der(0xa5, der(0x05))))]],
  'distribution-point-name-odd': [ca(), ['2.5.29.31', false, der(0x30, der(0x30, der(0xa0, der(0x05))))]],
  'distribution-points-none': [ca(), ['2.5.29.31', false, der(0x30)]],
  'key-purposes': [ca(), ['2.5.29.37', false, der(0x30, der(0x05))]],
  'key-identifier': [ca(), ['2.5.29.14', false, der(0x05)]],
  'alternative-name': [ca(), ['2.5.29.17', false, der(0x30, der(0x05))]],
  'netscape-type': [ca(), ['2.16.840.1.113730.1.1', false, der(0x05)]],
};

function withBadExtensions(): ExoticCase[] {
  return Object.entries(BAD_EXTENSIONS).flatMap(([name, extensions]) => [
    {
      id: `bad-leaf-${name}`,
      chain: [leaf({ extensions: [...extensions, ...names(extensions)] }), middle()],
      trust: [root()],
    },
    { id: `bad-intermediate-${name}`, chain: [leaf(), middle({ extensions })], trust: [root()] },
    { id: `bad-root-${name}`, chain: [leaf(), middle()], trust: [root({ extensions })] },
  ]);
}

const names = (extensions: readonly ExtensionSpec[]): ExtensionSpec[] =>
  extensions.some(([id]) => id === '2.5.29.17') ? [] : [san(HOST)];

/** Only Netscape's certificate type says what these are. */
function byNetscapeType(): ExoticCase[] {
  return [0x80, 0x40, 0x04, 0x02].flatMap((type) => {
    const extensions = [netscapeType(type)];
    return [
      {
        id: `netscape-${type}-leaf`,
        chain: [leaf({ extensions: [...extensions, san(HOST)] }), middle()],
        trust: [root()],
      },
      { id: `netscape-${type}-intermediate`, chain: [leaf(), middle({ extensions })], trust: [root()] },
      { id: `netscape-${type}-root`, chain: [leaf(), middle()], trust: [root({ extensions })] },
    ];
  });
}

/** Keys of every strength, at each place of the path. */
function byKey(): ExoticCase[] {
  const explicit: KeyPair = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    paramEncoding: 'explicit',
  });
  const keys: Readonly<Record<string, KeyPair>> = {
    'rsa-1024': rsaKey(1024),
    'rsa-1960': rsaKey(1960),
    'rsa-1968': rsaKey(1968),
    'rsa-2664': rsaKey(2664),
    'rsa-2672': rsaKey(2672),
    'dsa-1024': generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
    'dsa-2048': generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 224 }),
    explicit,
    ...Object.fromEntries(
      [
        'secp256k1',
        'brainpoolP512r1',
        'brainpoolP160r1',
        'secp384r1',
        'secp521r1',
        'sect233k1',
        'sect571r1',
        'SM2',
      ].map((curve) => [curve.toLowerCase(), ecKey(curve)]),
    ),
  };
  const levels = [1, 2, 3, 4, 5];
  return Object.entries(keys).flatMap(([name, key]) => {
    const below = leaf({ issuer: 'exotic intermediate', signer: key });
    return [
      { id: `key-${name}-intermediate`, chain: [below, middle({ key })], trust: [root()], levels },
      { id: `key-${name}-root`, chain: [leaf(), middle({ signer: key })], trust: [root({ key })], levels },
      { id: `key-${name}-untrusted`, chain: [below, middle({ key })], trust: [], levels },
    ];
  });
}

function withWeakLeaf(): ExoticCase[] {
  const weak = rsaKey(1024);
  const alone = issue({ subject: HOST, key: weak, extensions: [san(HOST)] });
  return [
    { id: 'weak-leaf-untrusted', chain: [leaf({ key: weak }), middle()], trust: [] },
    { id: 'weak-leaf-untrusted-root-sent', chain: [leaf({ key: weak }), middle(), root()], trust: [] },
    { id: 'weak-leaf-self-signed', chain: [alone], trust: [] },
    { id: 'weak-leaf-self-signed-trusted', chain: [alone], trust: [alone] },
    { id: 'weak-leaf-incomplete', chain: [leaf({ key: weak })], trust: [root()] },
  ];
}

/** Certificates that certify each other, and many of one name. */
export function loops(): ExoticCase[] {
  const a = middle({ subject: 'loop a', issuer: 'loop b', signer: otherKey });
  const b = middle({ subject: 'loop b', issuer: 'loop a', key: otherKey, signer: middleKey });
  const below = leaf({ issuer: 'loop a' });
  const crowd = Array.from({ length: 20 }, () => middle({ key: ecKey() }));
  return [
    { id: 'loop-sent', chain: [below, a, b], trust: [] },
    { id: 'loop-half-trusted', chain: [below, a, b], trust: [a] },
    { id: 'loop-trusted', chain: [below], trust: [a, b] },
    { id: 'crowd-right-last', chain: [leaf(), ...crowd, middle()], trust: [root()] },
    { id: 'crowd-right-first', chain: [leaf(), middle(), ...crowd], trust: [root()] },
    { id: 'crowd-trusted', chain: [leaf()], trust: [...crowd, middle(), root()] },
  ];
}

const selfIssuedExtensions: readonly ExtensionSpec[] = [ca(), keyUsage(0x06), subjectKeyId(rootKey)];
const badKeyId: ExtensionSpec = ['2.5.29.35', false, der(0x30, der(0x80, [1, 2, 3]))];

function odd(): ExoticCase[] {
  const mimic = root({ key: otherKey });
  const selfIssuedLeaf = issue({
    subject: HOST,
    key: leafKey,
    extensions: [san(HOST), subjectKeyId(leafKey), badKeyId],
  });
  const noSeconds = der(0x17, ascii('2001010000Z'));
  const proxy: ExtensionSpec = ['1.3.6.1.5.5.7.1.14', true, der(0x30, der(0x30, oid('1.3.6.1.5.5.7.21.1')))];
  const sgc: ExtensionSpec = ['2.5.29.37', false, der(0x30, oid('1.3.6.1.4.1.311.10.3.3'))];
  return [
    {
      id: 'mimic-of-root-sent',
      chain: [leaf({ signer: middleKey }), middle({ signer: otherKey }), mimic],
      trust: [root()],
    },
    { id: 'mimic-of-root-alone', chain: [issue({ subject: 'exotic root', key: leafKey })], trust: [root()] },
    { id: 'root-as-server', chain: [root()], trust: [root()] },
    {
      id: 'root-twice-trusted',
      chain: [leaf(), middle()],
      trust: [root({ serial: 7 }), root({ serial: 7 })],
    },
    { id: 'self-issued-leaf', chain: [selfIssuedLeaf], trust: [selfIssuedLeaf] },
    { id: 'self-issued-leaf-twice', chain: [selfIssuedLeaf, selfIssuedLeaf], trust: [] },
    {
      id: 'self-issued-root',
      chain: [leaf(), middle()],
      trust: [root({ extensions: [...selfIssuedExtensions, badKeyId] })],
    },
    {
      id: 'critical-key-identifier',
      chain: [leaf(), middle({ extensions: [ca(), subjectKeyId(middleKey, true)] })],
      trust: [root()],
    },
    { id: 'not-before-odd', chain: [leaf({ notBefore: noSeconds }), middle()], trust: [root()] },
    { id: 'not-after-odd', chain: [leaf({ notAfter: noSeconds }), middle()], trust: [root()] },
    {
      id: 'both-times-odd-intermediate',
      chain: [leaf(), middle({ notBefore: noSeconds, notAfter: noSeconds })],
      trust: [root()],
    },
    { id: 'server-gated-crypto', chain: [leaf({ extensions: [san(HOST), sgc] }), middle()], trust: [root()] },
    { id: 'proxy', chain: [leaf({ extensions: [proxy, keyUsage(0x80)] }), middle()], trust: [root()] },
    { id: 'proxy-with-names', chain: [leaf({ extensions: [proxy, san(HOST)] }), middle()], trust: [root()] },
    { id: 'version-1-leaf', chain: [leaf({ version: 0, extensions: [] }), middle()], trust: [root()] },
    {
      id: 'version-1-root-self-signed-not',
      chain: [leaf(), middle()],
      trust: [root({ version: 0, extensions: [], issuer: 'nobody' })],
    },
  ];
}

/** A name in an authority key identifier; used to see that only the first directoryName counts. */
function authorityNames(): ExoticCase[] {
  const naming = (...texts: readonly string[]): ExtensionSpec => [
    '2.5.29.35',
    false,
    der(0x30, der(0xa1, ...texts.map((text) => der(0xa4, cn(text)))), der(0x82, [0x40, 0, 77])),
  ];
  const below = (aki: ExtensionSpec): Issued => leaf({ extensions: [san(HOST), aki] });
  const issuer = middle({ serial: 77 });
  return [
    { id: 'authority-name-right', chain: [below(naming('exotic root')), issuer], trust: [root()] },
    { id: 'authority-name-right-first', chain: [below(naming('exotic root', 'x')), issuer], trust: [root()] },
    {
      id: 'authority-name-right-second',
      chain: [below(naming('x', 'exotic root')), issuer],
      trust: [root()],
    },
  ];
}

/** Made when asked for: some of the keys take a moment. */
export function makeExoticCases(): readonly ExoticCase[] {
  return [
    ...withBadExtensions(),
    ...byNetscapeType(),
    ...byKey(),
    ...withWeakLeaf(),
    ...loops(),
    ...odd(),
    ...authorityNames(),
  ];
}
