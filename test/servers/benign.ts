import type { TestCase } from './hostile.js';
import { EVERY_BYTE, reply, startServer, type ServerSpec } from './scripted.js';

/** An odd server that is within its rights, or harmless: it must pass. */
export interface BenignCase extends TestCase {
  /** A finding that must be there all the same, or null where there must be none of severity error. */
  readonly finding: string | null;
}

function benign(name: string, why: string, spec: ServerSpec, finding: string | null = null): BenignCase {
  const mode = spec.implicit === true ? 'implicit' : 'starttls';
  return { name, why, mode, exitCodes: [0], finding, start: () => startServer(spec) };
}

const HOST = 'mail.smtpcheck.test';
const lineFeedsOnly = (text: string): string => text.replaceAll('\r\n', '\n');

export const BENIGN_SERVERS: readonly BenignCase[] = [
  benign('everyday', 'nothing odd at all', {}),
  benign('everyday-implicit', 'nothing odd at all, TLS first', { implicit: true }),
  benign('greeting-in-two-packets', 'the line end comes later', {
    greeting: [{ send: `220 ${HOST} ES` }, { waitMs: 50 }, { send: 'MTP\r\n' }],
  }),
  benign('greeting-after-a-delay', 'a greet delay, as against spam', {
    greeting: [{ waitMs: 500 }, { send: reply(220, `${HOST} ESMTP`) }],
  }),
  benign(
    'greeting-of-many-lines',
    'postscreen: 220- first, the rest after a while; who speaks early is banned',
    {
      greeting: [
        { send: '220-wait for it\r\n' },
        { waitMs: 200 },
        { send: `220-and more\r\n220 ${HOST} ESMTP\r\n` },
      ],
    },
  ),
  benign('split-at-every-byte', 'every reply in segments of one octet', {
    split: EVERY_BYTE,
    splitAfterTls: EVERY_BYTE,
  }),
  benign('tls-split-at-every-byte', 'every TLS record in segments of one octet', {
    tlsPace: { octets: 1, delayMs: 0 },
  }),
  benign('lower-case-keywords', 'keywords are case-insensitive (RFC 5321 section 2.4)', {
    keywords: ['pipelining', 'size 10240000', 'StartTLS', '8bitmime'],
    keywordsAfterTls: ['pipelining', 'size 10240000'],
  }),
  benign('odd-keywords', 'private, repeated and parameter-laden keywords', {
    keywords: [
      'X-PRIVATE a=b c',
      'SIZE',
      'SIZE 0',
      'AUTH=',
      '2',
      'XSTARTTLSNOT',
      'STARTTLS',
      'X'.repeat(400),
    ],
    keywordsAfterTls: ['X-PRIVATE', 'AUTH=LOGIN PLAIN', 'AUTH LOGIN PLAIN'],
  }),
  benign(
    'escape-bytes-in-banner',
    'terminal escape sequences: shown inert',
    { greeting: reply(220, `${HOST} \x1b[2J\x1b]0;owned\x07 ESMTP`) },
    'control-characters-in-reply',
  ),
  benign('eight-bit-banner', 'UTF-8 in the greeting', {
    greeting: Buffer.from(`220 ${HOST} grüß Gott ✉\r\n`, 'utf8'),
  }),
  benign('line-feeds-only', 'lines that end without a carriage return', {
    greeting: lineFeedsOnly(reply(220, `${HOST} ESMTP`)),
    replies: { EHLO: lineFeedsOnly(reply(250, HOST, 'PIPELINING', 'STARTTLS')) },
    readyText: lineFeedsOnly(reply(220, 'Ready')),
    repliesAfterTls: { EHLO: lineFeedsOnly(reply(250, HOST, 'PIPELINING')) },
  }),
  benign('trailing-spaces', 'blanks behind keywords, and replies that are a code and a blank', {
    greeting: '220 \r\n',
    keywords: ['PIPELINING  ', 'STARTTLS \t', ' '],
    readyText: '220 \r\n',
  }),
  benign('bare-codes', 'replies that are nothing but a code', {
    greeting: '220\r\n',
    replies: { EHLO: '250-STARTTLS\r\n250-STARTTLS\r\n250\r\n' },
    readyText: '220\r\n',
    repliesAfterTls: { EHLO: '250\r\n' },
  }),
  benign('closes-at-quit', 'no 221, just the end: everything was measured by then', {
    repliesAfterTls: { QUIT: ['close'] },
  }),
  benign('resets-at-quit', 'no 221, but a reset', { repliesAfterTls: { QUIT: ['reset'] } }),
  benign('silent-at-quit', 'no 221 and no end', { repliesAfterTls: { QUIT: ['silence'] } }),
];
