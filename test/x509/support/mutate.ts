import { sign, type KeyObject } from 'node:crypto';
import { childrenOf, contentOf, rawOf, readElement, type DerElement } from '../../../src/x509/der.js';
import { der } from './der-writer.js';

type Random = (below: number) => number;

/** An element taken apart as far as it is constructed, to be changed and put together again. */
interface Node {
  tag: number;
  children: Node[] | null;
  content: Uint8Array;
}

/** Octets that certificates give a meaning to: tags, booleans, ends of ranges. */
const TELLING = [
  0x00, 0x01, 0x02, 0x03, 0x05, 0x0c, 0x13, 0x17, 0x18, 0x2a, 0x30, 0x31, 0x7f, 0x80, 0x82, 0x87, 0xa0, 0xff,
];

function takeApart(element: DerElement): Node {
  const content = contentOf(element);
  const node: Node = { tag: element.tag, children: null, content };
  if ((element.tag & 0x20) !== 0) node.children = childrenOf(element).map(takeApart);
  else if (element.tag === 0x04) node.children = inside(content);
  return node;
}

/** What stands in an OCTET STRING, where that is DER: the value of an extension. */
function inside(content: Uint8Array): Node[] | null {
  try {
    const element = readElement(content);
    return element.end === content.length && [0x30, 0x03, 0x04].includes(element.tag)
      ? [takeApart(element)]
      : null;
  } catch {
    return null;
  }
}

const putTogether = (node: Node): Uint8Array =>
  der(node.tag, ...(node.children?.map(putTogether) ?? [node.content]));

function everyNode(root: Node): { node: Node; parent: Node | null }[] {
  const found: { node: Node; parent: Node | null }[] = [];
  const visit = (node: Node, parent: Node | null): void => {
    found.push({ node, parent });
    for (const child of node.children ?? []) visit(child, node);
  };
  visit(root, null);
  return found;
}

/** Changes one thing about the tree: an octet, a tag, or which elements are there and in what order. */
function change(root: Node, random: Random): void {
  const nodes = everyNode(root);
  const { node, parent } = nodes[random(nodes.length)] as (typeof nodes)[number];
  const siblings = parent?.children ?? [];
  const at = siblings.indexOf(node);
  switch (random(8)) {
    case 0:
      node.tag = random(2) === 0 ? (TELLING[random(TELLING.length)] ?? 0) : node.tag ^ (1 << random(8));
      return;
    case 1:
      if (at >= 0) siblings.splice(at, 1);
      return;
    case 2:
      if (at >= 0) siblings.splice(random(siblings.length + 1), 0, node);
      return;
    case 3: {
      const other = random(Math.max(siblings.length, 1));
      const swapped = siblings[other];
      if (at < 0 || swapped === undefined) return;
      siblings[other] = node;
      siblings[at] = swapped;
      return;
    }
    case 4:
      node.content = node.content.subarray(0, random(node.content.length + 1));
      return;
    case 5:
      node.content = Buffer.concat([node.content, Buffer.of(TELLING[random(TELLING.length)] ?? 0)]);
      return;
    default:
      changeOctet(node, random);
  }
}

function changeOctet(node: Node, random: Random): void {
  if (node.children !== null || node.content.length === 0) return;
  const copy = Uint8Array.from(node.content);
  const at = random(copy.length);
  copy[at] = random(2) === 0 ? (TELLING[random(TELLING.length)] ?? 0) : (copy[at] ?? 0) ^ (1 << random(8));
  node.content = copy;
}

/**
 * A certificate with something else in it, signed again by the one who issued it (ECDSA with SHA-256): what is wrong with it is
 * not its signature. One in eight keeps the old signature, or has the octets around the signed part changed.
 */
export function mutate(certificate: Uint8Array, signer: KeyObject, random: Random): Uint8Array {
  const [tbs, algorithm, signature] = childrenOf(readElement(certificate));
  if (tbs === undefined || algorithm === undefined || signature === undefined)
    throw new Error('no certificate');
  const tree = takeApart(tbs);
  for (let changes = 1 + random(2); changes > 0; changes -= 1) change(tree, random);
  const changed = putTogether(tree);
  if (random(8) === 0) return der(0x30, changed, rawOf(algorithm), rawOf(signature));
  return der(0x30, changed, rawOf(algorithm), der(0x03, [0], sign('sha256', changed, signer)));
}
