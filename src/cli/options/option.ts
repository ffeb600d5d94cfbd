/** One option of a command, in the words of yargs. All values are strings or booleans; numbers are read by us, so that `abc` is an error and not NaN. */
export interface CliOption {
  readonly type: 'string' | 'boolean';
  readonly describe: string;
  readonly group: string;
  readonly alias?: string | readonly string[];
  readonly choices?: readonly string[];
  /** Values that a shell offers; others are taken as well. */
  readonly suggests?: readonly string[];
  /** May be given more than once. */
  readonly repeatable?: true;
  /** What stands for the value in `--help`. */
  readonly placeholder?: string;
}

/** The options of a command by name: the one place for their names and help. */
export type CliOptions = Readonly<Record<string, CliOption>>;

/** yargs-parser's switches, the same wherever a command line is read. */
export const PARSER_CONFIGURATION = {
  'dot-notation': false, // --tls1.2 is not {tls1: {2: true}}
  'boolean-negation': false, // --no-sni and --no-verify are options of their own
  'camel-case-expansion': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;
