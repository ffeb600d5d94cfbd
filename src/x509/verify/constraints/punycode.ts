/** Punycode (RFC 3492), as far as it is needed to read A-labels. Node's own `punycode` is deprecated. */

/** Parameters of RFC 3492 section 5. */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const FIRST_POINT = 0x80;

const LAST_POINT = 0x10ffff;
/** Sums stay below this, as in 32-bit arithmetic, so that a number is always exact. */
const MAX_INTEGER = 0xffffffff;

/**
 * The code points of what follows `xn--` (RFC 3492 section 6.2), at most `room` of them; null when it is no Punycode. Surrogates
 * are not refused, for OpenSSL does not refuse them.
 */
export function decodePunycode(encoded: string, room: number): number[] | null {
  const delimiter = Math.max(encoded.lastIndexOf('-'), 0);
  if (delimiter > room) return null;
  const points = Array.from(encoded.slice(0, delimiter), (basic) => basic.charCodeAt(0));
  if (points.some((point) => point >= FIRST_POINT)) return null;
  let at = delimiter > 0 ? delimiter + 1 : 0;
  let [point, index, bias] = [FIRST_POINT, 0, INITIAL_BIAS];
  while (at < encoded.length) {
    const read = readInteger(encoded, at, bias, index);
    const count = points.length + 1;
    if (read === null || count > room) return null;
    bias = adapt(read.value - index, count, index === 0);
    point += Math.floor(read.value / count);
    if (point > LAST_POINT) return null;
    index = read.value % count;
    points.splice(index, 0, point);
    index += 1;
    at = read.end;
  }
  return points;
}

/** `value` and the variable-length integer at `at` (RFC 3492 section 3.3) added to it, and where that integer ends. */
function readInteger(
  encoded: string,
  at: number,
  bias: number,
  value: number,
): { readonly value: number; readonly end: number } | null {
  let [sum, weight] = [value, 1];
  for (let k = BASE; ; k += BASE) {
    const digit = digitOf(encoded.charCodeAt(at));
    at += 1;
    sum += digit * weight;
    if (Number.isNaN(digit) || sum > MAX_INTEGER) return null;
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
    if (digit < threshold) return { value: sum, end: at };
    weight *= BASE - threshold;
    if (weight > MAX_INTEGER) return null;
  }
}

/** a to z in either case, then 0 to 9 (RFC 3492 section 5); NaN for anything else, the end of the text included. */
function digitOf(code: number): number {
  const letter = code | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return letter - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : NaN;
}

/** RFC 3492 section 6.1. */
function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

/** UTF-8, one character an octet. Not Buffer's, which would replace a surrogate. */
export function encodeUtf8(points: readonly number[]): string {
  return points.map(encodePoint).join('');
}

function encodePoint(point: number): string {
  if (point < 0x80) return String.fromCharCode(point);
  const tail = (shift: number): number => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x800) return String.fromCharCode(0xc0 | (point >> 6), tail(0));
  if (point < 0x10000) return String.fromCharCode(0xe0 | (point >> 12), tail(6), tail(0));
  return String.fromCharCode(0xf0 | (point >> 18), tail(12), tail(6), tail(0));
}
