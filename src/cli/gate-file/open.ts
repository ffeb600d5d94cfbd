import { dirname, isAbsolute, join, sep } from 'node:path';
import gateSchema from '#schema/gate.schema.json';
import profileSchema from '#schema/profile.schema.json';
import { SmtpcheckError } from '../../core/errors.js';
import type { Gate } from '../../policy/gate-file/gate.js';
import { readGate } from '../../policy/gate-file/read-gate.js';
import { readProfile, type ProfileReader } from '../../policy/gate-file/read-profile.js';
import type { Profile } from '../../policy/profile.js';
import { validatorOf } from '../../policy/schema/validator.js';
import { looksLikeFile, readOptionText } from '../files.js';
import { vocabulary } from './vocabulary.js';

/*
 * The gate's file and those that it names. This is a bundle of its own (it brings a YAML parser and ajv): to be imported when a
 * gate is asked for.
 */

/** What there is to be named in the files. */
export interface Known {
  /** Ids of all rules. */
  readonly rules: Iterable<string>;
  readonly profiles: readonly Profile[];
  /** Ids of the rules that a profile is judged by. */
  readonly rulesOf: (profile: Profile) => readonly string[];
}

/** A gate, with the profile of each of its targets. */
export interface OpenGate {
  readonly gate: Gate;
  /** By name, and those of files by their path (`ProfileChoice`). */
  readonly profileOf: (target: Gate['targets'][number]) => Profile;
}

/** Octets of a file: ten thousand targets. Stops what is no such file from being parsed for minutes. */
const MAX_FILE = 1024 * 1024;

const problemsOfGate = validatorOf(gateSchema);
const problemsOfProfile = validatorOf(profileSchema);

/**
 * Reads a gate's file and the profile files that it names; `-` is stdin, whose paths begin at the working directory.
 * @throws SmtpcheckError `usage` that names all that is wrong with a file, or `file-unreadable`: nothing was sent then.
 */
export function openGate(file: string, known: Known): OpenGate {
  const reader = readerOf(known);
  const { words, profileByName } = reader;
  const folder = file === '-' ? '.' : dirname(file);
  const gate = readGate(readOptionText("the gate's file", file, MAX_FILE), {
    file,
    words,
    resolve: (path) => inFolder(folder, path),
    problemsOf: problemsOfGate,
  });
  const ofFiles = new Map<string, Profile>();
  for (const { profile } of gate.targets) {
    if (typeof profile === 'string' || ofFiles.has(profile.file)) continue;
    const text = readOptionText('the profile', profile.file, MAX_FILE);
    ofFiles.set(profile.file, readProfile(text, { ...reader, file: profile.file }));
  }
  return {
    gate,
    profileOf({ profile }) {
      const found = typeof profile === 'string' ? profileByName(profile) : ofFiles.get(profile.file);
      if (found === undefined) throw new Error('a target has a profile that was not read');
      return found;
    },
  };
}

/** What profiles out of files are read with. */
const readerOf = ({ rules, profiles, rulesOf }: Known): Omit<ProfileReader, 'file'> => ({
  words: vocabulary(
    rules,
    profiles.map(({ name }) => name),
  ),
  problemsOf: problemsOfProfile,
  profileByName: (name) => profiles.find((profile) => profile.name === name),
  rulesOf,
});

/** A file of that name, never standard input: what a file says is the same wherever it is read. */
function inFolder(folder: string, path: string): string {
  const whole = isAbsolute(path) ? path : join(folder, path);
  return whole === '-' ? `.${sep}-` : whole;
}

/** A profile by name, or out of a file of one's own (`--profile`). @throws SmtpcheckError as `openGate` */
export function openProfile(nameOrFile: string, known: Known): Profile {
  const reader = readerOf(known);
  const { words, profileByName } = reader;
  if (nameOrFile !== '-' && !looksLikeFile(nameOrFile)) {
    const found = profileByName(words.profiles.find(nameOrFile) ?? nameOrFile);
    if (found !== undefined) return found;
    throw noProfile(nameOrFile, words.profiles.nearest(nameOrFile));
  }
  const text = readOptionText('the profile', nameOrFile, MAX_FILE);
  return readProfile(text, { ...reader, file: nameOrFile });
}

function noProfile(name: string, near: readonly string[]): SmtpcheckError {
  return new SmtpcheckError('usage', 'arguments', `there is no profile ${JSON.stringify(name)}`, {
    hint:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : 'smtpcheck profiles lists them; a file of your own is ./NAME.yaml',
  });
}
