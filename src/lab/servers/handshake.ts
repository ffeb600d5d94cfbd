import { reply, type Step } from '../script.js';
import { startSmtpServer } from '../smtp-server.js';
import type { LabServer } from '../types.js';
import { EHLO_WITH_STARTTLS, GREETING, scripted } from './scripted.js';

/** A TLS record of type alert, version 3.3: fatal (2), handshake_failure (40); RFC 8446 sections 5.1 and 6. */
const ALERT_HANDSHAKE_FAILURE = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 40]);

/** Says 220, waits for the ClientHello, and answers it with `answer`. */
const answersHello = (...answer: readonly Step[]): LabServer['start'] =>
  scripted(() => ({
    accept: [GREETING],
    plain: {
      EHLO: EHLO_WITH_STARTTLS,
      STARTTLS: [{ send: reply(220, '2.0.0 Ready to start TLS') }, { hear: 'hello' }, ...answer, 'close'],
    },
  }));

/** Servers whose TLS handshake is the trouble. */
export const HANDSHAKE_SERVERS: readonly LabServer[] = [
  {
    name: 'tls-1-0-only',
    summary: 'speaks TLS 1.0 and nothing newer',
    expect: { outcome: 'fail', exitCode: 1, finding: 'protocol-deprecated', verifyCode: 0 },
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, {
        ...context.certificate('good-rsa'),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1',
        // TLS 1.0 signs with SHA-1, which OpenSSL 3 does at security level 0 only.
        ciphers: 'DEFAULT:@SECLEVEL=0',
      }),
  },
  {
    name: 'tls-alert-40',
    summary: 'answers every ClientHello with the fatal alert handshake_failure',
    expect: { outcome: 'fail', exitCode: 1, finding: null, errorCode: 'tls-alert-rejected' },
    mode: 'starttls',
    start: answersHello({ send: ALERT_HANDSHAKE_FAILURE }),
  },
  {
    name: 'tls-closes',
    summary: 'closes the connection when it sees the ClientHello',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'connection-closed' },
    mode: 'starttls',
    start: answersHello(),
  },
  {
    name: 'tls-garbage',
    summary: 'answers the ClientHello with SMTP text, as if STARTTLS had never been said',
    expect: { outcome: 'inconclusive', exitCode: 4, finding: null, errorCode: 'tls-garbled' },
    mode: 'starttls',
    start: answersHello({ send: reply(500, 'bad command') }),
  },
];
