import { keyExchangeOf } from '../../wire/key-exchange.js';
import { allSchemes, groupByName, suiteById } from '../../wire/names.js';

/** A kind of key that a certificate can have, in the words of a chain's `key`, and the schemes that such a key signs with. */
export interface KeyType {
  readonly name: string;
  readonly schemes: readonly number[];
  /** Of a curve of its own: by it up to TLS 1.2, where schemes name none, servers choose among such certificates (RFC 8422 section 5.1). */
  readonly curve?: number;
}

const schemesNamed = (test: RegExp): readonly number[] =>
  allSchemes()
    .filter(({ iana }) => test.test(iana))
    .map(({ id }) => id);

const ofCurve = (name: string, curve: string): KeyType[] => {
  const found = groupByName(curve);
  const schemes = schemesNamed(new RegExp(`^ecdsa_${curve}(?:tls13)?_`));
  return found === undefined ? [] : [{ name: `ec ${name}`, schemes, curve: found.id }];
};

/** Curves that have a scheme of their own in TLS 1.3: a server may have a certificate of each, as those with GnuTLS do. */
const EC_CURVES: readonly KeyType[] = [
  ...ofCurve('prime256v1', 'secp256r1'),
  ...['secp384r1', 'secp521r1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'].flatMap((name) =>
    ofCurve(name, name),
  ),
];
const ofEcCurves = EC_CURVES.flatMap(({ schemes }) => schemes);

/** Every key that a scheme of the registry goes with. */
export const KEY_TYPES: readonly KeyType[] = [
  { name: 'rsa', schemes: schemesNamed(/^rsa_pkcs1|^rsa_pss_rsae/) },
  { name: 'rsa-pss', schemes: schemesNamed(/^rsa_pss_pss/) },
  ...EC_CURVES,
  { name: 'ec', schemes: schemesNamed(/^ecdsa_|^sm2sig/).filter((id) => !ofEcCurves.includes(id)) },
  { name: 'ed25519', schemes: schemesNamed(/^ed25519$/) },
  { name: 'ed448', schemes: schemesNamed(/^ed448$/) },
  { name: 'dsa', schemes: schemesNamed(/^dsa_/) },
  { name: 'ml-dsa', schemes: schemesNamed(/^mldsa/) },
  { name: 'gost', schemes: schemesNamed(/^gost/) },
];

/** The type of a chain's `key`, such as `rsa` of `rsa 2048`, and `ec secp384r1`, which has schemes of its own. */
export const typeOf = (key: string | null): string =>
  KEY_TYPES.find(({ name }) => name === key)?.name ?? kindOf(key ?? '');

/** `ec` of `ec secp384r1`: what a suite tells apart. */
export const kindOf = (type: string): string => type.split(' ')[0] ?? '';

/** Names of the key types of which a suite can bring a certificate; none for anonymous ones and those of TLS 1.3. */
export function typesOfSuite(id: number): readonly string[] {
  const { iana, openssl } = suiteById(id) ?? { iana: null, openssl: null };
  const name = iana ?? openssl ?? '';
  const { kind, signed } = keyExchangeOf(id);
  if (/_anon_|^TLS_(?:DHE_|ECDHE_)?PSK_|^TLS_SRP_SHA_WITH/.test(name)) return [];
  if (/ECDSA/.test(name)) return signed ? ['ec', 'ed25519', 'ed448'] : ['ec'];
  if (/_DSS_|-DSS-/.test(name)) return ['dsa'];
  if (/ECDH_RSA/.test(name)) return ['ec'];
  if (/GOST/.test(name)) return ['gost'];
  if (!/RSA|^EXP1024-/.test(name)) return [];
  return signed && kind !== 'rsa-export' ? ['rsa', 'rsa-pss'] : ['rsa'];
}

/** The same as classes of a scope: what is picked with one kind of key says nothing of the certificates with another. */
export const keyKindsOf = (id: number): string[] => typesOfSuite(id).map((name) => `key ${name}`);

/** What of a key exchange is seen with this suite: curves, and how the server signs. */
export function exchangeKindsOf(id: number): string[] {
  const { kind, signed } = keyExchangeOf(id);
  return [...(kind === 'ecdhe' ? ['ECDHE'] : []), ...(signed ? ['signed'] : [])];
}

/** Suites that go with the same keys. */
export interface SuiteFamily {
  readonly suites: readonly number[];
  readonly types: readonly KeyType[];
}

const FAMILIES: readonly (readonly string[])[] = [
  ['rsa', 'rsa-pss'],
  ['ec', 'ed25519', 'ed448'],
  ['dsa'],
  ['gost'],
];

/**
 * Suites up to TLS 1.2 by their keys. One family has to be asked for at a time: OpenSSL picks the suite before it looks whether it
 * can sign for it, and then refuses, though it could with a suite of another family.
 */
export function suiteFamilies(ids: readonly number[]): readonly SuiteFamily[] {
  return FAMILIES.map((names) => ({
    suites: ids.filter((id) => typesOfSuite(id).some((type) => names.includes(type))),
    types: KEY_TYPES.filter(({ name }) => names.includes(kindOf(name))),
  })).filter(({ suites }) => suites.length > 0);
}
