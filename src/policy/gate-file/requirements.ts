import type { KeyRequirement, Requirements } from '../profile.js';
import type { Reading } from './reading.js';
import { quote } from './schema-words.js';
import { meant, namesOf, type Names } from './vocabulary.js';
import type { Path } from './yaml-text.js';

const KEY_TYPES = ['rsa', 'rsa-pss', 'ec', 'ed25519', 'ed448', 'dsa'];
const DIGESTS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'];

/** What names are called in a message, and where to find them. */
interface Registry {
  readonly what: string;
  readonly names: Names;
  /** A pattern would stand for several, where one thing has to be named. */
  readonly exact?: true;
}

/** The requirements with names as the registries spell them; one that is not known is told with its place. */
export function checkedRequirements(requirements: Requirements, reading: Reading): Requirements {
  const { words } = reading;
  const spell = spellerOf(['requirements'], reading);
  const { suites, groups, dh, signatures, certificate } = requirements;
  const three = ['allowed', 'phaseOut'] as const;
  return {
    ...requirements,
    ...(suites && { suites: spell(suites, 'suites', three, { what: 'cipher suite', names: words.suites }) }),
    ...(groups && {
      groups: spell(
        spell(groups, 'groups', three, { what: 'group', names: words.groups }),
        'groups',
        ['required'],
        { what: 'group', names: words.groups, exact: true },
      ),
    }),
    ...(dh && { dh: spell(dh, 'dh', three, { what: 'Diffie-Hellman group', names: words.primes }) }),
    ...(signatures && {
      signatures: spell(signatures, 'signatures', three, {
        what: 'signature scheme',
        names: words.schemes,
      }),
    }),
    ...(certificate && { certificate: checkedCertificate(certificate, reading) }),
  };
}

function checkedCertificate(
  certificate: NonNullable<Requirements['certificate']>,
  reading: Reading,
): NonNullable<Requirements['certificate']> {
  const spell = spellerOf(['requirements'], reading);
  const { nearest } = reading.words;
  const digests = { what: 'digest', names: namesOf(DIGESTS, nearest) };
  const spelled = spell(certificate, 'certificate', ['digests', 'phaseOutDigests'], digests);
  const keys = (
    part: 'keys' | 'phaseOutKeys',
  ): { readonly [K in typeof part]?: readonly KeyRequirement[] } =>
    certificate[part] === undefined
      ? {}
      : { [part]: certificate[part].map((key, i) => checkedKey(key, [part, i], reading)) };
  return { ...spelled, ...keys('keys'), ...keys('phaseOutKeys') };
}

function checkedKey(key: KeyRequirement, at: Path, reading: Reading): KeyRequirement {
  const { nearest, groups } = reading.words;
  const path = ['requirements', 'certificate', ...at];
  const types = { what: 'type of key', names: namesOf(KEY_TYPES, nearest), exact: true } as const;
  return {
    ...key,
    type: spelling(key.type, [...path, 'type'], types, reading),
    ...(key.curves && {
      curves: key.curves.map((name, i) =>
        spelling(name, [...path, 'curves', i], { what: 'curve', names: groups }, reading),
      ),
    }),
  };
}

/** Spells the names in lists of a part. */
function spellerOf(above: Path, reading: Reading) {
  return <Part extends object>(
    part: Part,
    name: string,
    lists: readonly (keyof Part & string)[],
    registry: Registry,
  ): Part => {
    const spelled = lists.flatMap((key) => {
      const names = part[key];
      if (!Array.isArray(names)) return [];
      return [
        [
          key,
          (names as readonly string[]).map((one, i) =>
            spelling(one, [...above, name, key, i], registry, reading),
          ),
        ],
      ];
    });
    return { ...part, ...(Object.fromEntries(spelled) as Partial<Part>) };
  };
}

/** A pattern stays as it is, and has to stand for something. */
function spelling(text: string, path: Path, { what, names, exact }: Registry, reading: Reading): string {
  if (text.includes('*') && exact !== true) {
    if (!names.matches(text)) reading.complain(path, `no ${what} is called ${quote(text)}`);
    return text;
  }
  const found = names.find(text);
  if (found === undefined)
    reading.complain(
      path,
      `unknown ${what} ${quote(text)}`,
      meant(names.nearest(text), 'names are those of reports'),
    );
  return found ?? text;
}
