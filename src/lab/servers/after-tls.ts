import { reply } from '../script.js';
import type { LabServer } from '../types.js';
import { EHLO_WITH_STARTTLS, GREETING, scripted, starttls } from './scripted.js';

/** Servers that go wrong when TLS is up. */
export const AFTER_TLS_SERVERS: readonly LabServer[] = [
  {
    name: 'ehlo-after-tls-refused',
    summary: 'the handshake succeeds, and then every command is refused',
    expect: { outcome: 'fail', exitCode: 1, finding: null, errorCode: 'ehlo-after-tls-rejected' },
    mode: 'starttls',
    start: scripted((context) => ({
      accept: [GREETING],
      plain: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: starttls(context) },
      secure: {
        '*': [{ send: reply(554, '5.7.1 No service after TLS') }],
        QUIT: [{ send: reply(221, 'Bye') }, 'close'],
      },
    })),
  },
  {
    name: 'starttls-after-tls',
    summary: 'offers STARTTLS again when TLS is already up, which RFC 3207 section 4.2 forbids',
    expect: { outcome: 'pass', exitCode: 0, finding: 'starttls-offered-after-tls', verifyCode: 0 },
    mode: 'starttls',
    start: scripted((context) => ({
      accept: [GREETING],
      plain: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: starttls(context) },
      secure: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: [{ send: reply(503, '5.5.1 TLS already active') }] },
    })),
  },
];
