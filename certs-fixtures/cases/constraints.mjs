// Signatures, CA rights, path length.
import * as ext from '../lib/extensions.mjs';
import { intermediate, leaf, root } from '../lib/certificate.mjs';
import { key } from '../lib/keys.mjs';
import { ecIntermediate, ecRoot, rsaIntermediate, rsaRoot } from './authorities.mjs';
import { below, leafWith } from './shapes.mjs';

const impostor = key('p-256', 'impostor');

const NONE = undefined;
const NO_ERROR = [0, 0];
const badRoot = root('lab-root-bad-signature', 'Lab Root with a bad Signature', { signer: impostor });
const v1Root = root('lab-root-v1', 'Lab Root v1', { version: 1 });
const notCaRoot = root('lab-root-not-ca', 'Lab Root that is no CA', {
  extensions: { basicConstraints: ext.basicConstraints({ ca: false }), keyUsage: NONE },
});

const zero = intermediate('Lab pathLen 0', ecRoot, { pathLen: 0 });
const belowZero = intermediate('Lab below pathLen 0', zero);
const rekeyed = intermediate('Lab pathLen 0', zero, {
  pathLen: 0,
  key: key('p-256', 'Lab pathLen 0, second key'),
});
const oneRoot = root('lab-root-pathlen-0', 'Lab Root pathLen 0', {
  extensions: { basicConstraints: ext.basicConstraints({ ca: true, pathLen: 0 }) },
});
const belowOneRoot = intermediate('Lab below Root pathLen 0', oneRoot);

const serverOnly = leaf(ecIntermediate, {
  subject: 'Lab Leaf acting as CA',
  key: key('p-256', 'acting as CA'),
});

export default [
  leafWith(
    'bad-signature-leaf',
    'The leaf is signed with a key that is not its issuer’s.',
    { signer: impostor },
    [7, 7],
  ),
  below(
    'bad-signature-intermediate',
    'The intermediate is signed with a key that is not the root’s.',
    { signer: impostor },
    [7, 7],
  ),
  {
    id: 'bad-signature-root',
    purpose: 'The trusted root’s own signature is bad: nobody needs it, openssl does not look.',
    chain: [leaf(badRoot)],
    trust: [badRoot],
    shows: NO_ERROR,
  },
  {
    id: 'signature-algorithm-mismatch',
    purpose: 'The algorithm inside the signed part is not the one outside.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-2048', innerHash: 'sha512' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [7, 7],
  },
  below(
    'intermediate-not-ca',
    'The intermediate says CA:FALSE.',
    { extensions: { basicConstraints: ext.basicConstraints({ ca: false }), keyUsage: NONE } },
    [79, 79],
  ),
  below(
    'intermediate-without-basic-constraints',
    'No basicConstraints and no keyUsage.',
    { extensions: { basicConstraints: NONE, keyUsage: NONE } },
    [79, 79],
  ),
  below(
    'intermediate-key-usage-only',
    'No basicConstraints, but keyCertSign: not enough for an intermediate.',
    { extensions: { basicConstraints: NONE } },
    [79, 79],
  ),
  below(
    'intermediate-basic-constraints-not-critical',
    'basicConstraints is there but not critical.',
    { extensions: { basicConstraints: ext.basicConstraints({ ca: true }, false) } },
    NO_ERROR,
  ),
  below('v1-intermediate', 'A version 1 intermediate.', { version: 1 }, [79, 79]),
  {
    id: 'v1-root',
    purpose: 'A version 1 root, as old roots are.',
    chain: [leaf(v1Root)],
    trust: [v1Root],
    shows: NO_ERROR,
  },
  {
    id: 'root-not-ca',
    purpose: 'The trusted root says CA:FALSE.',
    chain: [leaf(notCaRoot)],
    trust: [notCaRoot],
    shows: [79, 79],
  },
  {
    id: 'leaf-as-ca',
    purpose: 'An ordinary server certificate has signed another one.',
    chain: [leaf(serverOnly), serverOnly, ecIntermediate],
    trust: [ecRoot],
    shows: [79, 79],
  },
  {
    id: 'pathlen-exceeded',
    purpose: 'An intermediate below one with pathLen 0.',
    chain: [leaf(belowZero), belowZero, zero],
    trust: [ecRoot],
    shows: [25, 25],
  },
  {
    id: 'pathlen-zero',
    purpose: 'pathLen 0 and a leaf straight below.',
    chain: [leaf(zero), zero],
    trust: [ecRoot],
    shows: NO_ERROR,
  },
  {
    id: 'pathlen-self-issued',
    purpose:
      'A self-issued certificate (same name, new key) below pathLen 0 does not count (RFC 5280 section 4.2.1.9).',
    chain: [leaf(rekeyed), rekeyed, zero],
    trust: [ecRoot],
    shows: NO_ERROR,
  },
  {
    id: 'pathlen-root-exceeded',
    purpose: 'The root itself has pathLen 0, and there is an intermediate.',
    chain: [leaf(belowOneRoot), belowOneRoot],
    trust: [oneRoot],
    shows: [25, 25],
  },
];
