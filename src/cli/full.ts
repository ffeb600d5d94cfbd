import yargs, { type Argv, type Options } from 'yargs';
import { SmtpcheckError, usageError } from '../core/errors.js';
import { EXIT } from '../core/outcome.js';
import { VERSION } from '../core/version.js';
import { runDemo } from './commands/demo.js';
import { LAB_OPTIONS, runLab } from './commands/lab.js';
import { runTls, usageReport } from './commands/tls.js';
import { renderJson } from '../report/json.js';
import type { Io } from './io.js';
import { sayError } from './say.js';
import { mistakeHint, switchWithValue } from './mistakes.js';
import { PARSER_CONFIGURATION, TLS_OPTIONS, type CliOption } from './tls-options.js';

const HELP_COLUMNS = 110;
const COMMANDS: readonly string[] = ['tls', 'lab', 'demo', 'completion'];

const EXIT_STATUS = `Exit status:
  0  pass          measured, and everything asked for holds
  1  fail          measured, and something does not hold
  2  usage         bad arguments or files; nothing was sent
  3  error         no SMTP server was reached
  4  inconclusive  reached, but no answer
  70 a bug in smtpcheck    130, 143 interrupted, terminated`;

/** All of the command line, help and completion included. Resolves to the exit code. */
export async function runFull(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  let code: number = EXIT.pass;
  let said = '';
  const cli = commands((run) => async (args) => {
    code = await run(args, io, signal);
  })
    .exitProcess(false)
    .fail((message, error: unknown) => {
      throw error instanceof SmtpcheckError ? error : usage(message, argv);
    });
  try {
    const taken = switchWithValue(argv);
    if (taken !== null) throw usageError(`${taken} takes no value`, `${taken} alone switches it on`);
    await cli.parseAsync([...argv], {}, (_error, _argv, output) => {
      said = output;
    });
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    if (argv.includes('--json')) io.stdout(renderJson(usageReport(error)));
    else sayError(io, error);
    return usageReport(error).exitCode;
  }
  if (said !== '') io.stdout(`${said}\n`);
  return code;
}

type Run = (args: Record<string, unknown>, io: Io, signal: AbortSignal) => Promise<number>;
type Wrap = (run: Run) => (args: Record<string, unknown>) => Promise<void>;

function commands(wrap: Wrap): Argv {
  return yargs()
    .scriptName('smtpcheck')
    .locale('en')
    .usage('$0 <command>\n\nTells the truth about the TLS of a mail server.')
    .command(
      'tls <target..>',
      'connect, STARTTLS, verify, and report',
      (y) => tlsHelp(y),
      wrap((args, io, signal) => runTls(args, (args['target'] as unknown[]).map(String), io, signal)),
    )
    .command(
      'lab',
      'run a farm of good and bad mail servers on loopback',
      (y) => y.options(yargsOptions(LAB_OPTIONS)),
      wrap(runLab),
    )
    .command(
      'demo',
      'start the lab, check one good and two bad servers, and explain',
      (y) => y,
      wrap((_args, io, signal) => runDemo(io, signal)),
    )
    .completion('completion', 'print a completion script for bash or zsh')
    .demandCommand(1, 'no command was given')
    .strict()
    .parserConfiguration(PARSER_CONFIGURATION)
    .version(VERSION)
    .alias('help', 'h')
    .wrap(HELP_COLUMNS)
    .epilogue(EXIT_STATUS);
}

function tlsHelp(y: Argv): Argv {
  return y
    .positional('target', {
      type: 'string',
      array: true,
      describe: 'host, host:port, [v6]:port, or smtp:// submission:// smtps:// submissions:// lmtp://',
    })
    .options(yargsOptions(TLS_OPTIONS))
    .example('$0 tls mail.example.org', 'check the server on port 25')
    .example(
      '$0 tls mail.example.org:25 --tls1.2 --cipher ECDHE-RSA-AES128-GCM-SHA256',
      'pin protocol and suite',
    )
    .example('$0 tls smtps://mail.example.org --json', 'implicit TLS, for a script')
    .example(
      '$0 tls 192.0.2.1 --servername mail.example.org --ca-path /etc/ssl/certs --depth 3',
      'by address, against a CA directory',
    );
}

function yargsOptions(options: Readonly<Record<string, CliOption>>): Record<string, Options> {
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

function usage(message: string, argv: readonly string[]): SmtpcheckError {
  const command = argv.find((word) => !word.startsWith('-'));
  if (command === 'tls' && /^Not enough non-option arguments/.test(message)) {
    return usageError(
      'no target was given',
      mistakeHint(argv) ?? 'such as: smtpcheck tls mail.example.org:25',
    );
  }
  if (command !== undefined && !COMMANDS.includes(command)) {
    return usageError(
      `there is no command ${JSON.stringify(command)}`,
      mistakeHint(argv) ?? `there are ${COMMANDS.join(', ')}`,
    );
  }
  const text = message.replaceAll('\n', ' ').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return new SmtpcheckError('usage', 'arguments', text, {
    hint: mistakeHint(argv) ?? 'smtpcheck --help lists what there is',
  });
}
