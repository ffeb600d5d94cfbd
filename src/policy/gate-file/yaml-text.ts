import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  visit,
} from 'yaml';
import type { Problem } from './problems.js';

/** A path in a file: keys of mappings and numbers of list entries. */
export type Path = readonly (string | number)[];

/** The data of a file, and where each piece of it stands. */
export interface Located {
  readonly value: unknown;
  /** Where the value at a path stands, or its key; where there is none, what is there of the way to it. */
  readonly at: (path: Path, part?: 'key' | 'value') => { readonly line: number; readonly column: number };
}

/** Levels of lists and mappings: ours has six. Bounds what is walked. */
const MAX_DEPTH = 30;

/** Pieces of data, aliases unfolded: a few lines of aliases can stand for billions. */
const MAX_PIECES = 100_000;

/** Each is looked up in the whole file. */
const MAX_ALIASES = 100;

/** What YAML is to us: 1.2 with JSON's types, so that `no` is a word and `<<` a key. No tags of anybody's own. */
const AS_WE_READ_IT = {
  version: '1.2',
  schema: 'core',
  merge: false,
  strict: true,
  // The parser compares each key with each other one; twinsIn does not.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** Reads YAML 1.2, and JSON with it: the data, or all that is wrong with the text. `hint` is for one that is empty. */
export function readYaml(text: string, hint: string): Located | readonly Problem[] {
  const control = controlCharacter(text);
  if (control !== null) return [control];
  const lines = new LineCounter();
  const found = parsed(text, lines);
  if (found === null) return [{ line: 1, column: 1, message: 'it is nested too deeply' }];
  const { documents, twins } = found;
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [document, another] = documents;
  if (document === undefined || document.contents === null)
    return [{ line: 1, column: 1, message: 'it is empty', hint }];
  const problems = [
    ...problemsOf(documents, place),
    ...twins.map((offset) => ({ ...place(offset), ...TWICE })),
  ];
  if (another !== undefined)
    problems.push({
      ...place(another.range[0]),
      message: 'a second document begins here, and one file is one document',
      hint: 'take the line --- away, or make it two files',
    });
  if (problems.length > 0) return problems;
  return located(document, place);
}

interface Parsed {
  readonly documents: readonly Document.Parsed[];
  /** Where keys stand that were there before. */
  readonly twins: readonly number[];
}

/** Null where the stack does not suffice: the parser tells of it now in one way, now in another. */
function parsed(text: string, lineCounter: LineCounter): Parsed | null {
  try {
    const documents = [...parseAllDocuments(text, { ...AS_WE_READ_IT, lineCounter })];
    const overflown = documents.some(({ errors }) =>
      errors.some(({ message }) => /call stack/i.test(message)),
    );
    return overflown ? null : { documents, twins: documents.flatMap(twinsIn) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const TWICE = {
  message: 'this key is there twice',
  hint: 'which of the two was meant? take the other away',
};

function twinsIn(document: Document.Parsed): number[] {
  const twins: number[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const word = String(key.value);
        if (seen.has(word)) twins.push(key.range?.[0] ?? 0);
        seen.add(word);
      }
    },
  });
  return twins;
}

/** C0 but for tab and line ends, and DEL: no text has them. */
function controlCharacter(text: string): Problem | null {
  const offset = text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/);
  if (offset < 0) return null;
  const before = text.slice(0, offset).split('\n');
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    message: `it is no text: there is a control character (0x${text.charCodeAt(offset).toString(16).padStart(2, '0')})`,
  };
}

type Place = (offset: number) => { line: number; column: number };

function problemsOf(documents: readonly Document.Parsed[], place: Place): Problem[] {
  return documents.flatMap((document) => {
    const found = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
      ...place(pos[0]),
      message: wordsOf(code, message),
      hint: HINTS[code],
    }));
    const version = document.directives.yaml.version;
    if (version === '1.2') return found;
    const range = document.directives.yaml.explicit === true ? 0 : document.range[0];
    return [
      ...found,
      { ...place(range), message: `YAML ${version} is not read here, but 1.2`, hint: undefined },
    ];
  });
}

const HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
};

function wordsOf(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab cannot indent in YAML';
  if (code === 'TAG_RESOLVE_FAILED') return NO_TAGS;
  return message.replaceAll('\n', ' ').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** The types of JSON. */
const TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);

const NO_TAGS = 'a tag stands here, and none is read';

/** Stops the walk: a file that unfolds into too much, or into what is no data. */
class TooMuch extends Error {
  constructor(
    readonly offset: number,
    readonly words: string,
  ) {
    super(words);
  }
}

function located(document: Document.Parsed, place: Place): Located | readonly Problem[] {
  const offsetOf = (node: Node | null): number => node?.range?.[0] ?? 0;
  let pieces = 0;
  let aliases = 0;
  const value = (node: Node | null, depth: number, seen: readonly Node[]): unknown => {
    pieces += 1;
    if (pieces > MAX_PIECES) throw new TooMuch(offsetOf(node), 'its aliases stand for too much');
    if (depth > MAX_DEPTH) throw new TooMuch(offsetOf(node), 'it is nested too deeply');
    if (node !== null && seen.includes(node))
      throw new TooMuch(offsetOf(node), 'this alias stands for itself');
    if (node?.tag !== undefined && !TAGS.includes(node.tag)) throw new TooMuch(offsetOf(node), NO_TAGS);
    if (isAlias(node) && (aliases += 1) > MAX_ALIASES)
      throw new TooMuch(offsetOf(node), `it uses more than ${MAX_ALIASES} aliases`);
    if (isAlias(node)) {
      const stands = node.resolve(document);
      if (stands === undefined)
        throw new TooMuch(offsetOf(node), `no anchor before it is called ${node.source}`);
      return value(stands, depth + 1, [...seen, node]);
    }
    if (isSeq<Node>(node)) return node.items.map((item) => value(item, depth + 1, [...seen, node]));
    if (isMap<Node, Node | null>(node)) {
      return Object.fromEntries(
        node.items.map((pair) => [keyOf(pair), value(pair.value, depth + 1, [...seen, node])]),
      );
    }
    return isScalar(node) ? node.value : null;
  };
  try {
    return { value: value(document.contents, 0, []), at: finder(document, place) };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return [{ ...place(error.offset), message: error.words }];
  }
}

function keyOf({ key }: Pair<Node, Node | null>): string {
  if (isScalar(key)) return String(key.value);
  throw new TooMuch(key.range?.[0] ?? 0, 'a key is one word');
}

function finder(document: Document.Parsed, place: Place): Located['at'] {
  const plain = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  return (path, part = 'value') => {
    let node: unknown = document.contents;
    let offset = document.contents?.range[0] ?? 0;
    for (const [i, step] of path.entries()) {
      const inside: unknown = plain(node);
      const pair = isMap<Node, Node | null>(inside)
        ? inside.items.find((one) => isScalar(one.key) && String(one.key.value) === String(step))
        : undefined;
      const next: unknown = pair === undefined && isSeq(inside) ? inside.items[Number(step)] : pair?.value;
      if (next === undefined) break;
      const wantsKey = part === 'key' && i === path.length - 1;
      const shown = (wantsKey || next === null ? pair?.key : next) as Node | undefined;
      offset = shown?.range?.[0] ?? offset;
      node = next;
    }
    return place(offset);
  };
}
