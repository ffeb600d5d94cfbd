import { reply } from '../script.js';
import { LAB_HOSTNAME, type LabExpectation, type LabServer } from '../types.js';
import { EHLO_AFTER_TLS, EHLO_WITH_STARTTLS, scripted, starttls } from './scripted.js';

const NOT_SMTP: LabExpectation = { outcome: 'error', exitCode: 3, finding: null, errorCode: 'not-smtp' };

/** A web server says nothing until it is spoken to, and then 400; this one is impatient, so that nobody waits for long. */
const IMPATIENCE_MS = 250;

const HTTP_BODY = 'this is a web server\n';

/** Servers that go wrong at, or with, their first words. */
export const GREETING_SERVERS: readonly LabServer[] = [
  {
    name: 'greeting-554',
    summary: 'greets with 554, no service',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'greeting-rejected' },
    mode: 'starttls',
    start: scripted(() => ({
      accept: [{ send: reply(554, '5.7.1 No SMTP service here for you') }],
      plain: {
        '*': [{ send: reply(503, '5.5.1 Only QUIT is left to say') }],
        QUIT: [{ send: reply(221, 'Bye') }, 'close'],
      },
    })),
  },
  {
    name: 'greeting-421',
    summary: 'greets with 421 and closes: too many connections',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'greeting-rejected' },
    mode: 'starttls',
    start: scripted(() => ({
      accept: [{ send: reply(421, `4.7.0 ${LAB_HOSTNAME} Error: too many connections`) }, 'close'],
    })),
  },
  {
    name: 'silent',
    summary: 'accepts the connection and never says a word',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'silent' },
    mode: 'starttls',
    args: ['--timeout', '2s'],
    start: scripted(() => ({ accept: ['silence'] })),
  },
  {
    name: 'http-server',
    summary: 'a web server on the mail port',
    expect: NOT_SMTP,
    mode: 'starttls',
    start: scripted(() => ({
      accept: [
        { hearWithinMs: IMPATIENCE_MS },
        {
          send:
            'HTTP/1.1 400 Bad Request\r\nServer: smtpcheck-lab\r\nContent-Type: text/plain\r\n' +
            `Content-Length: ${HTTP_BODY.length}\r\nConnection: close\r\n\r\n${HTTP_BODY}`,
        },
        'close',
      ],
    })),
  },
  {
    name: 'ssh-server',
    summary: 'an SSH server on the mail port',
    expect: NOT_SMTP,
    mode: 'starttls',
    start: scripted(() => ({ accept: [{ send: 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n' }, 'silence'] })),
  },
  {
    name: 'escape-in-banner',
    summary: 'terminal escape sequences in the greeting, which must not reach a terminal; all else is good',
    expect: { outcome: 'pass', exitCode: 0, finding: 'control-characters-in-reply', verifyCode: 0 },
    mode: 'starttls',
    start: scripted((context) => ({
      // Sets the window's title, clears the screen and claims success in green.
      accept: [{ send: reply(220, `${LAB_HOSTNAME} \x1b]0;owned\x07\x1b[2J\x1b[32mESMTP OK\x1b[0m`) }],
      plain: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: starttls(context) },
      secure: { EHLO: EHLO_AFTER_TLS },
    })),
  },
];
