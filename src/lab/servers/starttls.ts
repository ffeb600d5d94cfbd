import { reply, type Step } from '../script.js';
import { startSmtpServer } from '../smtp-server.js';
import type { LabExpectation, LabServer } from '../types.js';
import { EHLO_AFTER_TLS, EHLO_WITH_STARTTLS, ehlo, GREETING, scripted } from './scripted.js';

const offersStarttls = (answer: readonly Step[]): LabServer['start'] =>
  scripted(() => ({ accept: [GREETING], plain: { EHLO: EHLO_WITH_STARTTLS, STARTTLS: answer } }));

const refusing: readonly LabServer[] = [
  {
    name: 'starttls-454',
    summary: 'offers STARTTLS and answers it with 454, not available for now',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'starttls-temporary' },
    mode: 'starttls',
    start: offersStarttls([{ send: reply(454, '4.7.0 TLS not available due to a local problem') }]),
  },
  {
    name: 'starttls-501',
    summary: 'offers STARTTLS and refuses it for good',
    expect: { outcome: 'fail', exitCode: 1, finding: 'starttls-refused', errorCode: 'starttls-refused' },
    mode: 'starttls',
    start: offersStarttls([{ send: reply(501, '5.5.4 STARTTLS is not for you') }]),
  },
];

const WITHOUT_TLS: LabExpectation = {
  outcome: 'fail',
  exitCode: 1,
  finding: 'starttls-not-offered',
  errorCode: 'starttls-not-offered',
};

/** Servers whose SMTP before TLS is the trouble. */
export const STARTTLS_SERVERS: readonly LabServer[] = [
  {
    name: 'no-starttls',
    summary: 'does not offer STARTTLS',
    expect: WITHOUT_TLS,
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, { ...context.certificate('good-rsa'), disabledCommands: ['STARTTLS'] }),
  },
  {
    name: 'starttls-masked',
    summary: 'a firewall in front has overwritten STARTTLS with XXXXXXXA',
    expect: { ...WITHOUT_TLS, finding: 'starttls-masked' },
    mode: 'starttls',
    start: scripted(() => ({
      accept: [GREETING],
      plain: {
        EHLO: ehlo('SIZE 10240000', 'XXXXXXXA', '8BITMIME'),
        STARTTLS: [{ send: reply(500, 'unrecognized') }],
      },
    })),
  },
  {
    name: 'auth-in-the-clear',
    summary: 'offers AUTH before TLS, so that passwords can be sent unprotected',
    expect: { outcome: 'pass', exitCode: 0, finding: 'auth-before-tls', verifyCode: 0 },
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, {
        ...context.certificate('good-rsa'),
        minVersion: 'TLSv1.2',
        authInTheClear: true,
      }),
  },
  {
    name: 'injected-after-220',
    summary:
      "plaintext behind STARTTLS's 220 in the same segment, which a careless client reads as if TLS had carried it",
    expect: { outcome: 'fail', exitCode: 1, finding: 'bytes-before-tls' },
    mode: 'starttls',
    start: scripted((context) => ({
      accept: [GREETING],
      plain: {
        EHLO: EHLO_WITH_STARTTLS,
        STARTTLS: [
          { send: reply(220, '2.0.0 Ready to start TLS') + reply(250, 'injected', 'AUTH PLAIN LOGIN') },
          { tls: context.certificate('good-rsa') },
        ],
      },
      secure: { EHLO: EHLO_AFTER_TLS },
    })),
  },
  ...refusing,
];
