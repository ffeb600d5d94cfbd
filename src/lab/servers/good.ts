import { startSmtpServer } from '../smtp-server.js';
import type { LabExpectation, LabServer } from '../types.js';

const PASS: LabExpectation = { outcome: 'pass', exitCode: 0, finding: null, verifyCode: 0 };

/** Servers with nothing wrong. */
export const GOOD_SERVERS: readonly LabServer[] = [
  {
    name: 'good',
    summary: 'STARTTLS with TLS 1.2 and 1.3 and an RSA chain; nothing is wrong with it',
    expect: PASS,
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, { ...context.certificate('good-rsa'), minVersion: 'TLSv1.2' }),
  },
  {
    name: 'good-implicit',
    summary: 'the same with TLS from the first byte, as on port 465',
    expect: PASS,
    mode: 'implicit',
    start: (context) =>
      startSmtpServer(context, { ...context.certificate('good-rsa'), minVersion: 'TLSv1.2', secure: true }),
  },
  {
    name: 'good-ecdsa',
    summary: 'the same with an ECDSA chain on P-256',
    expect: PASS,
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, { ...context.certificate('good-ecdsa'), minVersion: 'TLSv1.2' }),
  },
  {
    name: 'good-lmtp',
    summary: 'the same speaking LMTP, which greets with LHLO',
    expect: PASS,
    mode: 'lmtp',
    start: (context) =>
      startSmtpServer(context, { ...context.certificate('good-rsa'), minVersion: 'TLSv1.2', lmtp: true }),
  },
];
