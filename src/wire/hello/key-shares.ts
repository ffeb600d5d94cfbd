import {
  createDiffieHellman,
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { ffdhePrime } from '../ffdhe.js';
import type { KeyShare } from './extensions.js';
import { mlKemKey } from './ml-kem.js';

/** One side of a key exchange: what is sent, and what becomes of the other side's share. */
interface HalfExchange {
  readonly key: Uint8Array;
  /** Null, or an error, for a share that is no key of this group. */
  readonly agree: (peer: Uint8Array) => Uint8Array | null;
}

/** Key shares of a ClientHello (RFC 8446 section 4.2.8). */
export interface KeyShares {
  readonly shares: readonly KeyShare[];
  /** The shared secret; null where the group is none of these, or the peer's share is no key. */
  agree(group: number, peer: Uint8Array): Uint8Array | null;
}

type Maker = () => HalfExchange;

/** RFC 8446 section 4.2.8.2 and RFC 7748: the octets of SubjectPublicKeyInfo in front of the key (RFC 8410). */
const montgomery =
  (type: 'x25519' | 'x448', spki: string): Maker =>
  () => {
    const prefix = Buffer.from(spki, 'hex');
    // The two overloads of generateKeyPairSync have nothing in common for the compiler.
    const { publicKey, privateKey } =
      type === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448');
    return {
      key: publicKey.export({ format: 'der', type: 'spki' }).subarray(prefix.length),
      agree: (peer) =>
        diffieHellman({
          privateKey,
          publicKey: createPublicKey({ key: Buffer.concat([prefix, peer]), format: 'der', type: 'spki' }),
        }),
    };
  };

const curve =
  (name: string): Maker =>
  () => {
    const ecdh = createECDH(name);
    return { key: ecdh.generateKeys(), agree: (peer) => ecdh.computeSecret(peer) };
  };

/** RFC 8446 section 4.2.8.1: shares and secret are as long as the prime. */
const finiteField =
  (bits: number): Maker =>
  () => {
    const octets = bits / 8;
    const dh = createDiffieHellman(ffdhePrime(bits) ?? Buffer.alloc(0), 2);
    return {
      key: padded(dh.generateKeys(), octets),
      agree: (peer) => (peer.length === octets ? padded(dh.computeSecret(peer), octets) : null),
    };
  };

const padded = (integer: Uint8Array, octets: number): Buffer =>
  Buffer.concat([Buffer.alloc(octets - integer.length), integer]);

/** Groups with which a key can be agreed here. */
const MAKERS: ReadonlyMap<number, Maker> = new Map<number, Maker>([
  [0x001d, montgomery('x25519', '302a300506032b656e032100')],
  [0x0017, curve('prime256v1')],
  [0x0018, curve('secp384r1')],
  [0x0019, curve('secp521r1')],
  [0x001e, montgomery('x448', '3042300506032b656f033900')],
  [0x001f, curve('brainpoolP256r1')],
  [0x0020, curve('brainpoolP384r1')],
  [0x0021, curve('brainpoolP512r1')],
  [0x0029, curve('SM2')],
  [0x0100, finiteField(2048)],
  [0x0101, finiteField(3072)],
  [0x0102, finiteField(4096)],
  [0x0103, finiteField(6144)],
  [0x0104, finiteField(8192)],
]);

/** The groups with which a key can be agreed here, those that servers like first. */
export const AGREEABLE_GROUPS: readonly number[] = [...MAKERS.keys()];

/** Shares of these groups, as far as they are of AGREEABLE_GROUPS. */
export function makeKeyShares(groups: readonly number[]): KeyShares {
  const halves = new Map(
    groups.flatMap((group) => {
      const make = MAKERS.get(group);
      return make === undefined ? [] : [[group, make()] as const];
    }),
  );
  return {
    shares: [...halves].map(([group, { key }]) => ({ group, key })),
    agree: (group, peer) => {
      const half = halves.get(group);
      if (half === undefined) return null;
      try {
        return half.agree(peer);
      } catch {
        // A point that is not on the curve, or an integer out of range: the server's business, and no secret.
        return null;
      }
    },
  };
}

/** A hybrid of a curve and ML-KEM (draft-ietf-tls-ecdhe-mlkem): the one behind the other. */
const agreed = (group: number): Uint8Array => makeKeyShares([group]).shares[0]?.key ?? new Uint8Array();

/** Groups for which a share can be made that a server takes, though nothing can be agreed with it. */
const ONE_WAY: ReadonlyMap<number, () => Uint8Array> = new Map<number, () => Uint8Array>([
  [0x0200, () => mlKemKey(512)],
  [0x0201, () => mlKemKey(768)],
  [0x0202, () => mlKemKey(1024)],
  [0x11eb, () => Buffer.concat([agreed(0x17), mlKemKey(768)])],
  [0x11ec, () => Buffer.concat([mlKemKey(768), agreed(0x1d)])],
  [0x11ed, () => Buffer.concat([agreed(0x18), mlKemKey(1024)])],
  [0x11ee, () => Buffer.concat([agreed(0x29), mlKemKey(768)])],
  [0x6399, () => Buffer.concat([agreed(0x1d), mlKemKey(768)])],
  [0x639a, () => Buffer.concat([agreed(0x17), mlKemKey(768)])],
]);

/** Octets of a share of an unknown kind: as many as the points of 256 bits have (RFC 9367 section 4.3 without a prefix). */
const OTHER_OCTETS = 64;

/**
 * One share for each group, only to see which the server picks: nothing will be agreed. A group of which no share can be made
 * gets octets at random, which a server that has the group refuses with another alert than one that does not know it.
 */
export function sampleShares(groups: readonly number[]): readonly KeyShare[] {
  return groups.map((group) => {
    const made = ONE_WAY.get(group)?.() ?? makeKeyShares([group]).shares[0]?.key;
    return { group, key: made ?? randomBytes(OTHER_OCTETS) };
  });
}
