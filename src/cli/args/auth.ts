import { usageError } from '../../core/errors.js';
import { AUTH_OPTIONS } from '../options/auth.js';
import { Getter, type RawArgs } from './getter.js';
import { readLoginArgs, type LoginArgs } from './login.js';
import { stdinFiles } from './stdin.js';
import { checkTargets, readTlsArgs, type TlsArgs } from './tls.js';

/** `smtpcheck auth` as asked for, checked as far as that goes without opening a file. */
export interface AuthArgs extends TlsArgs, LoginArgs {
  readonly user: string;
  readonly allMechanisms: boolean;
  readonly probePlaintext: boolean;
}

/** Message submission (RFC 6409). */
export const SUBMISSION_PORT = 587;

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readAuthArgs(raw: RawArgs, targets: readonly string[]): AuthArgs {
  const get = new Getter(raw, AUTH_OPTIONS);
  const args: AuthArgs = {
    ...readTlsArgs(raw, targets, { command: 'auth', options: AUTH_OPTIONS, port: SUBMISSION_PORT }),
    ...readLoginArgs(get),
    user: userOf(get),
    allMechanisms: get.flag('all-mechanisms'),
    probePlaintext: get.flag('probe-plaintext'),
  };
  checkAuthTargets(args);
  checkTogether(args);
  return args;
}

function userOf(get: Getter): string {
  const user = get.one('user');
  if (user === undefined) {
    throw usageError(
      'no user was given',
      'such as: smtpcheck auth mail.example.org --user alice@example.org',
    );
  }
  return user;
}

function checkTogether(args: AuthArgs): void {
  if (args.allMechanisms && args.mechanism !== undefined) {
    throw usageError('--mechanism and --all-mechanisms exclude each other');
  }
  stdinFiles([
    args.passwordFile,
    args.tokenFile,
    args.targetsFile,
    args.certFile,
    args.keyFile,
    args.passphraseFile,
    ...args.crlFiles,
  ]);
}

/**
 * What the targets of a login may be; again when a file has named more of them.
 * @throws SmtpcheckError `usage`
 */
export function checkAuthTargets(args: AuthArgs): void {
  checkTargets(args);
  if (args.targets.some(({ mode }) => mode === 'lmtp')) {
    throw usageError(
      'nobody logs in to LMTP',
      'give the submission service: submission:// or submissions://',
    );
  }
}
