import { usageError } from '../core/errors.js';
import { digestLength, type TlsaRecord } from '../core/tlsa-record.js';
import { tlsaRdata } from './zone-text.js';

/**
 * TLSA records as people write and copy them (RFC 6698 section 2.2): `3 1 1 HEX`, the hexadecimal in pieces, in any case and with
 * colons, as a whole line of a zone file or of dig, with RFC 7218's names in place of numbers, or in RFC 3597's form for unknown
 * types. Numbers that no client knows are no mistake: such a record is unusable, and there may be others beside it.
 * @throws SmtpcheckError `usage`, with a hint that names the mistake; also when there is no record at all.
 */
export function parseTlsaRecords(text: string): TlsaRecord[] {
  const records = tlsaRdata(text).map(parseRdata);
  if (records.length === 0) throw usageError('there is no TLSA record', EXAMPLE);
  return records;
}

/**
 * One record; the ends of lines count as blanks in it.
 * @throws SmtpcheckError `usage`.
 */
export function parseTlsa(text: string): TlsaRecord {
  const records = parseTlsaRecords(text);
  const [record] = records;
  if (record === undefined || records.length > 1) {
    throw usageError(
      `there are ${records.length} TLSA records where one was expected`,
      'give them one by one',
    );
  }
  return record;
}

/** `U S M HEX`, as a zone file has it, in lower case. */
export function formatTlsa({ usage, selector, matchingType, data }: TlsaRecord): string {
  return `${usage} ${selector} ${matchingType} ${Buffer.from(data).toString('hex')}`;
}

const EXAMPLE = 'such as: 3 1 1 followed by the 64 hexadecimal digits of a SHA2-256 digest';

/** RFC 7218 sections 2.1 to 2.3, in lower case. */
const USAGES = { 'pkix-ta': 0, 'pkix-ee': 1, 'dane-ta': 2, 'dane-ee': 3, privcert: 255 };
const SELECTORS = { cert: 0, spki: 1, privsel: 255 };
const MATCHING_TYPES = { full: 0, 'sha2-256': 1, 'sha2-512': 2, privmatch: 255 };

/** `\#`, or what a shell has left of it. */
const GENERIC = /^\\?#$/;

function parseRdata(words: readonly string[]): TlsaRecord {
  const [usage, selector, matchingType, ...data] = words;
  if (usage !== undefined && GENERIC.test(usage)) return parseGeneric(words.slice(1));
  if (words.length === 1 && usage !== undefined && isDigest(usage)) {
    const digit = usage.length === 64 ? 1 : 2;
    throw usageError(
      'a digest alone is no TLSA record: usage, selector and matching type come before it',
      `of the key of the server's certificate it is: 3 1 ${digit} ${usage.slice(0, 8)}…`,
    );
  }
  const numbers = {
    usage: fieldOf('certificate usage', usage, USAGES),
    selector: fieldOf('selector', selector, SELECTORS),
    matchingType: fieldOf('matching type', matchingType, MATCHING_TYPES),
  };
  const octets = readHex(data.join(''), numbers);
  refuseWrongLength(numbers.matchingType, octets);
  return { ...numbers, data: octets };
}

/** RFC 3597 section 5: `\#`, the number of octets, and the octets. */
function parseGeneric([length, ...rest]: readonly string[]): TlsaRecord {
  const octets = readHex(rest.join(''), null);
  const [usage, selector, matchingType, ...data] = octets;
  if (length !== String(octets.length)) {
    throw usageError(
      `a TLSA record says that it has ${quote(length)} octets, and has ${octets.length}`,
      'copy the record whole',
    );
  }
  if (usage === undefined || selector === undefined || matchingType === undefined || data.length === 0) {
    throw usageError(`a TLSA record of ${octets.length} octets has no data`, 'copy the record whole');
  }
  refuseWrongLength(matchingType, Uint8Array.from(data));
  return { usage, selector, matchingType, data: Uint8Array.from(data) };
}

function fieldOf(what: string, word: string | undefined, names: Readonly<Record<string, number>>): number {
  if (word === undefined) throw usageError(`a TLSA record has no ${what}`, EXAMPLE);
  const named = new Map(Object.entries(names)).get(word.toLowerCase());
  const number = named ?? (/^\d{1,3}$/.test(word) ? Number(word) : NaN);
  if (number <= 255) return number;
  throw usageError(
    `the ${what} of a TLSA record is a number from 0 to 255, not ${quote(word)}`,
    `RFC 7218's names for it: ${Object.keys(names).join(', ')}`,
  );
}

type Numbers = Pick<TlsaRecord, 'usage' | 'selector' | 'matchingType'>;

function readHex(text: string, numbers: Numbers | null): Uint8Array {
  // Fingerprints are printed with colons (openssl x509 -fingerprint), and mean the same without.
  const hex = text.replaceAll(':', '');
  if (hex === '') throw usageError('a TLSA record has no data', EXAMPLE);
  if (!/^[0-9a-f]+$/i.test(hex)) throw notHex(text, numbers);
  if (hex.length % 2 === 0) return Uint8Array.from(Buffer.from(hex, 'hex'));
  throw usageError(
    `the data of a TLSA record has ${hex.length} hexadecimal digits, which is an odd number`,
    'copy it whole: a digit is missing, or one too many',
  );
}

function notHex(text: string, numbers: Numbers | null): Error {
  const message = `the data of a TLSA record is hexadecimal, not ${quote(text)}`;
  const octets = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (numbers !== null && [32, 64].includes(octets.length)) {
    return usageError(message, `it is base64; write: ${formatTlsa({ ...numbers, data: octets })}`);
  }
  return usageError(message, EXAMPLE);
}

/** What digests of other lengths are, by their octets. */
const KNOWN_DIGESTS: Readonly<Record<number, string>> = {
  16: 'an MD5 digest has, which TLSA records cannot be made of',
  20: 'a SHA-1 digest has, which TLSA records cannot be made of',
  28: 'a SHA2-224 digest has, which TLSA records cannot be made of',
  32: 'a SHA2-256 digest has: that is matching type 1',
  48: 'a SHA2-384 digest has, which TLSA records cannot be made of',
  64: 'a SHA2-512 digest has: that is matching type 2',
};

/** RFC 6698 section 2.1.3. */
function refuseWrongLength(matchingType: number, data: Uint8Array): void {
  const length = digestLength(matchingType);
  if (length === undefined || data.length === length) return;
  const known = KNOWN_DIGESTS[data.length];
  const whole = data[0] === 0x30 && data.length > 64;
  throw usageError(
    `a TLSA record of matching type ${matchingType} has a digest of ${length} octets (${length * 2} hexadecimal digits), not of ${data.length}`,
    known !== undefined
      ? `${data.length} octets is what ${known}`
      : whole
        ? 'the data looks like a whole certificate or key: that is matching type 0'
        : 'copy the digest whole, and nothing else',
  );
}

function isDigest(word: string): boolean {
  return /^(?:[0-9a-f]{64}|[0-9a-f]{128})$/i.test(word.replaceAll(':', ''));
}

function quote(text = ''): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
