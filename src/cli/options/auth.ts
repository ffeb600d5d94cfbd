import { MECHANISMS } from '../../smtp/sasl/choose.js';
import { TLS_OPTIONS } from './tls.js';
import type { CliOptions } from './option.js';

const LOGIN = 'Login:';

/** Nobody sends a password to a server and leaves open who that is; nor does a login need another connection to be judged. */
const VERIFIED: CliOptions = Object.fromEntries(
  Object.entries(TLS_OPTIONS).filter(([name]) => name !== 'no-verify' && name !== 'reconnect'),
);

/** Who logs in, and how: of every command that can. */
export const LOGIN_OPTIONS: CliOptions = {
  user: {
    type: 'string',
    alias: 'u',
    placeholder: 'NAME',
    group: LOGIN,
    describe: 'the user to log in as; its password is asked for, or comes from one of the following',
  },
  'password-file': {
    type: 'string',
    placeholder: 'FILE',
    group: LOGIN,
    describe: 'file that holds the password ("-" for stdin); or set SMTPCHECK_PASSWORD',
  },
  'token-file': {
    type: 'string',
    placeholder: 'FILE',
    group: LOGIN,
    describe: 'file that holds an OAuth token, for OAUTHBEARER and XOAUTH2; or set SMTPCHECK_TOKEN',
  },
  authzid: { type: 'string', placeholder: 'NAME', group: LOGIN, describe: 'act as this identity' },
  mechanism: {
    type: 'string',
    alias: 'm',
    placeholder: 'NAME',
    suggests: MECHANISMS,
    group: LOGIN,
    describe: `use this one alone: ${MECHANISMS.join(', ')} (default: the strongest offered)`,
  },
  'channel-binding': {
    type: 'string',
    choices: ['tls-exporter', 'tls-unique', 'tls-server-end-point'],
    group: LOGIN,
    describe: 'bind SCRAM-*-PLUS to this (default: the strongest that the session gives)',
  },
  'insecure-auth': {
    type: 'boolean',
    group: LOGIN,
    describe: 'send the credentials even to a server that did not verify',
  },
};

/** The options of `smtpcheck auth`: all of `tls`, and how to log in. */
export const AUTH_OPTIONS: CliOptions = {
  ...LOGIN_OPTIONS,
  'all-mechanisms': {
    type: 'boolean',
    group: LOGIN,
    describe: 'try each mechanism that is offered, until one is rejected',
  },
  'probe-plaintext': {
    type: 'boolean',
    group: LOGIN,
    describe: 'also ask, without credentials, whether AUTH is taken before TLS',
  },
  ...VERIFIED,
};
