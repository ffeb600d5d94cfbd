import { SmtpcheckError, usageError } from '../core/errors.js';
import type { Secret } from '../smtp/sasl/index.js';
import type { AuthArgs } from './args/auth.js';
import { readSecretFile } from './files.js';
import type { Io } from './io.js';

/**
 * The password or token of a login: out of the file that was named, the environment, or a hidden prompt, in this order. Never an
 * argument, which every user of the machine can read.
 * @throws SmtpcheckError `usage` when there is none, `interrupted` when the user broke the prompt off.
 */
export async function readSecret(args: AuthArgs, io: Io): Promise<Secret> {
  const { passwordFile, tokenFile, certFile, mechanism } = args;
  if (tokenFile !== undefined) return token(readSecretFile('--token-file', tokenFile));
  if (passwordFile !== undefined) return password(readSecretFile('--password-file', passwordFile));
  const wantsToken = mechanism === 'OAUTHBEARER' || mechanism === 'XOAUTH2';
  const { SMTPCHECK_PASSWORD: envPassword, SMTPCHECK_TOKEN: envToken } = io.env;
  if (envToken !== undefined && (wantsToken || envPassword === undefined)) return token(envToken);
  if (envPassword !== undefined && !wantsToken) return password(envPassword);
  if (mechanism === 'EXTERNAL' || (certFile !== undefined && io.askSecret === undefined)) {
    return { kind: 'certificate' };
  }
  const asked = await prompt(wantsToken ? 'token' : 'password', args, io);
  return wantsToken ? token(asked) : password(asked);
}

async function prompt(what: string, { user }: AuthArgs, io: Io): Promise<string> {
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
