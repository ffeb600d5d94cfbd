// Several candidates for one issuer: cross-signing, equal names, key identifiers, comparison of names.
import * as ext from '../lib/extensions.mjs';
import { intermediate, leaf, root } from '../lib/certificate.mjs';
import { key, keyId } from '../lib/keys.mjs';
import { ecIntermediate, ecRoot, strangerRoot } from './authorities.mjs';

const PAST = { notAfter: '2021-01-01T00:00:00Z' };
const NO_AKI = { authorityKeyId: undefined };

const crossKey = key('p-256', 'Lab Cross-signed');
const cross = (issuer, options) => intermediate('Lab Cross-signed', issuer, { key: crossKey, ...options });
const crossTrusted = cross(ecRoot);
const crossStranger = cross(strangerRoot);
const crossExpired = cross(ecRoot, PAST);
const crossLeaf = leaf(crossTrusted);

// Two roots of one name, and so of one subject hash.
const twinOne = root('lab-root-twin-1', 'Lab Root Twin');
const twinTwo = root('lab-root-twin-2', 'Lab Root Twin');
const twinIntermediate = intermediate('Lab Intermediate below Twin 2', twinTwo);
const twinLeaf = leaf(twinIntermediate);
const bareTwin = intermediate('Lab Intermediate below Twin 2 without AKI', twinTwo, { extensions: NO_AKI });
const bareLeaf = leaf(bareTwin);

// A root renewed with the same key: the old certificate has expired.
const renewedKey = key('p-256', 'Lab Root Renewed');
const renewedOld = root('lab-root-renewed-old', 'Lab Root Renewed', { key: renewedKey, ...PAST });
const renewedNew = root('lab-root-renewed-new', 'Lab Root Renewed', { key: renewedKey });

const wrongKeyId = keyId(key('p-256', 'somebody else'));
const wrongAki = ext.authorityKeyId({ keyId: wrongKeyId });
const serialAki = (issuer, serial) => ext.authorityKeyId({ issuer: (issuer.issuer ?? issuer).name, serial });
const detached = intermediate('Lab Intermediate with wrong AKI', ecRoot, {
  extensions: { authorityKeyId: wrongAki },
});
const noIds = intermediate('Lab Intermediate without SKI', ecRoot, {
  extensions: { subjectKeyId: undefined, ...NO_AKI },
});

const FANCY = [
  ['C', 'XX', 'printable'],
  ['O', '  Ünïcode   Straße ÇA '],
  [
    ['OU', 'Multi', 'printable'],
    ['CN', 'Lab Root Fancy'],
  ],
];
const FANCY_OTHERWISE = [
  ['C', 'xx', 'utf8'],
  ['O', 'Ünïcode straße ÇA', 'bmp'],
  [
    ['OU', 'MULTI', 'utf8'],
    ['CN', 'lab ROOT   fancy', 'teletex'],
  ],
];
const fancyRoot = root('lab-root-fancy-name', FANCY);

export default [
  {
    id: 'cross-signed-trusted-first',
    purpose:
      'One intermediate key, certified by a trusted and by an untrusted root; the trusted one is sent first.',
    chain: [crossLeaf, crossTrusted, crossStranger],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'cross-signed-untrusted-first',
    purpose: 'The same pair, the untrusted one first: openssl does not try the other path.',
    chain: [crossLeaf, crossStranger, crossTrusted],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'cross-signed-untrusted-first-with-root',
    purpose: 'The same, and the untrusted root is sent as well.',
    chain: [crossLeaf, crossStranger, strangerRoot, crossTrusted],
    trust: [ecRoot],
    shows: [19, 19],
  },
  {
    id: 'cross-signed-expired-first',
    purpose:
      'One intermediate name and key, an expired certificate sent before the valid one: the valid one is to be used.',
    chain: [crossLeaf, crossExpired, crossTrusted],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'cross-signed-only-expired-trusted',
    purpose: 'The path to the trusted root is expired, the valid one leads to an untrusted root.',
    chain: [crossLeaf, crossExpired, crossStranger],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'twin-roots-right-only',
    purpose: 'Two roots share a name; the right one is trusted.',
    chain: [twinLeaf, twinIntermediate],
    trust: [twinTwo],
    shows: [0, 0],
  },
  {
    id: 'twin-roots-both',
    purpose: 'Both are trusted, the wrong one first: the authority key identifier tells them apart.',
    chain: [twinLeaf, twinIntermediate],
    trust: [twinOne, twinTwo],
    shows: [0, 0],
  },
  {
    id: 'twin-roots-wrong-only',
    purpose: 'Only the wrong one is trusted.',
    chain: [twinLeaf, twinIntermediate],
    trust: [twinOne],
    shows: [20, 20],
  },
  {
    id: 'twin-roots-wrong-only-without-aki',
    purpose: 'Only the wrong one is trusted, and no key identifier says so: the signature does.',
    chain: [bareLeaf, bareTwin],
    trust: [twinOne],
    shows: [7, 7],
  },
  {
    id: 'twin-roots-both-without-aki',
    purpose: 'Both are trusted, the wrong one first, and no key identifier helps: openssl does not go back.',
    chain: [bareLeaf, bareTwin],
    trust: [twinOne, twinTwo],
    shows: [7, 7],
  },
  {
    id: 'renewed-root-both',
    purpose: 'A root renewed with its key; the expired certificate comes first in the store.',
    chain: [leaf(renewedNew)],
    trust: [renewedOld, renewedNew],
    shows: [0, 0],
  },
  {
    id: 'renewed-root-old-only',
    purpose:
      'Only the expired certificate of a renewed root is trusted, and the new one is sent: the store comes first.',
    chain: [leaf(renewedNew), renewedNew],
    trust: [renewedOld],
    shows: [10, 10],
  },
  {
    id: 'aki-mismatch-leaf',
    purpose: 'The leaf’s authority key identifier is not its issuer’s subject key identifier.',
    chain: [leaf(ecIntermediate, { extensions: { authorityKeyId: wrongAki } }), ecIntermediate],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'aki-mismatch-intermediate',
    purpose: 'The same between intermediate and root.',
    chain: [leaf(detached), detached],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'aki-serial-match',
    purpose: 'The authority key identifier names issuer and serial instead, and they are right.',
    chain: [
      leaf(ecIntermediate, {
        extensions: { authorityKeyId: serialAki(ecIntermediate, ecIntermediate.serial) },
      }),
      ecIntermediate,
    ],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'aki-serial-mismatch',
    purpose: 'The authority key identifier names issuer and serial, and the serial is wrong.',
    chain: [
      leaf(ecIntermediate, { extensions: { authorityKeyId: serialAki(ecIntermediate, Buffer.of(1, 2, 3)) } }),
      ecIntermediate,
    ],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'no-key-identifiers',
    purpose: 'No key identifiers anywhere but in the root: names and signatures are enough.',
    chain: [leaf(noIds, { extensions: { subjectKeyId: undefined, ...NO_AKI } }), noIds],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'fancy-root-name',
    purpose:
      'A root whose name has spaces, letters beyond ASCII and a multi-valued RDN (for subject hashes).',
    chain: [leaf(fancyRoot)],
    trust: [fancyRoot],
    shows: [0, 0],
  },
  {
    id: 'name-written-differently',
    purpose:
      'The issuer’s name in the leaf differs from the root’s subject in case, spaces and string type alone.',
    chain: [leaf(fancyRoot, { issuerName: FANCY_OTHERWISE })],
    trust: [fancyRoot],
    shows: [0, 0],
  },
];
