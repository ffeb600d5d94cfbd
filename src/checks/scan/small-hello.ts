import { groupByName, schemeByName, suiteByName } from '../../wire/names.js';
import type { ScanContext } from './context.js';
import type { Elimination } from './eliminate.js';
import type { VERSIONS } from './offer.js';
import { offerOf, SSL3, suitesOf } from './offer.js';

/*
 * Everything at once makes a hello of a kilobyte. A server that refuses those, or what is in front of it, does so in words that say
 * nothing of their length: the version would read as one that it does not have.
 */

const found = <T>(names: readonly string[], find: (name: string) => T | undefined): T[] =>
  names.flatMap((name) => find(name) ?? []);

/** What almost every server has one of, of each age. */
const SUITES = [
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA'].flatMap((rest) => [
    `ECDHE-ECDSA-${rest}`,
    `ECDHE-RSA-${rest}`,
    `DHE-RSA-${rest}`,
    rest,
  ]),
  ...['DES-CBC3-SHA', 'RC4-SHA', 'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'],
  'TLS_CHACHA20_POLY1305_SHA256',
];
const GROUPS = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'];
const SCHEMES = [
  'ecdsa_secp256r1_sha256',
  'rsa_pss_rsae_sha256',
  'rsa_pkcs1_sha256',
  'ecdsa_secp384r1_sha384',
  'rsa_pkcs1_sha512',
  'rsa_pkcs1_sha1',
];

/** Says that the version is the matter, and not the hello: alert protocol_version, and a ServerHello of another one. */
const OF_VERSION = /^(?:alert 70\b|answered with)/;

/** A refusal of all that a version has is put to one small hello, as a client of its time would say it. */
export async function doubtedBySmallHello(
  all: Elimination,
  version: (typeof VERSIONS)[number],
  { ask, servername }: Pick<ScanContext, 'ask' | 'servername'>,
): Promise<Elimination> {
  const { picks, rejected, unknown } = all;
  // SSLv3 has no extensions: its hellos are small.
  if (version.id === SSL3 || picks.length > 0 || unknown !== null || rejected === null) return all;
  if (OF_VERSION.test(rejected.evidence)) return all;
  const ofVersion = suitesOf(version.id);
  const result = await ask(
    offerOf({
      version: version.id,
      suites: found(SUITES, (name) => suiteByName(name)?.id).filter((id) => ofVersion.includes(id)),
      groups: found(GROUPS, (name) => groupByName(name)?.id),
      schemes: found(SCHEMES, (name) => schemeByName(name)?.id),
      servername,
      plain: true,
    }),
  );
  if (result.answer !== 'accepted' || result.pick.version !== version.id) return all;
  const { suite } = result.pick;
  const others = rejected.ids.filter((id) => id !== suite);
  const reason = `${rejected.evidence} to large hellos alone: a small one is accepted`;
  return {
    ...all,
    picks: [{ id: suite, pick: result.pick }],
    rejected: null,
    unknown: { ids: others, reason },
  };
}
