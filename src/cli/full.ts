import yargs, { type Argv, type Options } from 'yargs';
import { SmtpcheckError, usageError } from '../core/errors.js';
import { EXIT } from '../core/outcome.js';
import { VERSION } from '../core/version.js';
import { COMMANDS } from './catalogue/index.js';
import { refuseLostDash } from './catalogue/lost-dash.js';
import { withWordsInFront } from './catalogue/end-of-options.js';
import type { CommandSpec } from './catalogue/spec.js';
import { diffRefused } from './commands/diff.js';
import { EXIT_STATUS } from './exit-status.js';
import type { Io } from './io.js';
import { valueMistake } from './misplaced.js';
import { mistakeHint, switchWithValue } from './mistakes.js';
import { PARSER_CONFIGURATION, type CliOptions } from './options/option.js';
import type { Report } from '../core/report.js';
import { readPlainArgs } from './plain-args.js';
import { asksForJson, refuse } from './reporting.js';

const HELP_COLUMNS = 110;

/** All of the command line, help included. Resolves to the exit code. */
export async function runFull(given: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  try {
    return await runInOrder(withWordsInFront(given), io, signal);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    if (given[0] === 'diff' && given.some(asksForJson)) {
      io.stdout(diffRefused(error));
      return EXIT.usage;
    }
    return await refuse(error, commandOf(given), ofReports(given), io);
  }
}

async function runInOrder(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  // yargs loses a "-" among the files.
  const ofFiles = COMMANDS.find(({ name, words }) => name === argv[0] && words?.takesStdin === true);
  const plain = ofFiles === undefined ? null : readPlainArgs(argv.slice(1), ofFiles.options, true);
  if (plain !== null && ofFiles !== undefined) return ofFiles.run(plain, plain.targets, io, signal, argv);
  let code: number = EXIT.pass;
  let said = '';
  const cli = commandLine(async (spec, args) => {
    const { run, words } = spec;
    if (words?.takesStdin === true) refuseLostDash(args, argv);
    const given = words === undefined ? [] : ((args[words.name] ?? []) as unknown[]).map(String);
    const listed = words?.orOption?.some((option) => args[option] !== undefined) === true;
    if (words !== undefined && given.length === 0 && !listed && words.optional !== true)
      throw noWords(spec, words, argv);
    code = await run(args, given, io, signal, argv);
  })
    .exitProcess(false)
    .fail((message, error: unknown) => {
      throw error instanceof SmtpcheckError ? error : usage(message, argv);
    });
  const taken = switchWithValue(argv);
  if (taken !== null) throw usageError(`${taken} takes no value`, `${taken} alone switches it on`);
  await cli.parseAsync([...argv], {}, (_error, _argv, output) => {
    said = output;
  });
  if (said !== '') io.stdout(`${said}\n`);
  return code;
}

/** yargs with all commands; `run` gets the one that was called and what was read. */
function commandLine(run: (spec: CommandSpec, args: Record<string, unknown>) => Promise<void>): Argv {
  const cli = yargs()
    .scriptName('smtpcheck')
    .locale('en')
    .usage('$0 <command>\n\nTells the truth about the TLS of a mail server.');
  for (const spec of COMMANDS) {
    const { name, summary, words } = spec;
    cli.command(
      words === undefined ? name : `${name} ${wordsInUsage(words)}`,
      summary,
      (y) => withHelp(y, spec),
      (args) => run(spec, args),
    );
  }
  return cli
    .demandCommand(1, 'no command was given')
    .strict()
    .parserConfiguration(PARSER_CONFIGURATION)
    .version(VERSION)
    .alias('help', 'h')
    .wrap(HELP_COLUMNS)
    .epilogue(exitStatus());
}

/** In square brackets where an option may stand for them. */
function wordsInUsage({ name, orOption, optional }: NonNullable<CommandSpec['words']>): string {
  return orOption === undefined && optional !== true ? `<${name}..>` : `[${name}..]`;
}

function withHelp(y: Argv, { words, options, examples }: CommandSpec): Argv {
  if (words !== undefined)
    y.positional(words.name, {
      type: 'string',
      array: true,
      describe: words.describe,
      ...(words.orOption === undefined
        ? {}
        : { defaultDescription: `those of --${words.orOption[0] ?? ''}` }),
    });
  y.options(yargsOptions(options));
  for (const { line, what } of examples) y.example(`$0 ${line}`, what);
  return y;
}

function exitStatus(): string {
  const lines = EXIT_STATUS.map(({ code, name, what }) => `  ${code.padEnd(3)}  ${name.padEnd(12)}  ${what}`);
  return `Exit status:\n${lines.join('\n')}`;
}

/**
 * The command line as far as a report of a refusal goes by it. A session has none, an explanation is none, and what `init` writes with
 * -o is no report: one must not take the place of a gate's file.
 */
function ofReports(argv: readonly string[]): readonly string[] {
  const spec = COMMANDS.find(({ name }) => name === argv[0]);
  if (spec === undefined || 'format' in spec.options) return argv;
  return spec.name === 'profiles' ? argv.filter(asksForJson) : [];
}

/** The command of a line that was refused, for its report. */
function commandOf(argv: readonly string[]): Report['command'] {
  const [command] = argv;
  if (command === 'judge' || command === 'profiles') return 'gate';
  const known: readonly string[] = ['cert', 'auth', 'scan', 'gate'] satisfies Report['command'][];
  return known.includes(command ?? '') ? (command as Report['command']) : 'tls';
}

function yargsOptions(options: CliOptions): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      {
        type: option.type,
        describe: option.describe,
        group: option.group,
        ...(option.alias === undefined ? {} : { alias: [...[option.alias].flat()] }),
        ...(option.choices === undefined ? {} : { choices: [...option.choices] }),
        ...(option.type === 'string' ? { nargs: 1, requiresArg: true } : {}),
      },
    ]),
  );
}

const NAMES: readonly string[] = COMMANDS.map(({ name }) => name);

function noWords(
  { name }: CommandSpec,
  { what, example, choices }: NonNullable<CommandSpec['words']>,
  argv: readonly string[],
): SmtpcheckError {
  const those = choices === undefined ? '' : `there are ${choices.join(', ')}; `;
  return usageError(
    `no ${what} was given`,
    mistakeHint(argv) ?? `${those}such as: smtpcheck ${name} ${example}`,
  );
}

function usage(message: string, argv: readonly string[]): SmtpcheckError {
  const command = argv.find((word) => !word.startsWith('-'));
  const spec = COMMANDS.find(({ name }) => name === command);
  if (spec?.words !== undefined && /^Not enough non-option arguments/.test(message)) {
    return noWords(spec, spec.words, argv);
  }
  if (command !== undefined && !NAMES.includes(command)) {
    return usageError(
      `there is no command ${JSON.stringify(command)}`,
      mistakeHint(argv) ?? `there are ${NAMES.join(', ')}`,
    );
  }
  const value = valueMistake(message);
  const text = message.replaceAll('\n', ' ').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const help = `smtpcheck ${command === undefined ? '' : `${command} `}--help lists what there is`;
  return usageError(value?.message ?? text, value?.hint ?? mistakeHint(argv) ?? help);
}
