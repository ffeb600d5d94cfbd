// Keys and digests that an auth level refuses: 66 (leaf key), 67 (CA key), 68 (digest).
import { intermediate, leaf, root } from '../lib/certificate.mjs';
import { ecIntermediate, ecRoot, rsaIntermediate, rsaRoot } from './authorities.mjs';

const rsaLeaf = (issuer, options) => leaf(issuer, { kind: 'rsa-2048', ...options });
const weakKeyCa = intermediate('Lab Intermediate RSA 1024', rsaRoot, { kind: 'rsa-1024' });
const weakCurveCa = intermediate('Lab Intermediate P-192', ecRoot, { kind: 'p-192' });
const sha1Ca = intermediate('Lab Intermediate SHA-1', rsaRoot, { kind: 'rsa-2048', hash: 'sha1' });
const sha1Root = root('lab-root-sha1', 'Lab Root SHA-1', { kind: 'rsa-2048', hash: 'sha1' });
const weakRoot = root('lab-root-rsa-1024', 'Lab Root RSA 1024', { kind: 'rsa-1024' });
const ecSha1Leaf = leaf(ecIntermediate, { hash: 'sha1' });

export default [
  {
    id: 'rsa-1024-leaf',
    purpose: 'A 1024-bit RSA leaf.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-1024' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [0, 66],
  },
  {
    id: 'rsa-1536-leaf',
    purpose: 'A 1536-bit RSA leaf: fits level 1, not level 2.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-1536' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [0, 66],
  },
  {
    id: 'rsa-1024-intermediate',
    purpose: 'A 1024-bit RSA intermediate.',
    chain: [leaf(weakKeyCa), weakKeyCa],
    trust: [rsaRoot],
    shows: [0, 67],
  },
  {
    id: 'rsa-1024-root',
    purpose: 'A 1024-bit RSA root: the key is judged although the root is trusted.',
    chain: [leaf(weakRoot)],
    trust: [weakRoot],
    shows: [0, 67],
  },
  {
    id: 'sha1-leaf',
    purpose: 'A leaf signed with SHA-1.',
    chain: [rsaLeaf(rsaIntermediate, { hash: 'sha1' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [0, 68],
  },
  {
    id: 'sha1-ecdsa-leaf',
    purpose: 'The same with ECDSA.',
    chain: [ecSha1Leaf, ecIntermediate],
    trust: [ecRoot],
    shows: [0, 68],
  },
  {
    id: 'sha1-intermediate',
    purpose: 'An intermediate signed with SHA-1.',
    chain: [rsaLeaf(sha1Ca), sha1Ca],
    trust: [rsaRoot],
    shows: [0, 68],
  },
  {
    id: 'sha1-root',
    purpose: 'A trusted root signed with SHA-1: no error, for nobody checks an anchor’s signature.',
    chain: [rsaLeaf(sha1Root)],
    trust: [sha1Root],
    shows: [0, 0],
  },
  {
    id: 'md5-leaf',
    purpose: 'A leaf signed with MD5.',
    chain: [rsaLeaf(rsaIntermediate, { hash: 'md5' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [0, 68],
  },
  {
    id: 'rsa-1024-leaf-sha1',
    purpose: 'A 1024-bit leaf signed with SHA-1: two errors at one depth.',
    chain: [leaf(rsaIntermediate, { kind: 'rsa-1024', hash: 'sha1' }), rsaIntermediate],
    trust: [rsaRoot],
    shows: [0, 66],
  },
  {
    id: 'p-224-leaf',
    purpose: 'A P-224 leaf: 112 bits of security, just enough for level 2.',
    chain: [leaf(ecIntermediate, { kind: 'p-224' }), ecIntermediate],
    trust: [ecRoot],
    tls: { maxVersion: 'TLSv1.2', groups: 'secp224r1:prime256v1' },
    shows: [0, 0],
  },
  {
    id: 'p-192-leaf',
    purpose: 'A P-192 leaf: 96 bits of security.',
    chain: [leaf(ecIntermediate, { kind: 'p-192' }), ecIntermediate],
    trust: [ecRoot],
    tls: { maxVersion: 'TLSv1.2', groups: 'prime192v1:prime256v1' },
    shows: [0, 66],
  },
  {
    id: 'p-192-intermediate',
    purpose: 'A P-192 intermediate.',
    chain: [leaf(weakCurveCa), weakCurveCa],
    trust: [ecRoot],
    shows: [0, 67],
  },
];
