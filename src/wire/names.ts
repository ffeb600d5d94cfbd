import { nearestNames } from './nearest.js';
import { ALERT_ROWS, ALERTS_ABOUT_THE_OFFER } from './tables/alerts.js';
import { EXTENSION_ROWS } from './tables/extensions.js';
import { GROUP_ROWS } from './tables/groups.js';
import { SCHEME_ROWS } from './tables/schemes.js';
import { SUITES } from './tables/suites.js';

/** A cipher suite. At least one of the two names is there. */
export interface Suite {
  readonly id: number;
  /** IANA's name, or null for one that was never registered. */
  readonly iana: string | null;
  /** OpenSSL's name, or null for one that OpenSSL never had. */
  readonly openssl: string | null;
  /** Strength of the symmetric key in bits, as OpenSSL counts it (3DES: 112). */
  readonly bits: number;
  /** Whether it is a suite of TLS 1.3; such a suite goes with no other version, and no other with TLS 1.3. */
  readonly tls13: boolean;
}

/** A key-exchange group. */
export interface Group {
  readonly id: number;
  readonly iana: string;
  /** OpenSSL's names, the one it prints first; empty where it never had the group. */
  readonly openssl: readonly string[];
  /** Bits of the ephemeral key as OpenSSL prints them (X25519: 253); null for post-quantum groups. */
  readonly bits: number | null;
}

/** A signature scheme, or a pair of hash and signature of TLS 1.2. */
export interface Scheme {
  readonly id: number;
  readonly iana: string;
  /** Names for OpenSSL's list of signature algorithms, the one to hand over first; empty where it lacks the scheme. */
  readonly openssl: readonly string[];
}

interface Table<T> {
  readonly byId: () => ReadonlyMap<number, T>;
  /** Keys in lower case. */
  readonly byName: () => ReadonlyMap<string, T>;
}

/** Built on first use: a run that looks nothing up does not pay for the maps. */
function lazily<T>(build: () => T): () => T {
  let built: T | undefined;
  return () => (built ??= build());
}

function makeTable<T extends { readonly id: number }>(
  makeItems: () => readonly T[],
  namesOf: (item: T) => readonly string[],
): Table<T> {
  const byId = lazily(() => new Map(makeItems().map((item) => [item.id, item])));
  const byName = lazily(() => {
    const names = new Map<string, T>();
    for (const item of byId().values()) for (const name of namesOf(item)) names.set(name.toLowerCase(), item);
    return names;
  });
  return { byId, byName };
}

const groups = makeTable<Group>(
  () => GROUP_ROWS.map(([id, iana, openssl, bits]) => ({ id, iana, openssl, bits })),
  (group) => [group.iana, ...group.openssl],
);

const schemes = makeTable<Scheme>(
  () => SCHEME_ROWS.map(([id, iana, openssl]) => ({ id, iana, openssl })),
  (scheme) => [scheme.iana, ...scheme.openssl],
);

const alerts = lazily(() => new Map(ALERT_ROWS));
const extensions = lazily(() => new Map(EXTENSION_ROWS));

/** The cipher suite of a number. */
export function suiteById(id: number): Suite | undefined {
  return suiteAt(SUITES.indexOf(`\n${hexId(id).slice(2)}:`));
}

/** The cipher suite of an OpenSSL or IANA name, in upper or lower case. */
export function suiteByName(name: string): Suite | undefined {
  const key = name.trim().toLowerCase();
  return (
    suiteNamed(key) ??
    // Java spells the suites of SSLv3's time `SSL_RSA_WITH_…`.
    suiteNamed(key.replace(/^ssl_/, 'tls_')) ??
    // OpenSSL before 1.1.0 said EDH where it says DHE now, and still takes the old spelling (ciphers(1)).
    suiteNamed(key.replace(/^(exp-)?edh-(?=(?:rsa|dss)-des-)/, '$1dhe-'))
  );
}

function suiteNamed(key: string): Suite | undefined {
  // Nothing of the table but a name.
  if (!/^[a-z0-9_-]+$/.test(key)) return undefined;
  const text = SUITES.toLowerCase();
  const at = [text.indexOf(` ${key} `), text.indexOf(` ${key}\n`)].find((found) => found >= 0);
  return at === undefined ? undefined : suiteAt(text.lastIndexOf('\n', at));
}

/** The suite of the line that follows the line end at `at`. */
function suiteAt(at: number): Suite | undefined {
  return at < 0 ? undefined : readSuite(SUITES.slice(at + 1, SUITES.indexOf('\n', at + 1)));
}

function readSuite(line: string): Suite {
  const [numbers = '', iana, openssl] = line.split(' ');
  const [id, bits, version] = numbers.split(':');
  const nameOf = (text = '?'): string | null => (text === '?' ? null : text);
  return {
    id: Number(`0x${id}`),
    iana: nameOf(iana),
    openssl: nameOf(openssl),
    bits: Number(bits),
    tls13: version === '1.3',
  };
}

/** Every cipher suite, in the order of the numbers. */
export const allSuites: () => readonly Suite[] = lazily(() => SUITES.trim().split('\n').map(readSuite));

/** What to call a suite: OpenSSL's name, else IANA's, else its number as `0xc02f`. */
export function suiteName(id: number): string {
  const suite = suiteById(id);
  return suite?.openssl ?? suite?.iana ?? hexId(id);
}

/** At most `n` suite names near the one that was typed, in IANA's spelling if that is how it begins, else in OpenSSL's. */
export function nearestSuiteNames(name: string, n: number): string[] {
  const pick = /^(tls|ssl)_/i.test(name.trim()) ? (s: Suite) => s.iana : (s: Suite) => s.openssl;
  return nearestNames(
    name,
    allSuites()
      .map(pick)
      .filter((candidate) => candidate !== null),
    n,
  );
}

/** The group of a NamedGroup number. */
export function groupById(id: number): Group | undefined {
  return groups.byId().get(id);
}

/** The group of an IANA, OpenSSL or NIST name (`secp256r1`, `prime256v1`, `P-256`), in upper or lower case. */
export function groupByName(name: string): Group | undefined {
  return groups.byName().get(name.trim().toLowerCase());
}

/** Every group, in the order of the numbers. */
export function allGroups(): Group[] {
  return [...groups.byId().values()];
}

/** At most `n` group names near the one that was typed. */
export function nearestGroupNames(name: string, n: number): string[] {
  return nearestNames(
    name,
    allGroups().flatMap((group) => [group.iana, ...group.openssl]),
    n,
  );
}

/** The scheme of a SignatureScheme number, or of a hash and a signature number of TLS 1.2 side by side. */
export function schemeById(id: number): Scheme | undefined {
  return schemes.byId().get(id);
}

/** The scheme of an IANA name (`ecdsa_secp256r1_sha256`) or OpenSSL's (`ECDSA+SHA256`), in upper or lower case. */
export function schemeByName(name: string): Scheme | undefined {
  return schemes.byName().get(name.trim().toLowerCase());
}

/** Every scheme, in the order of the numbers. */
export function allSchemes(): Scheme[] {
  return [...schemes.byId().values()];
}

/** At most `n` scheme names near the one that was typed. */
export function nearestSchemeNames(name: string, n: number): string[] {
  return nearestNames(
    name,
    allSchemes().flatMap((scheme) => [scheme.iana, ...scheme.openssl]),
    n,
  );
}

/** The registered name of an AlertDescription (RFC 8446 section 6). */
export function alertEntry(n: number): string | undefined {
  return alerts().get(n);
}

/** The name of an AlertDescription, or `unknown alert 99`. */
export function alertName(n: number): string {
  return alertEntry(n) ?? `unknown alert ${n}`;
}

/** Whether an alert answers what was offered (design section 2), and so is evidence that it was refused. */
export function speaksAboutOffer(alert: number): boolean {
  return ALERTS_ABOUT_THE_OFFER.includes(alert);
}

/** The registered name of an extension type. */
export function extensionEntry(type: number): string | undefined {
  return extensions().get(type);
}

/** The name of an extension type, or its number as `0x002a`. */
export function extensionName(type: number): string {
  return extensionEntry(type) ?? hexId(type);
}

/** A two-octet number the way it is printed everywhere: `0xc02f`. */
export function hexId(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`;
}
