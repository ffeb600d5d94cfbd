import { reply, type Replies, type Step } from '../script.js';
import { scramFirst, scramNext, type ScramAccount } from '../scram.js';
import { startSmtpServer } from '../smtp-server.js';
import { LAB_USER, type LabExpectation, type LabServer } from '../types.js';
import { ehlo, EHLO_WITH_STARTTLS, GREETING, scripted, starttls } from './scripted.js';

interface AuthCase {
  readonly name: string;
  readonly summary: string;
  readonly expect: LabExpectation;
  readonly args?: readonly string[];
  /** Mechanisms offered inside TLS. */
  readonly offered: readonly string[];
  /** Further replies inside TLS. */
  readonly replies: Replies;
  readonly plain?: Replies;
}

const fails = (finding: string): LabExpectation => ({ outcome: 'fail', exitCode: 1, finding });
const passes = (finding: string | null): LabExpectation => ({
  outcome: 'pass',
  exitCode: 0,
  finding,
  verifyCode: 0,
});
const answer = (code: number, text: string): readonly Step[] => [{ send: reply(code, text) }];
const ACCEPT: Replies = { AUTH: answer(235, '2.7.0 Authentication successful') };

function scram(iterations: number): Replies {
  const account: ScramAccount = { ...LAB_USER, iterations };
  return {
    AUTH: (line) => scramFirst(account, line),
    MAIL: answer(530, '5.7.0 Authentication required'),
    QUIT: [{ send: reply(221, '2.0.0 Bye') }, 'close'],
    '*': (line) => scramNext(account, line),
  };
}

const CASES: readonly AuthCase[] = [
  {
    name: 'auth-rejected',
    summary: 'takes nobody’s password',
    expect: fails('auth-rejected'),
    offered: ['PLAIN'],
    replies: { AUTH: answer(535, '5.7.8 Authentication failed') },
  },
  {
    name: 'auth-too-weak',
    summary: 'offers PLAIN and calls it too weak',
    expect: fails('auth-mechanism-refused'),
    offered: ['PLAIN'],
    replies: { AUTH: answer(534, '5.7.9 Authentication mechanism is too weak') },
  },
  {
    name: 'auth-wants-encryption',
    summary: 'does not notice that TLS is up, as behind a proxy that ends it',
    expect: fails('auth-encryption-required'),
    offered: ['PLAIN'],
    replies: { AUTH: answer(538, '5.7.11 Encryption required for requested authentication mechanism') },
  },
  {
    name: 'auth-not-offered',
    summary: 'offers no AUTH at all',
    expect: fails('auth-not-offered'),
    offered: [],
    replies: {},
  },
  {
    name: 'auth-temporary',
    summary: 'cannot reach its user database just now',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'auth-temporary' },
    offered: ['PLAIN'],
    replies: { AUTH: answer(454, '4.7.0 Temporary authentication failure') },
  },
  {
    name: 'auth-unproven',
    summary: 'says yes to SCRAM without showing that it knows the password: anybody could',
    expect: fails('auth-server-not-authenticated'),
    offered: ['SCRAM-SHA-256'],
    replies: ACCEPT,
  },
  {
    name: 'auth-no-token',
    summary: 'offers mechanisms for tokens alone, to who has a password',
    expect: fails('auth-not-attempted'),
    offered: ['XOAUTH2'],
    replies: ACCEPT,
  },
  {
    name: 'auth-scram',
    summary: 'SCRAM-SHA-256 as it should be',
    expect: passes(null),
    offered: ['SCRAM-SHA-256', 'PLAIN'],
    replies: scram(4096),
  },
  {
    name: 'auth-scram-few-iterations',
    summary: 'stores passwords with 1000 iterations',
    expect: passes('scram-few-iterations'),
    offered: ['SCRAM-SHA-256'],
    replies: scram(1000),
  },
  {
    name: 'auth-bound-to-certificate',
    summary: 'channel binding to the certificate alone, where it was asked for',
    expect: passes('channel-binding-weak'),
    args: ['--channel-binding', 'tls-server-end-point'],
    offered: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'],
    replies: scram(4096),
  },
  {
    name: 'auth-taken-in-the-clear',
    summary: 'takes AUTH before TLS too',
    expect: fails('auth-accepted-before-tls'),
    args: ['--probe-plaintext'],
    offered: ['PLAIN'],
    replies: ACCEPT,
    plain: {
      AUTH: (line) => (/^AUTH PLAIN$/i.test(line) ? answer(334, '') : answer(235, '2.7.0 Ok')),
      '*': answer(501, '5.7.0 Authentication aborted'),
    },
  },
  {
    name: 'mail-without-auth',
    summary: 'takes MAIL FROM without AUTH',
    expect: passes('mail-without-auth'),
    offered: ['PLAIN'],
    replies: { ...ACCEPT, MAIL: answer(250, '2.1.0 Ok') },
  },
  {
    name: 'capabilities-lost',
    summary: 'offers less inside TLS than before it, as behind a proxy',
    expect: passes('capabilities-lost'),
    offered: ['PLAIN'],
    replies: ACCEPT,
    plain: { EHLO: ehlo('CHUNKING', 'PIPELINING', 'STARTTLS') },
  },
];

/** EHLO inside TLS. */
function offering(mechanisms: readonly string[]): readonly Step[] {
  const auth = mechanisms.length === 0 ? [] : [`AUTH ${mechanisms.join(' ')}`];
  return ehlo('8BITMIME', ...auth, 'ENHANCEDSTATUSCODES', 'PIPELINING');
}

/** Servers to log in to, one a result or a finding of `auth`. */
export const AUTH_SERVERS: readonly LabServer[] = [
  {
    name: 'auth-good',
    summary: 'takes the lab’s user and password, by PLAIN and LOGIN inside TLS',
    command: 'auth',
    expect: passes(null),
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, {
        ...context.certificate('good-rsa'),
        authMethods: ['PLAIN', 'LOGIN'],
        onAuth: ({ username, password }, _session, done) => {
          const known = username === LAB_USER.user && password === LAB_USER.password;
          if (known) done(null, { user: LAB_USER.user });
          else done(new Error('wrong user name or password'));
        },
      }),
  },
  ...CASES.map(({ name, summary, expect, args, offered, replies, plain = {} }): LabServer => ({
    name,
    summary,
    command: 'auth',
    expect,
    ...(args === undefined ? {} : { args }),
    mode: 'starttls',
    start: scripted((context) => ({
      accept: [GREETING],
      plain: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: starttls(context), ...plain },
      secure: { EHLO: offering(offered), MAIL: answer(530, '5.7.0 Authentication required'), ...replies },
    })),
  })),
];
