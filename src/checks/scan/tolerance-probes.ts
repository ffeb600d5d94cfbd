import type { AskOptions, ScanContext } from './context.js';
import { encodeClientHello, type ClientHello } from '../../wire/hello/client-hello.js';
import { extension, type KeyShare } from '../../wire/hello/extensions.js';
import { mlKemKey } from '../../wire/hello/ml-kem.js';
import { everydayShare, newHello, oldHello, type Change, type Known, type KnownVersion } from './everyday.js';
import { FALLBACK_SCSV, SSL3, TLS13 } from './offer.js';

/** A hello with one thing in it that a server may choke on, and the same without it. */
export interface ToleranceProbe {
  /** What it has, for the evidence. */
  readonly what: string;
  readonly hello: ClientHello;
  readonly control: ClientHello;
  readonly framing?: AskOptions['framing'];
}

/** Octets of the handshake message, header included. */
export const octetsOf = (hello: ClientHello): number => encodeClientHello(hello).length;

const belowTls13 = (known: Known): KnownVersion | undefined => known.versions.find(({ id }) => id !== TLS13);

/** As clients sent it before TLS 1.3; null for a server that has nothing older than that. */
export function helloBelowTls13(known: Known): ClientHello | null {
  const old = belowTls13(known);
  return old === undefined ? null : oldHello(known, old);
}

/** TLS 1.3 in front of what the server knows; null where a server without anything older can do nothing else than take it. */
export function tls13Hello(known: Known): ToleranceProbe | null {
  const old = belowTls13(known);
  if (old === undefined || old.id === SSL3) return null;
  const what = 'TLS 1.3 in supported_versions and a key share';
  return { what, hello: newHello(known, everydayShare()), control: oldHello(known, old) };
}

/**
 * A version that nobody speaks, in the old field. A server negotiates down (RFC 5246 appendix E.1, RFC 8446 appendix D.2); null for a
 * server of TLS 1.3 alone, which has nothing to go down to.
 */
export function higherVersion(known: Known, legacyVersion: number): ToleranceProbe | null {
  const old = belowTls13(known);
  if (old === undefined || old.id === SSL3) return null;
  return {
    what: `the version 0x0${legacyVersion.toString(16)} in its old field`,
    hello: oldHello(known, old, { legacyVersion }),
    control: oldHello(known, old),
  };
}

/** A version below the server's best with TLS_FALLBACK_SCSV (RFC 7507); null for a server with one version. */
export function fallback(known: Known): ClientHello | null {
  const [, lower] = known.versions;
  return lower === undefined ? null : oldHello(known, lower, { suites: [FALLBACK_SCSV] });
}

/** Values of RFC 8701 that mean nothing, by the place where they stand. */
export const GREASE: Readonly<Record<string, Change>> = {
  suites: { suites: [0x0a0a] },
  groups: { groups: [0x1a1a], shares: [{ group: 0x1a1a, key: Uint8Array.of(0) }] },
  versions: { versions: [0x2a2a] },
  extensions: { first: [extension.grease(0x3a3a)], last: [extension.grease(0x4a4a, 1)] },
  'signature schemes': { schemes: [0x5a5a] },
  'PSK modes': { pskModes: [0x0b, 1] },
  ALPN: { alpn: ['\x6a\x6a', 'smtp'] },
};

/** GREASE in these places. */
export function grease(known: Known, places: readonly string[]): ToleranceProbe {
  const change = places.reduce<Change>((all, place) => ({ ...all, ...GREASE[place] }), {});
  const shares = everydayShare();
  return {
    what: `GREASE in ${places.join(', ')}`,
    hello: newHello(known, shares, change),
    // ALPN by itself is another matter.
    control: newHello(known, shares, places.includes('ALPN') ? { alpn: ['smtp'] } : {}),
  };
}

/** draft-ietf-tls-ecdhe-mlkem: the encapsulation key, and the key of x25519 behind it; 1216 octets. */
const X25519MLKEM768 = 0x11ec;

/** As OpenSSL 3.5 and the browsers send it: a share of X25519MLKEM768 in front of one of x25519. */
export function largeHello(known: Known): ToleranceProbe {
  const shares = everydayShare();
  const key = Buffer.concat([mlKemKey(768), ...shares.map((share) => share.key)]);
  const hybrid: KeyShare = { group: X25519MLKEM768, key };
  const hello = newHello(known, shares, { groups: [X25519MLKEM768], shares: [hybrid] });
  return {
    what: `${octetsOf(hello)} octets, with a key share of X25519MLKEM768`,
    hello,
    control: newHello(known, shares),
  };
}

/** Of a record or a segment: less than what Ethernet carries, so that a large hello becomes several. */
const PIECE = 512;
/** An everyday hello becomes several of it. */
const SMALL_PIECE = 128;

/** The same hello cut into records (RFC 8446 section 5.1) or segments. */
export function inPieces(hello: ClientHello, by: 'records' | 'segments'): ToleranceProbe {
  const octets = octetsOf(hello);
  const piece = octets > 2 * PIECE ? PIECE : SMALL_PIECE;
  return {
    what: `${octets} octets in ${by} of ${piece}`,
    hello,
    control: hello,
    framing: by === 'records' ? { fragment: piece } : { segment: piece },
  };
}

/** A hello of this length is not answered by some old load balancers, which is what RFC 7685 was made for. */
const HUNG_FROM = 256;
const HUNG_TO = 511;
const HUNG_AIM = 400;

export const isOfHungLength = (hello: ClientHello): boolean => {
  const octets = octetsOf(hello);
  return octets >= HUNG_FROM && octets <= HUNG_TO;
};

/** A hello between 256 and 511 octets, and one of another length that was answered. */
export function hungLength(known: Known, { hellos }: Pick<ScanContext, 'hellos'>): ToleranceProbe | null {
  const old = belowTls13(known);
  const small =
    old === undefined || old.id === SSL3 ? newHello(known, everydayShare()) : oldHello(known, old);
  const control = hellos.find(({ hello }) => !isOfHungLength(hello))?.hello;
  const missing = HUNG_AIM - octetsOf(small);
  // Four octets are the head of the padding itself.
  const padding = missing > 4 ? [extension.padding(missing - 4)] : [];
  const hello = { ...small, extensions: [...padding, ...small.extensions] };
  if (control === undefined || !isOfHungLength(hello)) return null;
  return { what: `${octetsOf(hello)} octets`, hello, control };
}
