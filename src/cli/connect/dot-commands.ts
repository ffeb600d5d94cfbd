import { SmtpcheckError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import type { HeldSession, NotDone } from '../../probe/connect/held-session.js';
import { renderChain, renderLogin, renderPem, renderTls } from '../../report/session.js';
import type { Secret } from '../../smtp/sasl/index.js';
import { nearestNames } from '../../wire/nearest.js';
import type { ConnectArgs } from '../args/connect.js';
import { wantsColor, type Io } from '../io.js';
import { askForSecret } from '../secrets.js';
import type { LineSource } from './source.js';

/** What the commands of a session work on. */
export interface Sitting {
  readonly args: ConnectArgs;
  readonly io: Io;
  readonly session: HeldSession;
  readonly report: Report;
  readonly source: LineSource;
  /** The secret of a login, where it was given. */
  readonly secret: Secret | null;
}

interface DotCommand {
  readonly name: string;
  /** What may stand behind the name. */
  readonly takes?: string;
  readonly what: string;
  readonly run: (sitting: Sitting, rest: string) => NotDone | 'leave' | null | Promise<NotDone | null>;
}

/** Commands that are ours: all begin with a dot, which no command of SMTP does. */
export const DOT_COMMANDS: readonly DotCommand[] = [
  { name: 'help', what: 'this list', run: ({ io }) => tell(io, help()) },
  {
    name: 'ehlo',
    takes: '[NAME]',
    what: 'say EHLO (LHLO in LMTP)',
    run: ({ session }, name) => session.hello(...(name === '' ? [] : [name])),
  },
  { name: 'auth', takes: '[USER]', what: 'log in; the password is asked for, hidden', run: logIn },
  {
    name: 'cert',
    takes: '[pem]',
    what: 'the certificates of the server, and what verification says',
    run: ({ io, report }, form) => {
      if (form === '') return tell(io, renderChain(report, lookOf(io)));
      return form === 'pem' ? tell(io, renderPem(report)) : { message: '.cert takes pem or nothing' };
    },
  },
  {
    name: 'tls',
    what: 'what was negotiated, and what the server offers',
    run: ({ io, report }) => tell(io, renderTls(report, lookOf(io))),
  },
  { name: 'quit', what: 'say QUIT and leave; so does Ctrl-D', run: () => 'leave' },
];

/** Runs a line that begins with a dot. */
export async function runDotCommand(sitting: Sitting, line: string): Promise<NotDone | 'leave' | null> {
  const [, name = '', rest = ''] = /^\.(\S*)\s*(.*)$/s.exec(line) ?? [];
  const command = DOT_COMMANDS.find((one) => one.name === name.toLowerCase());
  if (command === undefined) return unknown(name);
  try {
    return await command.run(sitting, rest.trim());
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code !== 'usage') throw error;
    return notDone(error);
  }
}

function unknown(name: string): NotDone {
  const [near] = nearestNames(
    name,
    DOT_COMMANDS.map((command) => command.name),
    1,
  );
  const hint = near === undefined ? '.help lists what there is' : `did you mean .${near}?`;
  return {
    message: `there is no command .${name}`,
    hint: `${hint} To send a line that begins with a dot: ..${name}`,
  };
}

function notDone({ message, hint }: SmtpcheckError): NotDone {
  return { message, ...(hint === undefined ? {} : { hint }) };
}

function tell(io: Io, text: string): null {
  io.stderr(text);
  return null;
}

/** How reports look on stderr, where everything goes that the server did not say. */
export function lookOf(io: Io): { readonly color: boolean; readonly width: number } {
  return { color: wantsColor(io, io.stderrIsTty), width: io.stderrIsTty ? io.columns : 120 };
}

function help(): string {
  const rows = DOT_COMMANDS.map(({ name, takes, what }) => [
    `.${name}${takes === undefined ? '' : ` ${takes}`}`,
    what,
  ]);
  const lines = [...rows, ['..', 'send a line that begins with a dot: ..x sends .x']].map(
    ([left = '', right = '']) => `  ${left.padEnd(13)} ${right}`,
  );
  return `${lines.join('\n')}\n  Every other line is sent as it stands. Behind DATA all lines are, up to one of a single dot.\n`;
}

async function logIn({ args, io, session, source, secret }: Sitting, name: string): Promise<NotDone | null> {
  const user = name === '' ? args.user : name;
  if (user === undefined)
    return { message: 'no user was given', hint: 'such as .auth alice@example.org, or --user' };
  const { authzid, mechanism, channelBinding } = args;
  const asking = source.askSecret === undefined ? io : { ...io, askSecret: source.askSecret };
  const found = secret ?? (await askForSecret(args, user, asking).catch(givenUp(source)));
  // Where the server has gone meanwhile, that is what is to be said.
  if (found === null) return session.news ? null : { message: 'no password was given' };
  const attempt = await session.login({
    credentials: { user, secret: found, ...(authzid === undefined ? {} : { authzid }) },
    ...(mechanism === undefined ? {} : { mechanism }),
    ...(channelBinding === undefined ? {} : { channelBinding }),
  });
  if (attempt.result === 'accepted') {
    return args.quiet ? null : tell(io, renderLogin(user, attempt, lookOf(io)));
  }
  const unsafe = attempt.result === 'not-attempted' && session.unsafe !== null;
  return {
    message: `${user} was not logged in: ${attempt.reason ?? attempt.result}`,
    ...(unsafe ? { hint: '--insecure-auth sends the credentials all the same' } : {}),
  };
}

/** Ctrl-C at the prompt for a password takes back the command, where there is somebody to give another. */
function givenUp({ interactive }: LineSource): (error: unknown) => null {
  return (error) => {
    if (interactive && error instanceof SmtpcheckError && error.code === 'interrupted') return null;
    throw error;
  };
}
