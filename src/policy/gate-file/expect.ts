import type { Target } from '../../core/target.js';
import type { Expect } from '../expect.js';
import type { GateExpectInFile } from './file-types.js';
import { list, present } from './options.js';
import type { Reading } from './reading.js';
import { quote } from './schema-words.js';
import { meant } from './vocabulary.js';
import type { Path } from './yaml-text.js';

/** What cannot be known of a server that is asked to have no STARTTLS. */
const NEEDS_TLS = ['min-tls', 'groups', 'cert-sha256', 'spki-sha256', 'auth-mechanisms'] as const;

/** The expectations of a target; what cannot be is told with its place. */
export function readExpectations(
  written: GateExpectInFile,
  target: Target | undefined,
  path: Path,
  reading: Reading,
): Expect {
  const expect = reading.soundPart(written, path);
  checkStarttls(expect, target, path, reading);
  return present({
    minTls: expect['min-tls'] === undefined ? undefined : versionOf(expect['min-tls']),
    groups: expect.groups === undefined ? undefined : groupsOf(expect.groups, [...path, 'groups'], reading),
    certSha256: expect['cert-sha256'] === undefined ? undefined : list(expect['cert-sha256']).map(hex),
    spkiSha256: expect['spki-sha256'] === undefined ? undefined : list(expect['spki-sha256']).map(base64),
    authMechanisms:
      expect['auth-mechanisms'] === undefined
        ? undefined
        : [...new Set(expect['auth-mechanisms'].map((name) => name.toUpperCase()))],
    starttls: expect.starttls,
  });
}

function checkStarttls(
  expect: GateExpectInFile,
  target: Target | undefined,
  path: Path,
  reading: Reading,
): void {
  const { starttls } = expect;
  if (target?.mode === 'implicit' && (starttls === 'required' || starttls === 'offered')) {
    reading.complain(
      [...path, 'starttls'],
      'this target speaks TLS from the first byte, where there is no STARTTLS',
      'leave "starttls" out',
    );
  }
  if (target?.mode === 'implicit' || starttls !== 'absent') return;
  for (const key of NEEDS_TLS) {
    if (expect[key] !== undefined)
      reading.complain(
        [...path, key],
        `"starttls: absent" excludes "${key}"`,
        'without TLS it is not known',
        'key',
      );
  }
}

/** As people write it: `1.2`, in quotes or not, or OpenSSL's name. */
function versionOf(text: string | number): NonNullable<Expect['minTls']> {
  const [, minor = '0'] = /\.([0-3])$/.exec(String(text)) ?? [];
  return `1.${minor as '0' | '1' | '2' | '3'}`;
}

function groupsOf(names: string | readonly string[], path: Path, reading: Reading): string[] {
  const { groups } = reading.words;
  const found = list(names).map((name, i) => {
    const known = groups.find(name);
    if (known === undefined) {
      const place = typeof names === 'string' ? path : [...path, i];
      const hint = meant(groups.nearest(name), 'names are those of IANA or OpenSSL');
      reading.complain(place, `unknown group ${quote(name)}`, hint);
    }
    return known ?? name;
  });
  return [...new Set(found)];
}

function hex(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

function base64(text: string): string {
  return /=$/.test(text) ? text : Buffer.from(hex(text), 'hex').toString('base64');
}
