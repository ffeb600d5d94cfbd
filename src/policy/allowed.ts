import type { ScanProtocol } from '../core/scan-report.js';
import type { Allowed, Profile } from './profile.js';

export type Standing = 'allowed' | 'phase-out' | 'forbidden';

/** Where a name stands in a profile's lists. Names are compared without regard to case. */
export function standingOf(
  name: string,
  { allowed, phaseOut = [] }: Pick<Allowed, 'allowed' | 'phaseOut'>,
): Standing {
  if (allowed.some((pattern) => matches(pattern, name))) return 'allowed';
  return phaseOut.some((pattern) => matches(pattern, name)) ? 'phase-out' : 'forbidden';
}

/** `*` stands for any part of a name, and nothing else is special. */
export function matches(pattern: string, name: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const [first = '', ...rest] = parts;
  const text = name.toLowerCase();
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last))
    return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

export const ALL_PROTOCOLS: readonly ScanProtocol[] = [
  'SSLv2',
  'SSLv3',
  'TLSv1',
  'TLSv1.1',
  'TLSv1.2',
  'TLSv1.3',
];

/** Versions that the profile lets a server have: what goes on inside the others is not worth a question. */
export function versionsOf({ requirements }: Profile): readonly ScanProtocol[] {
  const { protocols } = requirements;
  if (protocols === undefined) return ALL_PROTOCOLS;
  return ALL_PROTOCOLS.filter(
    (name) => protocols.allowed.includes(name) || protocols.phaseOut?.includes(name) === true,
  );
}
