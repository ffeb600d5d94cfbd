// What the server sends, and in what order.
import { HOST, intermediate, leaf, root } from '../lib/certificate.mjs';
import { key } from '../lib/keys.mjs';
import { ecIntermediate, ecRoot, rsaRoot, strangerIntermediate, strangerRoot } from './authorities.mjs';

const upper = intermediate('Lab Upper Intermediate', ecRoot);
const lower = intermediate('Lab Lower Intermediate', upper);
const lowerLeaf = leaf(lower);
const goodLeaf = leaf(ecIntermediate);

const strangerLeaf = leaf(strangerIntermediate);
const selfSigned = leaf(undefined, { extensions: { authorityKeyId: undefined } });
const trustedSelfSigned = leaf(undefined, {
  key: key('p-256', 'trusted self-signed'),
  subject: 'Trusted Self-signed Leaf',
  extensions: { authorityKeyId: undefined },
});
trustedSelfSigned.file = 'self-signed-leaf-trusted';

const anchor = {
  ...intermediate('Lab Intermediate as Anchor', strangerRoot),
  file: 'intermediate-as-anchor',
};
const stored = { ...intermediate('Lab Stored Intermediate', ecRoot), file: 'stored-intermediate' };

// A and B certify each other: names and keys fit for ever, and no root is ever reached.
const loopKeys = { a: key('p-256', 'Lab Loop A'), b: key('p-256', 'Lab Loop B') };
const loopStart = root(undefined, 'Lab Loop A', { key: loopKeys.a });
const loopB = intermediate('Lab Loop B', loopStart, { key: loopKeys.b });
const loopA = intermediate('Lab Loop A', loopB, { key: loopKeys.a });

export default [
  {
    id: 'misordered',
    purpose: 'Leaf, upper intermediate, lower intermediate: a client has to sort them.',
    chain: [lowerLeaf, upper, lower],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'duplicate-sent',
    purpose: 'The intermediate is sent twice.',
    chain: [goodLeaf, ecIntermediate, ecIntermediate],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'duplicate-leaf-sent',
    purpose: 'The leaf is sent twice.',
    chain: [goodLeaf, goodLeaf, ecIntermediate],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'surplus-unrelated',
    purpose: 'A certificate that belongs to another chain is sent along.',
    chain: [goodLeaf, strangerIntermediate, ecIntermediate],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'root-sent',
    purpose: 'The root is sent too: needless, harmless.',
    chain: [goodLeaf, ecIntermediate, ecRoot],
    trust: [ecRoot],
    shows: [0, 0],
  },
  {
    id: 'incomplete',
    purpose: 'The intermediate is not sent: the most common mistake of all.',
    chain: [goodLeaf],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'incomplete-upper',
    purpose: 'Of two intermediates only the lower one is sent.',
    chain: [lowerLeaf, lower],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'incomplete-wrong-intermediate',
    purpose: 'An intermediate is sent, but that of another chain.',
    chain: [goodLeaf, strangerIntermediate],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'incomplete-intermediate-in-store',
    purpose: 'The intermediate is not sent, but the store has it beside its root.',
    chain: [leaf(stored)],
    trust: [ecRoot, stored],
    shows: [0, 0],
  },
  {
    id: 'self-signed-leaf',
    purpose: 'A self-signed certificate that nobody trusts.',
    chain: [selfSigned],
    trust: [rsaRoot],
    shows: [18, 18],
  },
  {
    id: 'self-signed-leaf-trusted',
    purpose: 'A self-signed certificate that is in the store itself, although it is no CA.',
    chain: [trustedSelfSigned],
    trust: [trustedSelfSigned],
    shows: [0, 0],
  },
  {
    id: 'self-signed-leaf-with-surplus',
    purpose: 'A self-signed certificate followed by somebody else’s intermediate.',
    chain: [selfSigned, ecIntermediate],
    trust: [ecRoot],
    shows: [18, 18],
  },
  {
    id: 'untrusted-root-sent',
    purpose: 'A whole chain up to a root that is not trusted, the root included.',
    chain: [strangerLeaf, strangerIntermediate, strangerRoot],
    trust: [ecRoot],
    shows: [19, 19],
  },
  {
    id: 'untrusted-root-not-sent',
    purpose: 'The same without the root.',
    chain: [strangerLeaf, strangerIntermediate],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'untrusted-leaf-alone',
    purpose: 'A leaf straight below an untrusted root, alone.',
    chain: [leaf(strangerRoot)],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'empty-store',
    purpose: 'A good chain and no trust anchor at all.',
    chain: [goodLeaf, ecIntermediate],
    trust: [],
    shows: [20, 20],
  },
  {
    id: 'anchor-not-self-signed',
    purpose: 'The only anchor in the store is an intermediate whose root is nowhere: openssl wants a root.',
    chain: [leaf(anchor)],
    trust: [anchor],
    shows: [2, 2],
  },
  {
    id: 'anchor-not-self-signed-sent',
    purpose: 'The same, and the server sends that intermediate too.',
    chain: [leaf(anchor), anchor],
    trust: [anchor],
    shows: [2, 2],
  },
  {
    id: 'issuer-loop',
    purpose: 'Two intermediates that certify each other: path building must end.',
    chain: [leaf(loopA), loopA, loopB],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'everything-wrong',
    purpose: 'Untrusted, expired and the wrong name together: the order of the errors matters.',
    chain: [
      leaf(strangerIntermediate, {
        subject: 'other.smtpcheck.test',
        notAfter: '2021-01-01T00:00:00Z',
        extensions: { subjectAltName: undefined },
      }),
      strangerIntermediate,
    ],
    trust: [ecRoot],
    shows: [20, 20],
  },
  {
    id: 'no-name-check',
    purpose: `A good chain for ${HOST} when no name is checked.`,
    chain: [goodLeaf, ecIntermediate],
    trust: [ecRoot],
    hostToCheck: null,
    shows: [0, 0],
  },
];
