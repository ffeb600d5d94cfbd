import { usageError } from '../../core/errors.js';
import {
  isMechanismName,
  MECHANISMS,
  type ChannelBindingType,
  type MechanismName,
} from '../../smtp/sasl/index.js';
import { nearestNames } from '../../wire/nearest.js';
import { AUTH_OPTIONS } from '../options/auth.js';
import { Getter, optional, type RawArgs } from './getter.js';
import { readTlsArgs, type TlsArgs } from './tls.js';

/** `smtpcheck auth` as asked for, checked as far as that goes without opening a file. */
export interface AuthArgs extends TlsArgs {
  readonly user: string;
  readonly passwordFile?: string;
  readonly tokenFile?: string;
  readonly authzid?: string;
  readonly mechanism?: MechanismName;
  readonly allMechanisms: boolean;
  readonly channelBinding?: ChannelBindingType;
  readonly probePlaintext: boolean;
  readonly insecureAuth: boolean;
}

/** Message submission (RFC 6409). */
const DEFAULT_PORT = 587;

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readAuthArgs(raw: RawArgs, targets: readonly string[]): AuthArgs {
  const get = new Getter(raw, AUTH_OPTIONS);
  const args: AuthArgs = {
    ...readTlsArgs(raw, targets, { command: 'auth', options: AUTH_OPTIONS, port: DEFAULT_PORT }),
    user: userOf(get),
    ...optional('passwordFile', get.one('password-file')),
    ...optional('tokenFile', get.one('token-file')),
    ...optional('authzid', get.one('authzid')),
    ...optional('mechanism', mechanismOf(get.one('mechanism'))),
    allMechanisms: get.flag('all-mechanisms'),
    ...optional('channelBinding', get.one('channel-binding') as ChannelBindingType | undefined),
    probePlaintext: get.flag('probe-plaintext'),
    insecureAuth: get.flag('insecure-auth'),
  };
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

function mechanismOf(name: string | undefined): MechanismName | undefined {
  if (name === undefined) return undefined;
  const upper = name.toUpperCase();
  if (isMechanismName(upper)) return upper;
  const [near] = nearestNames(upper, MECHANISMS, 1);
  throw usageError(
    `--mechanism takes a SASL mechanism that smtpcheck speaks, not ${JSON.stringify(name)}`,
    near === undefined ? `there are ${MECHANISMS.join(', ')}` : `did you mean ${near}?`,
  );
}

function checkTogether(args: AuthArgs): void {
  if (args.passwordFile !== undefined && args.tokenFile !== undefined) {
    throw usageError('--password-file and --token-file exclude each other', 'a login takes one or the other');
  }
  if (args.allMechanisms && args.mechanism !== undefined) {
    throw usageError('--mechanism and --all-mechanisms exclude each other');
  }
  if (args.targets.some(({ mode }) => mode === 'lmtp')) {
    throw usageError(
      'nobody logs in to LMTP',
      'give the submission service: submission:// or submissions://',
    );
  }
  const stdin = [args.passwordFile, args.tokenFile, args.passphraseFile, ...args.crlFiles];
  if (stdin.filter((file) => file === '-').length > 1)
    throw usageError('only one file can come from standard input');
}
