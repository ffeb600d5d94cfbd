import { usageError } from '../../../core/errors.js';
import type { SClientLine } from '../parse.js';

/** s_client's and our names of the versions, weakest first. */
const VERSIONS = [
  { flag: 'tls1', openssl: 'TLSv1', option: '--tls1', number: '1.0' },
  { flag: 'tls1_1', openssl: 'TLSv1.1', option: '--tls1.1', number: '1.1' },
  { flag: 'tls1_2', openssl: 'TLSv1.2', option: '--tls1.2', number: '1.2' },
  { flag: 'tls1_3', openssl: 'TLSv1.3', option: '--tls1.3', number: '1.3' },
] as const;

const LAST = VERSIONS.length - 1;

/** What of TLS 1.0 to 1.3 is offered: indexes of VERSIONS. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** Of TLS 1.2 and 1.3, in VersionRange. */
export const TLS12 = LAST - 1;
export const TLS13 = LAST;

/** @throws SmtpcheckError `usage` for flags that exclude each other, and for a range with a hole. */
export function translateVersions(line: SClientLine): VersionRange & { readonly words: readonly string[] } {
  const pinned = VERSIONS.filter(({ flag }) => line.flags.has(flag));
  const without = VERSIONS.filter(({ flag }) => line.flags.has(`no_${flag}`));
  const [only, second] = pinned;
  if (only === undefined)
    return rangeOf(
      line,
      without.map((version) => VERSIONS.indexOf(version)),
    );
  if (second !== undefined)
    throw usageError(
      `-${only.flag} and -${second.flag} exclude each other`,
      `for both: -min_protocol ${only.openssl} -max_protocol ${second.openssl}`,
    );
  const [not] = without;
  if (not !== undefined) throw usageError(`-${only.flag} and -no_${not.flag} exclude each other`);
  const index = VERSIONS.indexOf(only);
  return { min: index, max: index, words: [only.option] };
}

function rangeOf({ flags }: SClientLine, without: readonly number[]): ReturnType<typeof translateVersions> {
  const min = bound(flags.get('min_protocol'), '-min_protocol') ?? 0;
  const max = bound(flags.get('max_protocol'), '-max_protocol') ?? LAST;
  const left = VERSIONS.map((_, index) => index).filter(
    (index) => index >= min && index <= max && !without.includes(index),
  );
  const [lowest, highest] = [left[0], left.at(-1)];
  if (lowest === undefined || highest === undefined) throw usageError('these flags leave no version of TLS');
  if (highest - lowest + 1 !== left.length) {
    throw usageError(
      `these flags leave ${left.map((index) => `TLS ${VERSIONS[index]?.number ?? ''}`).join(' and ')}, with a hole between them`,
      'a ClientHello offers one range (OpenSSL takes the lower one without a word): -min_protocol and -max_protocol say which',
    );
  }
  // What was asked for by name is said, also where it is the lowest there is: --min-tls 1.0 is no accident.
  const minAsked = lowest > 0 || isNamed(flags.get('min_protocol'));
  return {
    min: lowest,
    max: highest,
    words: [
      ...(minAsked ? ['--min-tls', VERSIONS[lowest]?.number ?? ''] : []),
      ...(highest < LAST ? ['--max-tls', VERSIONS[highest]?.number ?? ''] : []),
    ],
  };
}

const isNamed = (value: string | undefined): boolean => value !== undefined && value !== 'None';

/** SSL_CONF_cmd(3) has `None` for no limit. */
function bound(value: string | undefined, flag: string): number | undefined {
  if (value === undefined || value === 'None') return undefined;
  const index = VERSIONS.findIndex(({ openssl }) => openssl === value);
  if (index >= 0) return index;
  throw usageError(
    `${flag} takes ${VERSIONS.map(({ openssl }) => openssl).join(', ')}, not ${JSON.stringify(value)}`,
    /^(?:SSLv|DTLS)/.test(value) ? 'of these, the TLS library of Node.js offers none' : undefined,
  );
}
