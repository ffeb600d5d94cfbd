import yargs, { type Argv, type Options } from 'yargs';
import { SmtpcheckError, usageError } from '../core/errors.js';
import { EXIT } from '../core/outcome.js';
import { VERSION } from '../core/version.js';
import { runAuth } from './commands/auth.js';
import { runCert } from './commands/cert.js';
import { runDemo } from './commands/demo.js';
import { LAB_OPTIONS, runLab } from './commands/lab.js';
import { runTls } from './commands/tls.js';
import type { Io } from './io.js';
import { mistakeHint, switchWithValue } from './mistakes.js';
import { PARSER_CONFIGURATION, type CliOptions } from './options/option.js';
import type { Report } from '../core/report.js';
import { AUTH_OPTIONS } from './options/auth.js';
import { CERT_OPTIONS } from './options/cert.js';
import { TLS_OPTIONS } from './options/tls.js';
import { readPlainArgs } from './plain-args.js';
import { refuse } from './reporting.js';

const HELP_COLUMNS = 110;
const COMMANDS: readonly string[] = ['tls', 'auth', 'cert', 'lab', 'demo', 'completion'];

const EXIT_STATUS = `Exit status:
  0  pass          measured, and everything asked for holds
  1  fail          measured, and something does not hold
  2  usage         bad arguments or files; nothing was sent
  3  error         no SMTP server was reached
  4  inconclusive  reached, but no answer
  70 a bug in smtpcheck    130, 143 interrupted, terminated`;

/** All of the command line, help and completion included. Resolves to the exit code. */
export async function runFull(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  const plain = argv[0] === 'cert' ? readPlainArgs(argv.slice(1), CERT_OPTIONS, true) : null;
  if (plain !== null) return runCert(plain, plain.targets, io);
  let code: number = EXIT.pass;
  let said = '';
  const cli = commands(argv, (run) => async (args) => {
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
    return refuse(error, commandOf(argv), argv.includes('--json'), io);
  }
  if (said !== '') io.stdout(`${said}\n`);
  return code;
}

type Run = (args: Record<string, unknown>, io: Io, signal: AbortSignal) => Promise<number>;
type Wrap = (run: Run) => (args: Record<string, unknown>) => Promise<void>;

function commands(argv: readonly string[], wrap: Wrap): Argv {
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
      'auth <target..>',
      'check a server, and whether this user can log in to it',
      (y) => authHelp(y),
      wrap((args, io, signal) => runAuth(args, (args['target'] as unknown[]).map(String), io, signal)),
    )
    .command(
      'cert <file..>',
      'judge a file of certificates before it is deployed',
      (y) => certHelp(y),
      wrap((args, io) => runCert(args, filesOf(args, argv), io)),
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

/** yargs loses a "-" among the files, and what is not judged would look like a pass. */
function filesOf(args: Record<string, unknown>, argv: readonly string[]): string[] {
  const dashes = (words: readonly unknown[]): number => words.filter((word) => word === '-').length;
  if (dashes(argv) > dashes(Object.values(args).flat())) {
    throw usageError('"-" cannot be told from the other words here', 'name it /dev/stdin');
  }
  return (args['file'] as unknown[]).map(String);
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

function authHelp(y: Argv): Argv {
  return y
    .positional('target', {
      type: 'string',
      array: true,
      describe: 'host (port 587), host:port, or submission:// submissions:// smtp:// smtps://',
    })
    .options(yargsOptions(AUTH_OPTIONS))
    .example('$0 auth mail.example.org --user alice', 'asks for the password')
    .example(
      '$0 auth submissions://mail.example.org -u alice --password-file pw',
      'implicit TLS, in a script',
    )
    .example('$0 auth mail.example.org -u alice --all-mechanisms', 'each mechanism that is offered');
}

/** The command of a line that was refused, for its report. */
function commandOf(argv: readonly string[]): Report['command'] {
  return argv[0] === 'cert' || argv[0] === 'auth' ? argv[0] : 'tls';
}

function certHelp(y: Argv): Argv {
  return y
    .positional('file', {
      type: 'string',
      array: true,
      describe: 'PEM with the leaf first (fullchain.pem), DER, or PKCS#12; "-" for stdin',
    })
    .options(yargsOptions(CERT_OPTIONS))
    .example('$0 cert fullchain.pem --host mail.example.org --key privkey.pem', 'before a deploy')
    .example('$0 cert fullchain.pem --at 2027-01-31', 'will it still hold then?')
    .example("$0 cert new.pem --tlsa '3 1 1 8d02…'", 'does it match the TLSA record that is published?')
    .example('$0 cert fullchain.pem --show-tlsa', 'TLSA records to publish for it');
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

function usage(message: string, argv: readonly string[]): SmtpcheckError {
  const command = argv.find((word) => !word.startsWith('-'));
  if ((command === 'tls' || command === 'auth') && /^Not enough non-option arguments/.test(message)) {
    return usageError(
      'no target was given',
      mistakeHint(argv) ?? `such as: smtpcheck ${command} mail.example.org`,
    );
  }
  if (command === 'cert' && /^Not enough non-option arguments/.test(message)) {
    return usageError('no file was given', mistakeHint(argv) ?? 'such as: smtpcheck cert fullchain.pem');
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
