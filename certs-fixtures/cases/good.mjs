// Chains that verify: key types, shapes and depths.
import { intermediate, leaf, root } from '../lib/certificate.mjs';
import { key } from '../lib/keys.mjs';
import { ecIntermediate, ecRoot, rsaIntermediate, rsaRoot } from './authorities.mjs';

const edRoot = root('lab-root-ed25519', 'Lab Root Ed25519', { kind: 'ed25519' });
const edIntermediate = intermediate('Lab Intermediate Ed25519', edRoot, { kind: 'ed25519' });
const pssRoot = root('lab-root-pss', 'Lab Root PSS', { key: key('rsa-2048', 'lab-root-rsa'), pss: true });
const pssIntermediate = intermediate('Lab Intermediate PSS', pssRoot, {
  key: key('rsa-2048', 'Lab Intermediate RSA'),
  pss: true,
});
const mixedIntermediate = intermediate('Lab Intermediate EC below RSA', rsaRoot);
const p384Intermediate = intermediate('Lab Intermediate P-384', ecRoot, { kind: 'p-384' });

/** `count` intermediates below `anchor`, the lowest first, as a server sends them. */
function tower(anchor, count) {
  const tiers = [];
  for (let tier = count; tier > 0; tier -= 1) {
    tiers.unshift(intermediate(`Lab Tier ${tier} of ${count}`, tiers[0] ?? anchor));
  }
  return tiers;
}

const three = tower(ecRoot, 3);
const deep = [leaf(three[0]), ...three];
const twelve = tower(ecRoot, 12);

const cases = [
  {
    id: 'good-rsa',
    purpose: 'The everyday chain: RSA root, RSA intermediate, RSA leaf.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-2048' }), rsaIntermediate],
    trust: [rsaRoot],
  },
  {
    id: 'good-ecdsa',
    purpose: 'The everyday chain on P-256.',
    chain: [leaf(ecIntermediate), ecIntermediate],
    trust: [ecRoot],
  },
  {
    id: 'good-ed25519',
    purpose: 'Ed25519 from root to leaf.',
    chain: [leaf(edIntermediate, { kind: 'ed25519' }), edIntermediate],
    trust: [edRoot],
  },
  {
    id: 'good-ed448',
    purpose: 'An Ed448 leaf below an EC intermediate: a key type that few libraries know.',
    chain: [leaf(ecIntermediate, { kind: 'ed448' }), ecIntermediate],
    trust: [ecRoot],
  },
  {
    id: 'good-rsa-pss',
    purpose: 'RSASSA-PSS signatures made with ordinary RSA keys.',
    chain: [leaf(pssIntermediate, { kind: 'rsa-2048', pss: true }), pssIntermediate],
    trust: [pssRoot],
  },
  {
    id: 'good-rsa-pss-key',
    purpose: 'A leaf whose key itself is of type id-RSASSA-PSS.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-pss-2048', pss: true }), rsaIntermediate],
    trust: [rsaRoot],
  },
  {
    id: 'good-mixed',
    purpose: 'RSA root, EC intermediate, EC leaf.',
    chain: [leaf(mixedIntermediate), mixedIntermediate],
    trust: [rsaRoot],
  },
  {
    id: 'good-larger-curves',
    purpose: 'P-384 intermediate signing with SHA-384 over a P-521 leaf.',
    chain: [leaf(p384Intermediate, { kind: 'p-521', hash: 'sha384' }), p384Intermediate],
    trust: [ecRoot],
  },
  {
    id: 'good-direct',
    purpose: 'A leaf straight below the root.',
    chain: [leaf(ecRoot)],
    trust: [ecRoot],
  },
  {
    id: 'good-many-roots',
    purpose: 'The right root is the last of several that are trusted.',
    chain: [leaf(ecIntermediate), ecIntermediate],
    trust: [rsaRoot, edRoot, pssRoot, ecRoot],
  },
  { id: 'good-deep', purpose: 'Three intermediates, no depth limit.', chain: deep, trust: [ecRoot] },
  {
    id: 'good-deep-limit-3',
    purpose: 'Three intermediates, depth limit 3: just enough, for the limit does not count leaf and anchor.',
    chain: deep,
    trust: [ecRoot],
    depth: 3,
  },
  {
    id: 'good-deep-limit-2',
    purpose: 'Three intermediates, depth limit 2: one too few.',
    chain: deep,
    trust: [ecRoot],
    depth: 2,
    shows: [22, 22],
  },
  {
    id: 'good-deep-limit-0',
    purpose: 'Three intermediates, depth limit 0.',
    chain: deep,
    trust: [ecRoot],
    depth: 0,
    shows: [22, 22],
  },
  {
    id: 'good-direct-limit-0',
    purpose: 'Depth limit 0 still admits a leaf straight below the root.',
    chain: [leaf(ecRoot)],
    trust: [ecRoot],
    depth: 0,
  },
  {
    id: 'good-twelve-tiers',
    purpose: 'Twelve intermediates: longer than anyone builds, and valid.',
    chain: [leaf(twelve[0]), ...twelve],
    trust: [ecRoot],
  },
];

export default cases.map((entry) => ({ shows: [0, 0], ...entry }));
