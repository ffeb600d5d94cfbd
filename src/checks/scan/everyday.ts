import { randomBytes } from 'node:crypto';
import { serverHandshakeSecret } from '../../wire/hello/key-schedule.js';
import type { ClientHello } from '../../wire/hello/client-hello.js';
import { extension, type KeyShare } from '../../wire/hello/extensions.js';
import { makeKeyShares } from '../../wire/hello/key-shares.js';
import type { Extension } from '../../wire/server-hello.js';
import type { ScanProtocolReport } from '../../core/scan-report.js';
import type { AskOptions, ScanContext } from './context.js';
import { SSL3, TLS12, TLS13, VERSIONS } from './offer.js';

/** What a server is known to take, so that a hello made of it is refused for nothing but what was changed in it. */
export interface Known {
  /** Accepted versions, the highest first. Never empty. */
  readonly versions: readonly KnownVersion[];
  readonly groups: readonly number[];
  readonly servername: string | null;
}

export interface KnownVersion {
  readonly id: number;
  readonly suites: readonly number[];
}

const X25519 = 0x1d;

/** The groups of everyday clients: x25519, secp256r1, secp384r1, secp521r1, x448. */
const GROUPS: readonly number[] = [X25519, 0x17, 0x18, 0x19, 0x1e];

/** Hybrids and ML-KEM by itself stand above, and are to be asked for by who means them. */
const POST_QUANTUM = 0x0200;

/** The schemes of everyday clients: ECDSA, EdDSA, RSA-PSS and PKCS #1, and SHA-1 and DSA for servers that have nothing else. */
const SCHEMES: readonly number[] = [
  0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080a, 0x080b, 0x0401, 0x0501,
  0x0601, 0x0203, 0x0201, 0x0402, 0x0202,
];

/** More suites of one version than this make a hello no better known. */
const MOST_SUITES = 16;

/** Null when no version is known to be accepted. */
export function knownOf(
  ctx: Pick<ScanContext, 'facts' | 'hellos' | 'servername'>,
  wanted: (id: number) => boolean = () => true,
): Known | null {
  const versions = [...VERSIONS]
    .reverse()
    .filter(({ id }) => wanted(id))
    .flatMap(({ id, name }) => {
      const suites = suitesOfReport(ctx.facts.protocols?.find((protocol) => protocol.name === name));
      return suites.length === 0 ? [] : [{ id, suites }];
    });
  if (versions.length === 0) return null;
  const seen = ctx.hellos.flatMap(({ pick }) => pick.group ?? []).filter((id) => id < POST_QUANTUM);
  return { versions, groups: [...new Set([...GROUPS, ...seen])], servername: ctx.servername };
}

function suitesOfReport(report: ScanProtocolReport | undefined): number[] {
  return (report?.suites ?? []).slice(0, MOST_SUITES).map(({ id }) => Number(id));
}

/** What of an everyday hello is to be otherwise. */
export interface Change {
  /** In front of the suites, groups and so on that are known. */
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly schemes?: readonly number[];
  readonly versions?: readonly number[];
  readonly pskModes?: readonly number[];
  readonly shares?: readonly KeyShare[];
  readonly alpn?: readonly string[];
  /** In front of all other extensions, and behind them. */
  readonly first?: readonly Extension[];
  readonly last?: readonly Extension[];
  readonly legacyVersion?: number;
  readonly compression?: readonly number[];
}

/** A hello of one version up to TLS 1.2, as an everyday client of its time sent it: some 200 octets. */
export function oldHello(
  { groups, servername }: Known,
  { id, suites }: KnownVersion,
  change: Change = {},
): ClientHello {
  const legacyVersion = change.legacyVersion ?? id;
  const offered = [...(change.suites ?? []), ...suites];
  if (id === SSL3) return { legacyVersion, suites: offered, extensions: [] };
  return {
    legacyVersion,
    suites: offered,
    ...(change.compression === undefined ? {} : { compression: change.compression }),
    extensions: [
      ...(change.first ?? []),
      ...nameOf(servername),
      extension.supportedGroups([...(change.groups ?? []), ...groups]),
      extension.ecPointFormats(),
      ...(id === TLS12 ? [extension.signatureAlgorithms([...(change.schemes ?? []), ...SCHEMES])] : []),
      ...(change.alpn === undefined ? [] : [extension.alpn(change.alpn)]),
      ...(change.last ?? []),
      extension.renegotiationInfo(),
    ],
  };
}

/**
 * A hello as a current client sends it, with TLS 1.3 in front and the versions and suites that are known behind it: some 350
 * octets. The shares are the caller's.
 */
export function newHello(
  { versions, groups, servername }: Known,
  shares: readonly KeyShare[],
  change: Change = {},
): ClientHello {
  const suites = [...new Set([...SUITES_13, ...versions.flatMap((version) => version.suites)])];
  const ids = [TLS13, ...versions.map(({ id }) => id).filter((id) => id !== TLS13 && id !== SSL3)];
  return {
    legacyVersion: TLS12,
    sessionId: randomBytes(32),
    suites: [...(change.suites ?? []), ...suites],
    extensions: [
      ...(change.first ?? []),
      ...nameOf(servername),
      extension.ecPointFormats(),
      extension.supportedGroups([...(change.groups ?? []), ...groups]),
      extension.extendedMasterSecret(),
      extension.signatureAlgorithms([...(change.schemes ?? []), ...SCHEMES]),
      ...(change.alpn === undefined ? [] : [extension.alpn(change.alpn)]),
      extension.supportedVersions([...(change.versions ?? []), ...ids]),
      extension.pskKeyExchangeModes(change.pskModes),
      extension.keyShare([...(change.shares ?? []), ...shares]),
      ...(change.last ?? []),
      extension.renegotiationInfo(),
    ],
  };
}

const SUITES_13: readonly number[] = [0x1302, 0x1303, 0x1301];

const nameOf = (servername: string | null): Extension[] =>
  servername === null ? [] : [extension.serverName(servername)];

/** A share of x25519, which nearly every client sends. */
export const everydayShare = (): readonly KeyShare[] => makeKeyShares([X25519]).shares;

/** Shares of x25519, secp256r1 and secp384r1, and what opens a flight that is made with one of them. */
export function openableShares(): {
  readonly shares: readonly KeyShare[];
  readonly secret: NonNullable<AskOptions['secret']>;
} {
  const keys = makeKeyShares(GROUPS.slice(0, 3));
  return {
    shares: keys.shares,
    secret: ({ group, share, suite, message, clientHello }) => {
      const shared = group === null || share === null ? null : keys.agree(group, share);
      return shared === null ? null : serverHandshakeSecret(suite, shared, clientHello, message);
    },
  };
}
