/**
 * The longest validity of a server's certificate, in days, by the day it is issued: CA/Browser Forum, TLS Baseline Requirements
 * 6.3.2 (ballots 193, 185, SC31, SC-081v3). Taken down in November 2026.
 */
const LIMITS: readonly (readonly [from: string, days: number])[] = [
  ['2029-03-15', 47],
  ['2027-03-15', 100],
  ['2026-03-15', 200],
  ['2020-09-01', 398],
  ['2018-03-01', 825],
];

/** The limit for a certificate issued at this time (milliseconds); null before there was one in days. */
export function longestValidity(issued: number): number | null {
  return LIMITS.find(([from]) => issued >= Date.parse(from))?.[1] ?? null;
}
