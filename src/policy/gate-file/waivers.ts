import type { Target } from '../../core/target.js';
import { parseTarget } from '../../core/parse-target.js';
import type { GateWaiverInFile } from './file-types.js';
import type { GateWaiver } from './gate.js';
import type { Reading } from './reading.js';
import { quote } from './schema-words.js';
import { meant } from './vocabulary.js';
import type { Path } from './yaml-text.js';

/** A target of the file as far as a waiver has to know it. */
export interface Named {
  /** As written. */
  readonly text: string;
  readonly target: Target;
}

/** A waiver, and whom it is for; what cannot be is told with its place. */
export function readWaiver(
  written: Partial<GateWaiverInFile>,
  path: Path,
  targets: readonly Named[],
  reading: Reading,
): { readonly waiver: GateWaiver; readonly covers: (target: Target) => boolean } {
  const { rule = '', until = '', reason = '', target } = reading.soundPart(written, path);
  const { rules } = reading.words;
  const known = rules.find(rule);
  if (known === undefined && rule !== '') {
    const hint = meant(rules.nearest(rule), 'smtpcheck explain lists the rules');
    reading.complain([...path, 'rule'], `there is no rule ${quote(rule)}`, hint);
  }
  if (until !== '') checkDate(until, [...path, 'until'], reading);
  const covers = coverage(target, [...path, 'target'], targets, reading);
  return {
    waiver: {
      rule: known ?? rule,
      target: target ?? null,
      until,
      reason: reason.trim(),
      where: reading.whereIs(path),
    },
    covers,
  };
}

/** `Date` takes 30 February for the first of March. */
function checkDate(text: string, path: Path, reading: Reading): void {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const last = new Date(Date.UTC(2000, month, 0));
  last.setUTCFullYear(year, month, 0);
  if (month < 1 || month > 12) {
    reading.complain(path, `${text} is no date: there is no month ${month}`, 'as year, month, day');
  } else if (day < 1 || day > last.getUTCDate()) {
    const name = last.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
    reading.complain(path, `${text} is no date: ${name} ${year} has ${last.getUTCDate()} days`);
  } else if (year < 2000) {
    reading.complain(path, `${text} is long ago`, 'as year, month, day');
  }
}

/** Without a port it is for each target of that host. */
function coverage(
  text: string | undefined,
  path: Path,
  targets: readonly Named[],
  reading: Reading,
): (target: Target) => boolean {
  if (text === undefined) return () => true;
  // A port that no target has tells whether one was given.
  const wanted = reading.attempt(path, () => parseTarget(text, { port: 0 }));
  if (wanted === undefined) return () => false;
  const covers = (target: Target): boolean =>
    sameHost(target, wanted) &&
    (wanted.port === 0 || (target.port === wanted.port && target.mode === wanted.mode));
  // Where none of the targets can be made out, that is told already.
  if (targets.length > 0 && !targets.some(({ target }) => covers(target))) {
    const hosts = targets.map((one) => one.text);
    const near = targets.filter(({ target }) => sameHost(target, wanted)).map((one) => one.text);
    const hint = meant(
      near.length > 0 ? near : reading.words.nearest(text, hosts, 3),
      `there are ${hosts.slice(0, 10).join(', ')}`,
    );
    reading.complain(path, `there is no target ${quote(text)}`, hint);
  }
  return covers;
}

function sameHost(a: Target, b: Target): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase();
}
