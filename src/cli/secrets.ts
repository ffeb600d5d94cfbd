import { SmtpcheckError, usageError } from '../core/errors.js';
import { takesSecret, type MechanismName, type Secret, type SecretKind } from '../smtp/sasl/index.js';
import type { LoginArgs } from './args/login.js';
import { readSecretFile } from './files.js';
import type { Io } from './io.js';

/** What says where a secret comes from. */
type SecretArgs = Pick<LoginArgs, 'passwordFile' | 'tokenFile' | 'mechanism'> & {
  readonly certFile?: string;
};

/**
 * The password or token of a login: out of the file that was named, the environment, or a hidden prompt, in this order. Never an
 * argument, which every user of the machine can read.
 * @throws SmtpcheckError `usage` when there is none or the mechanism takes another kind, `interrupted` when the user broke the
 * prompt off.
 */
export async function readSecret(args: SecretArgs & { readonly user: string }, io: Io): Promise<Secret> {
  return givenSecret(args, io) ?? (await askForSecret(args, args.user, io));
}

/** The secret that was given without being asked for, or null. @throws SmtpcheckError `usage`, `file-unreadable` */
export function givenSecret(args: SecretArgs, io: Io): Secret | null {
  const secret = findSecret(args, io);
  const { mechanism } = args;
  if (secret !== null && mechanism !== undefined && !takesSecret(mechanism, secret.kind)) {
    const other = wantsToken(mechanism) ? 'token' : 'password';
    throw usageError(
      `${mechanism} takes a ${other}, and a ${secret.kind} was given`,
      `name its file with --${other}-file`,
    );
  }
  return secret;
}

function findSecret({ passwordFile, tokenFile, certFile, mechanism }: SecretArgs, io: Io): Secret | null {
  if (tokenFile !== undefined) return token(readSecretFile('--token-file', tokenFile));
  if (passwordFile !== undefined) return password(readSecretFile('--password-file', passwordFile));
  const { SMTPCHECK_PASSWORD: envPassword, SMTPCHECK_TOKEN: envToken } = io.env;
  const fits = (kind: SecretKind) => mechanism === undefined || takesSecret(mechanism, kind);
  if (envPassword !== undefined && fits('password')) return password(envPassword);
  if (envToken !== undefined && fits('token')) return token(envToken);
  const certificateAlone = mechanism === undefined && certFile !== undefined && io.askSecret === undefined;
  if (mechanism === 'EXTERNAL' || certificateAlone) return { kind: 'certificate' };
  return null;
}

/** The secret that the user is asked for, hidden. @throws SmtpcheckError as `readSecret` */
export async function askForSecret({ mechanism }: SecretArgs, user: string, io: Io): Promise<Secret> {
  if (wantsToken(mechanism)) return token(await prompt('token', user, io));
  return password(await prompt('password', user, io));
}

function wantsToken(mechanism: MechanismName | undefined): boolean {
  return mechanism !== undefined && !takesSecret(mechanism, 'password');
}

async function prompt(what: string, user: string, io: Io): Promise<string> {
  if (io.askSecret === undefined) {
    throw usageError(
      `there is no terminal to ask for the ${what} on`,
      `name its file with --${what}-file, or set SMTPCHECK_${what.toUpperCase()}`,
    );
  }
  const secret = await io.askSecret(`${what} of ${user}:`);
  if (secret === null) throw new SmtpcheckError('interrupted', 'arguments', `no ${what} was given`);
  return secret;
}

function password(value: string): Secret {
  if (value === '') throw usageError('the password is empty');
  return { kind: 'password', value };
}

function token(value: string): Secret {
  if (value === '') throw usageError('the token is empty');
  return { kind: 'token', value };
}
