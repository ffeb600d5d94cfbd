import { usageError } from '../core/errors.js';
import { refuseFilesInUse } from './output-files.js';
import { asksForJson } from './reporting.js';
import { FORMAT_NAMES, type FormatName } from '../report/format-names.js';

/** A format, and where it goes; `-` is stdout. */
export interface OutputRequest {
  readonly format: FormatName;
  readonly file: string;
}

export const STDOUT = '-';

/** Other names of it: as a file, what was redirected to would be replaced under the shell's hands. */
const STDOUTS: readonly string[] = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

/** What the name of a file says about its format. */
const BY_EXTENSION: ReadonlyMap<string, FormatName> = new Map([
  ['txt', 'text'],
  ['json', 'json'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['xml', 'junit'],
  ['sarif', 'sarif'],
  ['md', 'markdown'],
  ['prom', 'prometheus'],
]);

type Word = { readonly format: FormatName } | { readonly file: string };

/**
 * Which format goes where, by the order of the options. A --format takes the -o right behind it (other options may stand between),
 * or goes to stdout; any other -o goes by its extension. Where every format has a file, text goes to stdout, unless `quiet`.
 * @throws SmtpcheckError `usage`
 */
export function outputRequests(argv: readonly string[], quiet: boolean): OutputRequest[] {
  const words = outputWords(argv);
  const requests = words.flatMap((word, i): OutputRequest[] => {
    const before = words[i - 1];
    const behind = words[i + 1];
    if ('format' in word) return behind !== undefined && 'file' in behind ? [] : [{ ...word, file: STDOUT }];
    const format = before !== undefined && 'format' in before ? before.format : formatOf(word.file);
    return [{ format, file: word.file }];
  });
  const [first, second] = onStdout(requests);
  if (first !== undefined && second !== undefined)
    throw usageError(
      `only one format can go to standard output, and ${first} and ${second} would`,
      `give one of them a file: --format ${second} -o FILE`,
    );
  if (first !== undefined && quiet)
    throw usageError(`--quiet and --format ${first} on standard output exclude each other`);
  refuseFilesInUse(
    requests.map(({ file }) => file).filter((file) => file !== STDOUT),
    argv,
  );
  const distinct = requests.filter(
    ({ file }, i) => file !== STDOUT || requests.findIndex((other) => other.file === STDOUT) === i,
  );
  return first === undefined && !quiet ? [{ format: 'text', file: STDOUT }, ...distinct] : distinct;
}

function onStdout(requests: readonly OutputRequest[]): FormatName[] {
  return [...new Set(requests.filter(({ file }) => file === STDOUT).map(({ format }) => format))];
}

/**
 * The formats and files in order. A value never begins with a dash (but for "-" itself): both readers of the command line refuse
 * that, so a word that looks like one of these options is one.
 */
function outputWords(argv: readonly string[]): Word[] {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  const found: Word[] = [];
  for (const [i, word] of words.entries()) {
    // One dash or two, so that who is used to openssl has what was asked for.
    if (asksForJson(word)) found.push({ format: 'json' });
    const [, name, attached] = /^(--?(?:format|output|o))(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const value = attached ?? words[i + 1] ?? '';
    if (value === '') throw usageError(`${name} needs a value`);
    found.push(
      name.endsWith('format')
        ? { format: formatNamed(value) }
        : { file: STDOUTS.includes(value) ? STDOUT : value },
    );
  }
  return found;
}

function formatNamed(name: string): FormatName {
  const format = FORMAT_NAMES.find((known) => known === name);
  if (format !== undefined) return format;
  throw usageError(`--format takes ${FORMAT_NAMES.join(' or ')}, not ${JSON.stringify(name)}`);
}

function formatOf(file: string): FormatName {
  if (file === STDOUT) throw usageError('-o - needs a --format before it');
  const [, extension = ''] = /\.([A-Za-z]+)$/.exec(file) ?? [];
  const format = BY_EXTENSION.get(extension.toLowerCase());
  if (format !== undefined) return format;
  throw usageError(
    `-o ${file}: no --format stands before it, and its name does not say which`,
    `such as --format junit -o ${file}; these extensions say it: ${[...BY_EXTENSION.keys()].join(', ')}`,
  );
}
