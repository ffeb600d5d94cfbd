import type { Extension, GeneralName } from '../certificate-types.js';
import { decodeExtension } from '../certificate.js';
import type { RevokedEntry } from '../crl-types.js';
import { expectTag, integerOctets, malformed, rawOf, readElement, TAG, type DerElement } from '../der.js';
import { decodeSubjectAltNames } from '../extensions.js';
import { nameEquals, type Name } from '../name.js';
import { readExtensions, readHexInteger, readTime } from '../tbs.js';

/** Extensions of an entry (RFC 5280 section 5.3). */
const ENTRY_EXTENSION = { reasonCode: '2.5.29.21', certificateIssuer: '2.5.29.29' } as const;

const ENUMERATED = 0x0a;

/** revokedCertificates (RFC 5280 section 5.1.2.6): lists have hundreds of thousands, so an entry is only read when it is asked for. */
export interface CrlEntries {
  readonly count: number;
  readonly unknownCritical: boolean;
  readonly malformedExtension: boolean;
  /** The first entry for the serial number whose certificateIssuer is `issuer`; `listIssuer` stands for those that have none. */
  find(serial: string, issuer: Name, listIssuer: Name): RevokedEntry | null;
}

/** What the extensions of an entry mean for the whole list. */
interface Effect {
  readonly unknownCritical: boolean;
  readonly malformed: boolean;
  readonly namesIssuer: boolean;
}

/** Different extensions whose effect is remembered: most entries of a list have one of ten reasons, and nothing else. */
const REMEMBERED = 64;

const NONE: CrlEntries = {
  count: 0,
  unknownCritical: false,
  malformedExtension: false,
  find: () => null,
};

/** Walks over all entries, so that none of them can turn out to be malformed later; keeps where each of them is. */
export function readEntries(list: DerElement | undefined): CrlEntries {
  if (list === undefined) return NONE;
  const { bytes, content, end } = list;
  const starts: number[] = [];
  const serialEnds: number[] = [];
  const issuerChanges: number[] = [];
  let unknownCritical = false;
  let malformedExtension = false;
  const effectOf = rememberEffects();
  for (let at = content; at < end;) {
    const entry = expectTag(readElement(bytes, at, end), TAG.sequence, 'an entry');
    const { serial, extensions } = splitEntry(entry);
    if (extensions !== undefined) {
      const effect = effectOf(extensions);
      unknownCritical ||= effect.unknownCritical;
      malformedExtension ||= effect.malformed;
      if (effect.namesIssuer) issuerChanges.push(starts.length);
    }
    starts.push(at);
    serialEnds.push(serial.end);
    at = entry.end;
  }
  const index = {
    bytes,
    starts: Uint32Array.from(starts),
    serialEnds: Uint32Array.from(serialEnds),
    issuerChanges,
  };
  return {
    count: starts.length,
    unknownCritical,
    malformedExtension,
    find: (serial, issuer, listIssuer) => findEntry(index, serial, issuer, listIssuer),
  };
}

interface EntryElements {
  readonly serial: DerElement;
  readonly date: DerElement;
  readonly extensions: DerElement | undefined;
}

function splitEntry({ bytes, content, end }: DerElement): EntryElements {
  const serial = expectTag(readElement(bytes, content, end), TAG.integer, "an entry's serial number");
  integerOctets(serial);
  const date = readElement(bytes, serial.end, end);
  if (date.tag !== TAG.utcTime && date.tag !== TAG.generalizedTime)
    throw malformed('an entry without a date');
  if (date.end === end) return { serial, date, extensions: undefined };
  const extensions = expectTag(readElement(bytes, date.end, end), TAG.sequence, "an entry's extensions");
  if (extensions.end !== end) throw malformed("data behind an entry's extensions");
  return { serial, date, extensions };
}

function rememberEffects(): (extensions: DerElement) => Effect {
  const known = new Map<string, Effect>();
  return (element) => {
    const key = Buffer.from(rawOf(element)).toString('latin1');
    let effect = known.get(key);
    if (effect === undefined) {
      effect = judgeExtensions(readExtensions(element));
      if (known.size < REMEMBERED) known.set(key, effect);
    }
    return effect;
  };
}

/** OpenSSL's crl_set_issuers: of an entry's extensions, only certificateIssuer may be critical. */
function judgeExtensions(extensions: readonly Extension[]): Effect {
  const issuer = decodeExtension(extensions, ENTRY_EXTENSION.certificateIssuer, decodeSubjectAltNames);
  return {
    unknownCritical: extensions.some(
      ({ oid, critical }) => critical && oid !== ENTRY_EXTENSION.certificateIssuer,
    ),
    malformed: issuer.bad || decodeExtension(extensions, ENTRY_EXTENSION.reasonCode, decodeReason).bad,
    namesIssuer: issuer.value !== null,
  };
}

/** CRLReason (RFC 5280 section 5.3.1). Registered ones are below eleven: a number of more octets says nothing. */
function decodeReason(value: Uint8Array): number | null {
  const octets = integerOctets(expectTag(readElement(value), ENUMERATED, 'a reason code'));
  return octets.length > 1 ? null : (octets[0] ?? null);
}

/** Where the entries are; each array has one item an entry. */
interface EntryIndex {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly serialEnds: Uint32Array;
  /** Indexes of the entries from which on another certificateIssuer holds (RFC 5280 section 5.3.3), ascending. */
  readonly issuerChanges: readonly number[];
}

/** OpenSSL's def_crl_lookup. It sorts first, which costs more than the look at one octet of each entry that this takes. */
function findEntry(index: EntryIndex, serial: string, issuer: Name, listIssuer: Name): RevokedEntry | null {
  const { bytes, starts, serialEnds, issuerChanges } = index;
  const last = lastOctet(serial);
  let change = -1;
  for (let i = 0; i < starts.length; i++) {
    if ((issuerChanges[change + 1] ?? Infinity) <= i) change += 1;
    if (bytes[(serialEnds[i] ?? 0) - 1] !== last) continue;
    const entry = readEntry(bytes, starts[i] ?? 0);
    if (entry.serial !== serial) continue;
    const holder = issuerChanges[change];
    const names = holder === undefined ? null : issuersNamed(readEntry(bytes, starts[holder] ?? 0));
    if (names === null ? nameEquals(issuer, listIssuer) : includesName(names, issuer)) return entry;
  }
  return null;
}

/** The last octet of the INTEGER that is shown like this: the complement of two for a negative one. */
function lastOctet(serial: string): number {
  const shown = Number.parseInt(serial.slice(-2), 16);
  return serial.startsWith('-') ? -shown & 0xff : shown;
}

function readEntry(bytes: Uint8Array, start: number): RevokedEntry {
  const { serial, date, extensions } = splitEntry(readElement(bytes, start));
  const read = extensions === undefined ? [] : readExtensions(extensions);
  return {
    serial: readHexInteger(serial),
    date: readTime(date),
    reason: decodeExtension(read, ENTRY_EXTENSION.reasonCode, decodeReason).value,
    extensions: read,
  };
}

function issuersNamed({ extensions }: RevokedEntry): readonly GeneralName[] | null {
  return decodeExtension(extensions, ENTRY_EXTENSION.certificateIssuer, decodeSubjectAltNames).value;
}

/** One of the names is this directory name. */
export function includesName(names: readonly GeneralName[], wanted: Name): boolean {
  return names.some((name) => name.type === 'directory' && nameEquals(name.name, wanted));
}
