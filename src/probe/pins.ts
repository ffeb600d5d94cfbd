import { usageError } from '../core/errors.js';
import type { CertificatePin, TlsPins } from '../core/probe-options.js';
import { TLS_VERSIONS, type TlsVersionName } from '../core/tls-names.js';
import {
  groupByName,
  nearestGroupNames,
  nearestSchemeNames,
  nearestSuiteNames,
  schemeByName,
  suiteById,
  suiteByName,
  suiteName,
} from '../wire/names.js';

/** Pins as a user writes them. */
export interface PinRequest {
  /** Exact versions (`--tls1.2 --tls1.3`); they must be neighbours, since a hello offers a range. */
  readonly versions?: readonly TlsVersionName[];
  /** `1.2`, `TLSv1.2`, `tls1.2`. */
  readonly minTls?: string;
  readonly maxTls?: string;
  /** Suites by OpenSSL or IANA name, divided by `:` or `,`. */
  readonly cipher?: string;
  readonly groups?: string;
  readonly sigalgs?: string;
}

/**
 * Pins by number, checked against each other before anything is sent: suites of TLS 1.3 go with TLS 1.3 alone, all
 * others with what came before. A list with suites of one kind only moves the version range to where they live
 * (OpenSSL would leave the other kind free).
 * @throws SmtpcheckError `usage`, with the nearest names for one that is unknown.
 */
export function resolvePins(request: PinRequest): TlsPins {
  const suites = names(request.cipher, 'cipher', '--cipher', suiteByName, nearestSuiteNames);
  const groups = names(request.groups, 'group', '--groups', groupByName, nearestGroupNames);
  const schemes = names(request.sigalgs, 'signature scheme', '--sigalgs', schemeByName, nearestSchemeNames);
  const range = versionRange(request);
  // Who names a version below 1.2 has asked for it; `--max-tls 1.3` has not.
  const exact = (request.versions ?? []).length > 0;
  const asked = exact || range.min !== undefined || (range.max ?? TLS12) < TLS12;
  const fitted = suites === undefined ? range : fitToSuites(range, suites);
  return {
    versionPinned: asked,
    ...(fitted.min === undefined ? {} : { minVersion: nameOf(fitted.min) }),
    ...(fitted.max === undefined ? {} : { maxVersion: nameOf(fitted.max) }),
    ...(suites === undefined ? {} : { suites }),
    ...(groups === undefined ? {} : { groups }),
    ...(schemes === undefined ? {} : { schemes }),
  };
}

interface Range {
  /** Index in TLS_VERSIONS. */
  readonly min: number | undefined;
  readonly max: number | undefined;
}

const TLS12 = 2;
const TLS13 = 3;

function versionRange(request: PinRequest): Range {
  const exact = [...new Set(request.versions ?? [])]
    .map((name) => TLS_VERSIONS.findIndex((v) => v.name === name))
    .sort((a, b) => a - b);
  if (exact.length > 0) {
    if (request.minTls !== undefined || request.maxTls !== undefined) {
      throw usageError(
        '--min-tls and --max-tls cannot go with a pinned version',
        'give either --tls1.2, or --min-tls and --max-tls',
      );
    }
    const [min, max] = [exact[0] ?? 0, exact.at(-1) ?? 0];
    if (max - min + 1 !== exact.length) {
      throw usageError(
        'versions that are pinned together must be neighbours',
        'a ClientHello offers a range: use --min-tls and --max-tls',
      );
    }
    return { min, max };
  }
  const min = versionIndex(request.minTls, '--min-tls');
  const max = versionIndex(request.maxTls, '--max-tls');
  if (min !== undefined && max !== undefined && min > max) {
    throw usageError(`--min-tls ${request.minTls ?? ''} is above --max-tls ${request.maxTls ?? ''}`);
  }
  return { min, max };
}

function versionIndex(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const number = /^(?:tls\s*v?)?1(?:[._]([0-3]))?$/i.exec(text.trim());
  if (number !== null) return Number(number[1] ?? 0);
  const ssl = /^ssl/i.test(text.trim());
  throw usageError(
    `${option} takes a TLS version, not ${JSON.stringify(text)}`,
    ssl ? 'no SSL version can be offered by the TLS library of Node.js' : 'one of 1.0, 1.1, 1.2, 1.3',
  );
}

function fitToSuites(range: Range, suites: readonly number[]): Range {
  const is13 = (id: number): boolean => suiteById(id)?.tls13 === true;
  const any13 = suites.some(is13);
  const anyOld = suites.some((id) => !is13(id));
  const min = range.min ?? 0;
  const max = range.max ?? TLS13;
  if (!any13 && min > TLS12)
    throw clash(suites, 'TLS 1.3 was pinned, and its suites are others', 'such as TLS_AES_128_GCM_SHA256');
  if (!anyOld && max < TLS13)
    throw clash(
      suites,
      `${versionLabel(max)} was pinned, and these are suites of TLS 1.3 only`,
      'leave the version out, or add --tls1.3',
    );
  if (max < TLS12 && suites.every((id) => is13(id) || needsTls12(id))) {
    throw clash(
      suites,
      `${versionLabel(max)} was pinned, and these suites came with TLS 1.2`,
      'leave the version out, or add --tls1.2',
    );
  }
  if (any13 && anyOld) return range;
  return anyOld ? { min: range.min, max: Math.min(max, TLS12) } : { min: TLS13, max: TLS13 };
}

/** AEAD suites and those with an SHA-2 MAC exist since TLS 1.2 (RFC 5246 section 1.2, RFC 5288, 6655, 7905). */
function needsTls12(id: number): boolean {
  return /_(?:GCM|CCM|POLY1305)|_SHA(?:256|384)$/.test(suiteById(id)?.iana ?? '');
}

function clash(suites: readonly number[], why: string, hint: string): Error {
  return usageError(`${suites.map(suiteName).join(', ')} cannot be negotiated: ${why}`, hint);
}

function versionLabel(index: number): string {
  return TLS_VERSIONS[index]?.label ?? 'an older version';
}

function nameOf(index: number): TlsVersionName {
  return TLS_VERSIONS[index]?.name ?? 'TLSv1.3';
}

function names(
  list: string | undefined,
  what: string,
  option: string,
  find: (name: string) => { readonly id: number } | undefined,
  nearest: (name: string, n: number) => string[],
): number[] | undefined {
  if (list === undefined) return undefined;
  const words = list.split(/[:,\s]+/).filter((word) => word !== '');
  if (words.length === 0) throw usageError(`${option} names no ${what}`);
  return words.map((word) => {
    const found = find(word);
    if (found !== undefined) return found.id;
    throw usageError(`unknown ${what} ${JSON.stringify(word)}`, unknownHint(word, what, nearest));
  });
}

function unknownHint(word: string, what: string, nearest: (name: string, n: number) => string[]): string {
  if (
    what === 'cipher' &&
    /[!+@]|^(?:ALL|DEFAULT|HIGH|MEDIUM|LOW|NULL|aNULL|eNULL|COMPLEMENTOFALL|EXPORT)$/.test(word)
  ) {
    return 'OpenSSL cipher strings such as HIGH or !aNULL are not taken; name the suites';
  }
  const near = nearest(word, 3);
  return near.length === 0 ? `names are those of OpenSSL or IANA` : `did you mean ${near.join(', ')}?`;
}

/**
 * A certificate pin as typed: `sha256:<hex>` (colons allowed) or `spki-sha256:<base64>`.
 * @throws SmtpcheckError `usage`.
 */
export function parseCertificatePin(text: string): CertificatePin {
  const [, kind, value = ''] = /^(sha256|spki-sha256):(.*)$/s.exec(text.trim()) ?? [];
  if (kind === 'sha256') {
    const hex = value.replaceAll(':', '').toLowerCase();
    if (/^[0-9a-f]{64}$/.test(hex)) return { kind, value: hex };
  }
  if (
    kind === 'spki-sha256' &&
    Buffer.from(value, 'base64').length === 32 &&
    /^[A-Za-z0-9+/]{43}=$/.test(value)
  ) {
    return { kind, value };
  }
  throw usageError(
    `--pin takes sha256:<64 hexadecimal digits> or spki-sha256:<44 characters of base64>, not ${JSON.stringify(text)}`,
    'smtpcheck tls --json prints both values under chain.sent[0]',
  );
}
