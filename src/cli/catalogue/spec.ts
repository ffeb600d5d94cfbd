import type { RawArgs } from '../args/getter.js';
import type { Io } from '../io.js';
import type { CliOptions } from '../options/option.js';

/** One command as the command line, `--help` and every other text about it know it: the one place for its words. */
export interface CommandSpec {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** What stands behind the name; absent where nothing may. */
  readonly words?: {
    readonly name: string;
    readonly describe: string;
    /** A "-" among them is standard input. */
    readonly takesStdin?: true;
    /** Of the error when there are none. */
    readonly what: string;
    readonly example: string;
    /** There may be none. */
    readonly optional?: true;
    /** Options with which there may be none here: they name them too, or ask for something else. */
    readonly orOption?: readonly string[];
    /** What they may be, where that is a closed list. */
    readonly choices?: readonly string[];
    /** What a shell offers for them, where others are taken as well. */
    readonly suggests?: readonly string[];
  };
  readonly options: CliOptions;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
  /** Resolves to the exit code. `words` are those behind the name. */
  readonly run: (
    raw: RawArgs,
    words: readonly string[],
    io: Io,
    signal: AbortSignal,
    argv: readonly string[],
  ) => Promise<number>;
}
