import { allGroups, allSchemes, allSuites } from '../../wire/names.js';
import type { ClientHello } from '../../wire/hello/client-hello.js';
import { extension } from '../../wire/hello/extensions.js';
import { makeKeyShares } from '../../wire/hello/key-shares.js';
import type { Extension } from '../../wire/server-hello.js';
import type { ScanProtocol } from '../../core/scan-report.js';
import { randomBytes } from 'node:crypto';

/** The versions that have a ClientHello of this form, oldest first. */
export const VERSIONS: readonly { readonly id: number; readonly name: ScanProtocol }[] = [
  { id: 0x0300, name: 'SSLv3' },
  { id: 0x0301, name: 'TLSv1' },
  { id: 0x0302, name: 'TLSv1.1' },
  { id: 0x0303, name: 'TLSv1.2' },
  { id: 0x0304, name: 'TLSv1.3' },
];

export const SSL3 = 0x0300;
export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 section 3.3). */
export const RENEGOTIATION_SCSV = 0x00ff;
/** TLS_FALLBACK_SCSV (RFC 7507): says that the client has tried a higher version before. */
export const FALLBACK_SCSV = 0x5600;
/** Values in the registry of suites that are none: TLS_NULL_WITH_NULL_NULL is the state before a handshake. */
const NO_SUITES: readonly number[] = [0, RENEGOTIATION_SCSV, FALLBACK_SCSV];

export interface Offer {
  readonly version: number;
  readonly suites: readonly number[];
  readonly servername: string | null;
  readonly groups?: readonly number[];
  readonly schemes?: readonly number[];
  /** Nothing but what the version needs: for servers that choke on more. */
  readonly plain?: boolean;
  readonly more?: readonly Extension[];
}

/** A ClientHello that offers one version. One answer teaches as much as it can: every extension that costs nothing is there. */
export function offerOf(offer: Offer): ClientHello {
  if (offer.version === TLS13) return offer13(offer);
  const { version, suites, plain = false } = offer;
  // DEFLATE (RFC 3749) in front of null: who takes it is open to CRIME.
  const compression = plain ? [0] : [1, 0];
  if (version === SSL3)
    return { legacyVersion: SSL3, suites: [...suites, RENEGOTIATION_SCSV], compression, extensions: [] };
  return {
    legacyVersion: version,
    suites,
    compression,
    extensions: [
      ...nameOf(offer),
      ...(plain
        ? []
        : [
            extension.statusRequest(),
            extension.heartbeat(),
            extension.encryptThenMac(),
            extension.extendedMasterSecret(),
            extension.sessionTicket(),
          ]),
      extension.supportedGroups(offer.groups ?? OLD_GROUPS),
      extension.ecPointFormats(),
      ...(version === TLS12 ? [extension.signatureAlgorithms(offer.schemes ?? ALL_SCHEMES)] : []),
      ...(offer.more ?? []),
      // Not empty: some old servers fail when the last extension is.
      extension.renegotiationInfo(),
    ],
  };
}

function offer13(offer: Offer): ClientHello {
  return {
    legacyVersion: TLS12,
    // RFC 8446 appendix D.4: middleboxes want to see one.
    sessionId: randomBytes(32),
    suites: offer.suites,
    extensions: [
      ...nameOf(offer),
      ...(offer.plain === true ? [] : [extension.statusRequest()]),
      extension.supportedGroups(offer.groups ?? NEW_GROUPS),
      extension.signatureAlgorithms(offer.schemes ?? ALL_SCHEMES),
      extension.supportedVersions([TLS13]),
      extension.pskKeyExchangeModes(),
      ...(offer.more ?? []),
      ...keyShareOf(offer),
    ],
  };
}

const KEY_SHARE = 51;
/** secp256r1 and x25519: what almost every server has. */
const COMMON_GROUPS: readonly number[] = [0x17, 0x1d];

/** Empty: the server answers with HelloRetryRequest, which names suite and group. */
function keyShareOf({ more, plain = false, groups = NEW_GROUPS }: Offer): Extension[] {
  if (more?.some(({ type }) => type === KEY_SHARE) === true) return [];
  // In the order of supported_groups, as RFC 8446 section 4.2.8 wants it.
  const real = plain ? groups.filter((group) => COMMON_GROUPS.includes(group)) : [];
  return [extension.keyShare(makeKeyShares(real).shares)];
}

function nameOf({ servername }: Offer): Extension[] {
  return servername === null ? [] : [extension.serverName(servername)];
}

const isFfdhe = (id: number): boolean => id >= 0x0100 && id <= 0x01ff;
const isExplicit = (id: number): boolean => id >= 0xff00;
const OF_TLS13_ALONE: readonly number[] = [0x1f, 0x20, 0x21];
const isPostQuantum = (id: number): boolean => id >= 0x0200 && id < 0xff00;

/**
 * Curves up to TLS 1.2. No FFDHE group is among them: a server that knows none of those named may then use no DHE at all
 * (RFC 7919 section 4), which would read as a no.
 */
export const OLD_GROUPS: readonly number[] = allGroups()
  .map(({ id }) => id)
  .filter((id) => !isFfdhe(id) && !isExplicit(id) && !isPostQuantum(id) && !OF_TLS13_ALONE.includes(id));

export const FFDHE_GROUPS: readonly number[] = allGroups()
  .map(({ id }) => id)
  .filter(isFfdhe);

/** Everything registered: TLS 1.3 has one list for curves, FFDHE and post-quantum groups. */
export const NEW_GROUPS: readonly number[] = allGroups()
  .map(({ id }) => id)
  .filter((id) => !isExplicit(id));

/** RFC 8446 section 4.2.7: obsolete_RESERVED, which no TLS 1.3 has. Where a question is cheap they are asked for all the same. */
const isObsolete = (id: number): boolean => id <= 0x16 || (id >= 0x1a && id <= 0x1c);

/** Those of NEW_GROUPS that TLS 1.3 defines a key share for. */
export const SHARE_GROUPS: readonly number[] = NEW_GROUPS.filter((id) => !isObsolete(id));

export const ALL_SCHEMES: readonly number[] = allSchemes().map(({ id }) => id);

/**
 * Suites of a version, those last that servers are likely to take: who picks one from behind the 128th place has
 * read the whole list, and who follows our order and not its own is found out.
 */
export function suitesOf(version: number): readonly number[] {
  return version === TLS13 ? (newSuites ??= sortedSuites(true)) : (oldSuites ??= sortedSuites(false));
}

/** All versions before TLS 1.3 have the same. */
let oldSuites: readonly number[] | undefined;
let newSuites: readonly number[] | undefined;

function sortedSuites(ofTls13: boolean): number[] {
  const suites = allSuites().filter(({ id, tls13 }) => !NO_SUITES.includes(id) && tls13 === ofTls13);
  return suites
    .map(({ id, iana, openssl, bits }) => ({ id, rank: likelihood(iana ?? openssl ?? '') * 1000 + bits }))
    .sort((a, b) => a.rank - b.rank || a.id - b.id)
    .map(({ id }) => id);
}

function likelihood(name: string): number {
  if (/NULL|anon|EXPORT|RC4|RC2|IDEA|DES|SEED|KRB5|PSK|SRP|GOST|FORTEZZA|MD5/.test(name)) return 0;
  if (/ARIA|CAMELLIA|SM4|_DSS_|ECCPWD|TLS_DH_|TLS_ECDH_|CCM/.test(name)) return 1;
  if (/^TLS_RSA_/.test(name)) return 2;
  return /^TLS_DHE_/.test(name) ? 3 : 4;
}
