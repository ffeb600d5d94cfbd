import { usageError } from '../../core/errors.js';
import {
  isMechanismName,
  MECHANISMS,
  type ChannelBindingType,
  type MechanismName,
} from '../../smtp/sasl/index.js';
import { nearestNames } from '../../wire/nearest.js';
import { optional, type Getter } from './getter.js';

/** The options of LOGIN_OPTIONS, checked as far as that goes without opening a file. */
export interface LoginArgs {
  readonly user?: string;
  readonly passwordFile?: string;
  readonly tokenFile?: string;
  readonly authzid?: string;
  readonly mechanism?: MechanismName;
  readonly channelBinding?: ChannelBindingType;
  readonly insecureAuth: boolean;
}

/** @throws SmtpcheckError `usage` */
export function readLoginArgs(get: Getter): LoginArgs {
  const args: LoginArgs = {
    ...optional('user', get.one('user')),
    ...optional('passwordFile', get.one('password-file')),
    ...optional('tokenFile', get.one('token-file')),
    ...optional('authzid', get.one('authzid')),
    ...optional('mechanism', mechanismOf(get.one('mechanism'))),
    ...optional('channelBinding', get.one('channel-binding') as ChannelBindingType | undefined),
    insecureAuth: get.flag('insecure-auth'),
  };
  if (args.passwordFile !== undefined && args.tokenFile !== undefined) {
    throw usageError('--password-file and --token-file exclude each other', 'a login takes one or the other');
  }
  return args;
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
