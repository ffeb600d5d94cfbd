import { parseTarget } from '../../core/parse-target.js';
import type { Target } from '../../core/target.js';
import type { Validator } from '../schema/validator.js';
import { readExpectations } from './expect.js';
import type { GateExpectInFile, GateFile, GateOptionsInFile, GateTargetInFile } from './file-types.js';
import type { Gate, GateTarget, ProfileChoice } from './gate.js';
import { checkOptions, ipAddress, present, readOptions, withDefaults } from './options.js';
import { faultyFile } from './problems.js';
import { Reading, type Resolve } from './reading.js';
import { isObject, nameOf, quote, schemaProblems } from './schema-words.js';
import { meant, type Vocabulary } from './vocabulary.js';
import { readWaiver, type Named } from './waivers.js';
import { readYaml, type Path } from './yaml-text.js';

/** What a gate's file is read with. */
export interface GateReader {
  /** As it was named, for messages. */
  readonly file: string;
  /** Makes a path of the file whole. */
  readonly resolve: Resolve;
  readonly words: Vocabulary;
  /** Of schema/gate.schema.json. */
  readonly problemsOf: Validator;
}

/**
 * Reads a gate's file, YAML 1.2 or JSON.
 * @throws SmtpcheckError `usage` that names all that is wrong with it, each with line and column.
 */
export function readGate(text: string, reader: GateReader): Gate {
  const { file, words, problemsOf } = reader;
  const located = readYaml(text, 'a gate begins with: version: 1');
  if (!('value' in located)) throw faultyFile(file, located);
  const ofSchema = schemaProblems(file, problemsOf(located.value), located, {
    nearest: words.nearest,
    elsewhere: keyElsewhere,
  });
  const reading = new Reading(file, located, words, ofSchema);
  const gate = gateOf(located.value, reader, reading);
  if (reading.problems.length > 0) throw faultyFile(file, reading.problems);
  return gate;
}

const EXPECTATIONS = ['min-tls', 'groups', 'cert-sha256', 'spki-sha256', 'auth-mechanisms', 'starttls'];
const AT_THE_TOP = ['version', 'targets', 'waivers', 'defaults'];

/** Where a key belongs that stands elsewhere. */
function keyElsewhere(key: string, path: Path): string | undefined {
  if (key === '<<') return 'merge keys are not of YAML 1.2: what all targets share stands under "defaults"';
  if (EXPECTATIONS.includes(key) && path.at(-1) !== 'expect') return `it stands under "expect" of a target`;
  if (key === 'implicit-tls' || key === 'lmtp') return 'the host says it: smtps://… or lmtp://…';
  if (key === 'port') return 'the host says it: mx1.example.org:25';
  if (key === 'pin') return 'a certificate is pinned by "cert-sha256" or "spki-sha256" under "expect"';
  if (AT_THE_TOP.includes(key) && path.length > 0) return 'it stands at the top of the file';
  return undefined;
}

/** The gate, as far as it holds together: what does not is among the problems of the reading. */
function gateOf(value: unknown, { file, resolve }: GateReader, reading: Reading): Gate {
  const root = (isObject(value) ? value : {}) as Partial<GateFile>;
  const defaults: GateOptionsInFile = isObject(root.defaults)
    ? reading.soundPart<GateOptionsInFile>(root.defaults, ['defaults'])
    : {};
  checkOptions(defaults, ['defaults'], reading);
  const profile = reading.isSound(['profile']) ? root.profile : undefined;
  if (profile !== undefined) profileOf(profile, ['profile'], resolve, reading);
  const entries = listOf(root.targets);
  const named = entries.map((entry, i) => nameTarget(entry, ['targets', i], reading));
  refuseTwins(named, reading);
  const inList = named.filter((one) => one !== undefined);
  const waivers = listOf(root.waivers).flatMap((entry, i) =>
    isObject(entry) ? [readWaiver(entry, ['waivers', i], inList, reading)] : [],
  );
  const targets = entries.flatMap((entry, i) => {
    const path = ['targets', i];
    const target = named[i]?.target;
    if (!isObject(entry)) return [];
    const own = reading.soundPart<Partial<GateTargetInFile>>(entry, path);
    const read = targetOf({ own, written: entry }, target, path, { profile, defaults, resolve, reading });
    if (read === null || target === undefined) return [];
    const ofTarget = waivers.filter(({ covers }) => covers(target)).map(({ waiver }) => waiver);
    return [{ ...read, target, waivers: ofTarget, line: reading.lineOf(path) }];
  });
  return {
    file,
    inconclusive: defaults.inconclusive ?? 'inconclusive',
    targets,
    waivers: waivers.map(({ waiver }) => waiver),
  };
}

/** What the top of the file says of all targets. */
interface OfAll {
  readonly profile: string | undefined;
  readonly defaults: GateOptionsInFile;
  readonly resolve: Resolve;
  readonly reading: Reading;
}

/** What an entry says of its target; null where anything is wrong, here or before. */
function targetOf(
  { own, written }: { readonly own: Partial<GateTargetInFile>; readonly written: Partial<GateTargetInFile> },
  target: Target | undefined,
  path: Path,
  { profile: ofAll, defaults, resolve, reading }: OfAll,
): Pick<GateTarget, 'profile' | 'options' | 'expect'> | null {
  checkOptions(own, path, reading);
  // What is sound in it is looked at where something else in it is not.
  const expected = isObject(written.expect) ? (written.expect as GateExpectInFile) : {};
  const expect = readExpectations(expected, target, [...path, 'expect'], reading);
  const profile =
    own.profile === undefined ? ofAll : profileOf(own.profile, [...path, 'profile'], resolve, reading);
  if (profile === undefined && reading.isSound(['profile']) && reading.isSound([...path, 'profile']))
    complainOfNoProfile(own.host === undefined ? nameOf(path) : quote(own.host), path, reading);
  const { address: ip } = own;
  const address =
    ip === undefined ? undefined : reading.attempt([...path, 'address'], () => ipAddress(ip, 'address'));
  if (profile === undefined || reading.problems.length > 0) return null;
  return {
    profile: typeof profile === 'string' ? choiceOf(profile, resolve, reading.words) : profile,
    options: { ...readOptions(withDefaults(defaults, own), resolve), ...present({ address }) },
    expect,
  };
}

const NO_PROFILE = 'has no "profile", and there is none for all targets';

/** Once: a word at the top of the file mends it for all. */
function complainOfNoProfile(name: string, path: Path, reading: Reading): void {
  if (reading.problems.some(({ message }) => message.endsWith(NO_PROFILE))) return;
  reading.complain(path, `${name} ${NO_PROFILE}`, 'mx is for port 25, submission for 587 and 465');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The server of an entry, also where something else of the entry is wrong: waivers speak of it. */
function nameTarget(entry: unknown, path: Path, reading: Reading): Named | undefined {
  const text = isObject(entry) ? entry['host'] : undefined;
  if (typeof text !== 'string' || text === '') return undefined;
  const target = reading.attempt([...path, 'host'], () => parseTarget(text, { port: 25 }));
  return target === undefined ? undefined : { text, target };
}

function refuseTwins(named: readonly (Named | undefined)[], reading: Reading): void {
  const key = ({ host, port, mode }: Target): string => `${mode} ${host.toLowerCase()} ${port}`;
  const firsts = new Map<string, number>();
  for (const [i, one] of named.entries()) {
    if (one === undefined) continue;
    const first = firsts.get(key(one.target));
    if (first === undefined) {
      firsts.set(key(one.target), i);
      continue;
    }
    reading.complain(
      ['targets', i, 'host'],
      `${quote(one.text)} is there twice: it is target ${first + 1} already (line ${reading.lineOf(['targets', first])})`,
      'join the two',
    );
  }
}

/** With a slash or the ending of a file it is a path, else a name. */
function choiceOf(text: string, resolve: Resolve, { profiles }: Vocabulary): ProfileChoice {
  return /[/\\]|\.(?:ya?ml|json)$/i.test(text) ? { file: resolve(text) } : (profiles.find(text) ?? text);
}

function profileOf(text: string, path: Path, resolve: Resolve, reading: Reading): ProfileChoice {
  const { profiles } = reading.words;
  const choice = choiceOf(text, resolve, reading.words);
  if (typeof choice === 'string' && profiles.find(choice) === undefined) {
    const hint = meant(
      profiles.nearest(text),
      'smtpcheck profiles lists them; a file of your own is ./NAME.yaml',
    );
    reading.complain(path, `there is no profile ${quote(text)}`, hint);
  }
  return choice;
}
