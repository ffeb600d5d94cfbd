import type { Profile, RuleSetting } from '../profile.js';
import type { Validator } from '../schema/validator.js';
import { faultyFile } from './problems.js';
import type { ProfileFile } from './profile-types.js';
import { Reading } from './reading.js';
import { isObject, quote, schemaProblems } from './schema-words.js';
import { checkedRequirements } from './requirements.js';
import { meant, type Vocabulary } from './vocabulary.js';
import { readYaml } from './yaml-text.js';

/** What a profile's file is read with. */
export interface ProfileReader {
  /** As it was named, for messages. */
  readonly file: string;
  readonly words: Vocabulary;
  /** Of schema/profile.schema.json. */
  readonly problemsOf: Validator;
  /** A profile that comes with smtpcheck. */
  readonly profileByName: (name: string) => Profile | undefined;
  /** Ids of the rules that a profile is judged by. */
  readonly rulesOf: (profile: Profile) => readonly string[];
}

/**
 * Reads a profile of one's own, YAML 1.2 or JSON, and merges it over the one that it extends.
 * @throws SmtpcheckError `usage` that names all that is wrong with it, each with line and column.
 */
export function readProfile(text: string, reader: ProfileReader): Profile {
  const { file, words, problemsOf, profileByName, rulesOf } = reader;
  const located = readYaml(text, 'a profile begins with: name: NAME, and then: extends: PROFILE');
  if (!('value' in located)) throw faultyFile(file, located);
  const ofSchema = schemaProblems(file, problemsOf(located.value), located, {
    nearest: words.nearest,
    elsewhere: () => undefined,
  });
  const reading = new Reading(file, located, words, ofSchema);
  const written = (isObject(located.value) ? located.value : {}) as Partial<ProfileFile>;
  const base = baseOf(written, reading, profileByName);
  const { name = '' } = written;
  if (reading.isSound(['name']) && words.profiles.find(name) !== undefined)
    reading.complain(['name'], `${quote(name)} is a profile that comes with smtpcheck`, 'name it otherwise');
  const requirements = checkedRequirements(soundIn('requirements', written.requirements, reading), reading);
  const rules = checkedRules(soundIn('rules', written.rules, reading), reading);
  if (reading.problems.length > 0 || base === undefined) throw faultyFile(file, reading.problems);
  const profile = mergeProfile(base, { ...(written as ProfileFile), requirements, rules });
  refuseIdle(profile, written.rules ?? {}, rulesOf(profile), reading);
  if (reading.problems.length > 0) throw faultyFile(file, reading.problems);
  return profile;
}

/** A rule that is asked for and that nothing of the profile brings would be judged nowhere, and look as if it held. */
function refuseIdle(
  { rules }: Profile,
  written: NonNullable<ProfileFile['rules']>,
  made: readonly string[],
  reading: Reading,
): void {
  for (const id of Object.keys(written)) {
    const rule = reading.words.rules.find(id) ?? id;
    if (rules[rule]?.severity === 'off' || made.includes(rule)) continue;
    const hint = rule.startsWith('expected-')
      ? 'what is expected stands under "expect" of a target'
      : 'a part of "requirements" brings it, such as protocols, suites, groups, dh or certificate: smtpcheck profiles show NAME --json';
    reading.complain(['rules', id], `nothing in this profile is judged by ${quote(rule)}`, hint, 'key');
  }
}

/** What of a mapping is as its schema has it: the rest was complained of. */
function soundIn<T extends object>(key: string, value: T | undefined, reading: Reading): T {
  return (isObject(value) ? reading.soundPart<T>(value, [key]) : {}) as T;
}

/** The profile that a file stands for: requirements are replaced part by part, rules id by id. */
export function mergeProfile(base: Profile, custom: ProfileFile): Profile {
  const changed = Object.entries(custom.rules ?? {}).map(([id, change]): [string, RuleSetting] => [
    id,
    typeof change === 'string' ? { ...base.rules[id], severity: change } : change,
  ]);
  return {
    ...base,
    name: custom.name,
    title: custom.title ?? `${custom.name}, which extends ${base.name}`,
    summary: `It extends ${base.name}. ${base.summary}`,
    requirements: { ...base.requirements, ...custom.requirements },
    rules: { ...base.rules, ...Object.fromEntries(changed) },
  };
}

function baseOf(
  { extends: name }: Partial<ProfileFile>,
  reading: Reading,
  profileByName: ProfileReader['profileByName'],
): Profile | undefined {
  if (name === undefined || !reading.isSound(['extends'])) return undefined;
  const { profiles } = reading.words;
  const base = profileByName(profiles.find(name) ?? name);
  if (base !== undefined) return base;
  const isFile = /[/\\]|\.(?:ya?ml|json)$/i.test(name);
  const otherwise = isFile
    ? 'a profile extends one that comes with smtpcheck, no file'
    : 'smtpcheck profiles lists them';
  reading.complain(
    ['extends'],
    `there is no profile ${quote(name)}`,
    meant(profiles.nearest(name), otherwise),
  );
  return undefined;
}

/** Rules by their ids; one that does not exist is told with its place. */
function checkedRules(
  rules: NonNullable<ProfileFile['rules']>,
  reading: Reading,
): NonNullable<ProfileFile['rules']> {
  const { words } = reading;
  return Object.fromEntries(
    Object.entries(rules).map(([id, change]) => {
      const found = words.rules.find(id);
      if (found === undefined) {
        const hint = meant(words.rules.nearest(id), 'smtpcheck explain lists the rules');
        reading.complain(['rules', id], `there is no rule ${quote(id)}`, hint, 'key');
      }
      return [found ?? id, change];
    }),
  );
}
