import { spawnSync } from 'node:child_process';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runSClient, type Surroundings } from '../../src/cli/commands/s-client.js';
import { readTlsArgs } from '../../src/cli/args/tls.js';
import { readPlainly } from '../../src/cli/main.js';
import { FLAGS } from '../../src/cli/s-client/flags.js';
import { handOver } from '../../src/cli/s-client/hand-over.js';
import { flagTable } from '../../src/cli/s-client/help.js';
import { parseSClient } from '../../src/cli/s-client/parse.js';
import { shellLine } from '../../src/cli/s-client/quote.js';
import { readAhead } from '../../src/cli/s-client/stdin.js';
import { translate } from '../../src/cli/s-client/translate.js';
import { listToExpand, type Expansion } from '../../src/cli/s-client/translate/ciphers.js';
import { SmtpcheckError } from '../../src/core/errors.js';
import { requireTool } from '../interop/support/require.js';
import { shellWords } from '../support/shell-words.js';

/** What OpenSSL makes of the lists in here, made up: the translation is pure. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  DEFAULT: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
  HIGH: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA', 'ADH-AES128-SHA'],
  'HIGH:!aNULL': ['ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'],
  ECDHE: ['ECDHE-RSA-AES128-GCM-SHA256'],
};

function expansionOf(line: ReturnType<typeof parseSClient>): Expansion | null {
  const list = listToExpand(line);
  return list === null ? null : { suites: LISTS[list] ?? null, usual: LISTS['DEFAULT'] ?? [] };
}

/** The native line that a line of s_client becomes, its first two words left out on both sides. */
function native(
  line: string,
  hasInput = false,
): { readonly line: string; readonly notes: readonly string[] } {
  const parsed = parseSClient(shellWords(line));
  const { command, words, notes } = translate(parsed, { hasInput, expansion: expansionOf(parsed) });
  return { line: shellLine([command, ...words]), notes };
}

function refused(line: string): SmtpcheckError {
  try {
    native(line);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error(`${line} was translated`);
}

/** Trusts what s_client trusts when it is told nothing. */
const SYSTEM = '--ca-store system';
const HERE = '-starttls smtp -connect a.example:25 -CApath D -verify_hostname a.example -verify_return_error';
const THERE = 'tls a.example:25';
const TAIL = '--verify-hostname a.example';

/** Every flag that stands for something is in here; the last test of this file sees to it. */
const TRANSLATIONS: readonly (readonly [string, string])[] = [
  // The design's own example.
  [
    '-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -starttls smtp -verify 3 -verify_return_error -debug -CApath /etc/ssl/certs -connect 1.2.3.4:25',
    'tls 1.2.3.4:25 --tls1.2 --cipher ECDHE-RSA-AES128-GCM-SHA256 --ca-path /etc/ssl/certs --depth 3 --show-leaf --debug',
  ],
  // Where to connect.
  ['-starttls smtp -connect a.example:25', `${THERE} ${SYSTEM} --show-leaf`],
  ['--starttls=smtp --connect=a.example:25', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp a.example:25', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp -- a.example:25', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp -host a.example -port 25', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp -host b.example -port 587 -connect a.example', `tls a.example:587 ${SYSTEM} --show-leaf`],
  ['-starttls smtp -host b.example -port 587 -connect a.example:25', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect a.example:smtp', `${THERE} ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect a.example:submission', `tls a.example:587 ${SYSTEM} --show-leaf`],
  ['-connect a.example:smtps', `tls a.example:465 ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect [2001:db8::1]:25', `tls '[2001:db8::1]:25' ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect [::1]', `tls '[::1]:4433' ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect :25', `tls localhost:25 ${SYSTEM} --show-leaf`],
  ['-starttls smtp -port 25', `tls localhost:25 ${SYSTEM} --show-leaf`],
  ['-starttls lmtp -connect a.example:24', `tls a.example:24 --lmtp ${SYSTEM} --show-leaf`],
  ['-connect a.example:465', `tls a.example:465 ${SYSTEM} --show-leaf`],
  ['-starttls smtp -connect a.example:465', `tls smtp://a.example:465 ${SYSTEM} --show-leaf`],
  ['-connect a.example:25', `tls a.example:25 --implicit-tls ${SYSTEM} --show-leaf`],
  ['-connect a.example', `tls a.example:4433 --implicit-tls ${SYSTEM} --show-leaf`],
  [`${HERE} -4`, `${THERE} -4 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -6`, `${THERE} -6 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -bind 192.0.2.1`, `${THERE} --bind 192.0.2.1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -bind 192.0.2.1:1025`, `${THERE} --bind 192.0.2.1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -bind [2001:db8::1]`, `${THERE} --bind 2001:db8::1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -proxy p.example:3128`, `${THERE} --proxy http://p.example:3128 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -name me.example`, `${THERE} --ehlo me.example --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -name b -xmpphost me.example`, `${THERE} --ehlo me.example --ca-path D ${TAIL} --show-leaf`],
  // Versions.
  [`${HERE} -tls1`, `${THERE} --tls1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -tls1_1`, `${THERE} --tls1.1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -tls1_3`, `${THERE} --tls1.3 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -no_tls1_3`, `${THERE} --max-tls 1.2 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -no_tls1 -no_tls1_1`, `${THERE} --min-tls 1.2 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -no_tls1_3 -no_tls1_2`, `${THERE} --max-tls 1.1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -no_tls1 -no_tls1_1 -no_tls1_2`, `${THERE} --min-tls 1.3 --ca-path D ${TAIL} --show-leaf`],
  [
    `${HERE} -min_protocol TLSv1.1 -max_protocol TLSv1.2`,
    `${THERE} --min-tls 1.1 --max-tls 1.2 --ca-path D ${TAIL} --show-leaf`,
  ],
  [`${HERE} -min_protocol TLSv1`, `${THERE} --min-tls 1.0 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -min_protocol None -max_protocol None`, `${THERE} --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -min_protocol TLSv1.3 -tls1_2`, `${THERE} --tls1.2 --ca-path D ${TAIL} --show-leaf`],
  // Suites.
  [
    `${HERE} -cipher AES128-SHA:AES256-SHA`,
    `${THERE} --cipher AES128-SHA:AES256-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -cipher 'AES128-SHA AES256-SHA'`,
    `${THERE} --cipher AES128-SHA:AES256-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -cipher AES128-SHA:@SECLEVEL=0`,
    `${THERE} --cipher AES128-SHA --ca-path D --auth-level 0 ${TAIL} --show-leaf`,
  ],
  [`${HERE} -cipher DEFAULT@SECLEVEL=1`, `${THERE} --ca-path D --auth-level 1 ${TAIL} --show-leaf`],
  [
    `${HERE} -cipher DEFAULT@SECLEVEL=1 -auth_level 2`,
    `${THERE} --ca-path D --auth-level 2 ${TAIL} --show-leaf`,
  ],
  [`${HERE} -cipher 'HIGH:!aNULL'`, `${THERE} --ca-path D ${TAIL} --show-leaf`],
  [
    `${HERE} -cipher HIGH`,
    `${THERE} --cipher TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:ADH-AES128-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -cipher HIGH -tls1_2`,
    `${THERE} --tls1.2 --cipher ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:ADH-AES128-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [`${HERE} -cipher HIGH -tls1_3`, `${THERE} --tls1.3 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -cipher ECDHE`, `${THERE} --cipher ECDHE-RSA-AES128-GCM-SHA256 --ca-path D ${TAIL} --show-leaf`],
  [
    `${HERE} -ciphersuites TLS_AES_128_GCM_SHA256`,
    `${THERE} --cipher TLS_AES_128_GCM_SHA256 --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -ciphersuites TLS_AES_128_GCM_SHA256 -cipher AES128-SHA`,
    `${THERE} --cipher TLS_AES_128_GCM_SHA256:AES128-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -ciphersuites TLS_AES_128_GCM_SHA256 -cipher DEFAULT`,
    `${THERE} --cipher TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -ciphersuites TLS_AES_128_GCM_SHA256 -cipher AES128-SHA -tls1_2`,
    `${THERE} --tls1.2 --cipher AES128-SHA --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -tls1_3 -cipher TLS_AES_128_GCM_SHA256`,
    `${THERE} --tls1.3 --cipher TLS_AES_128_GCM_SHA256 --ca-path D ${TAIL} --show-leaf`,
  ],
  // What else is offered.
  [`${HERE} -groups X25519:P-256`, `${THERE} --groups X25519:P-256 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -groups X448 -curves prime256v1`, `${THERE} --groups prime256v1 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -sigalgs RSA-PSS+SHA256`, `${THERE} --sigalgs RSA-PSS+SHA256 --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -alpn smtp,lmtp`, `${THERE} --alpn smtp --alpn lmtp --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -cert c.pem`, `${THERE} --cert c.pem --key c.pem --ca-path D ${TAIL} --show-leaf`],
  [
    `${HERE} -cert c.pem -key k.pem -pass file:p.txt -certform PEM -keyform PEM`,
    `${THERE} --cert c.pem --key k.pem --passphrase-file p.txt --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -cert c.pem -pass stdin`,
    `${THERE} --cert c.pem --key c.pem --passphrase-file - --ca-path D ${TAIL} --show-leaf`,
  ],
  [
    `${HERE} -cert c.pem -pass fd:3`,
    `${THERE} --cert c.pem --key c.pem --passphrase-file /dev/fd/3 --ca-path D ${TAIL} --show-leaf`,
  ],
  // Trust.
  ['-starttls smtp -connect a.example:25 -CAfile F', `${THERE} --ca-file F --show-leaf`],
  [
    '-starttls smtp -connect a.example:25 -CAfile F -CApath D',
    `${THERE} --ca-path D --ca-file F --show-leaf`,
  ],
  [
    '-starttls smtp -connect a.example:25 -CAfile F -no-CApath -no-CAfile -no-CAstore',
    `${THERE} --ca-file F --show-leaf`,
  ],
  ['-starttls smtp -connect a.example:25 -no-CAfile', `${THERE} ${SYSTEM} --show-leaf`],
  [
    '-starttls smtp -connect a.example:25 -CAfile F -verifyCAfile G -verifyCApath E',
    `${THERE} --ca-path E --ca-file G --show-leaf`,
  ],
  [`${HERE} -verify 5`, `${THERE} --ca-path D --depth 5 ${TAIL} --show-leaf`],
  [`${HERE} -verify 5 -verify_depth 0`, `${THERE} --ca-path D --depth 0 ${TAIL} --show-leaf`],
  [`${HERE} -verify 2048`, `${THERE} --ca-path D ${TAIL} --show-leaf`],
  [`${HERE} -auth_level 1`, `${THERE} --ca-path D --auth-level 1 ${TAIL} --show-leaf`],
  [`${HERE} -auth_level 9`, `${THERE} --ca-path D --auth-level 5 ${TAIL} --show-leaf`],
  [
    `${HERE} -partial_chain -x509_strict`,
    `${THERE} --ca-path D --partial-chain --x509-strict ${TAIL} --show-leaf`,
  ],
  [`${HERE} -servername b.example`, `${THERE} --ca-path D --servername b.example ${TAIL} --show-leaf`],
  [`${HERE} -noservername`, `${THERE} --ca-path D --no-sni ${TAIL} --show-leaf`],
  [
    '-starttls smtp -connect a.example:25 -CApath D -verify_ip 192.0.2.1',
    `${THERE} --ca-path D --verify-hostname 192.0.2.1 --show-leaf`,
  ],
  [
    `${HERE} -CRL l.pem -CRLform DER -crl_check`,
    `${THERE} --ca-path D ${TAIL} --crl-file l.pem --crl-check leaf --show-leaf`,
  ],
  [
    `${HERE} -CRL l.pem -crl_check_all`,
    `${THERE} --ca-path D ${TAIL} --crl-file l.pem --crl-check all --show-leaf`,
  ],
  [`${HERE} -CRL l.pem`, `${THERE} --ca-path D ${TAIL} --crl-file l.pem --crl-check leaf --show-leaf`],
  // What is printed.
  [`${HERE} -showcerts`, `${THERE} --ca-path D ${TAIL} --show-certs`],
  [`${HERE} -brief`, `${THERE} --ca-path D ${TAIL}`],
  [`${HERE} -brief -showcerts`, `${THERE} --ca-path D ${TAIL}`],
  [`${HERE} -quiet`, `${THERE} --ca-path D ${TAIL} --quiet`],
  [`${HERE} -msg`, `${THERE} --ca-path D ${TAIL} --show-leaf --trace`],
  [`${HERE} -debug -state -tlsextdebug -trace`, `${THERE} --ca-path D ${TAIL} --show-leaf --debug --trace`],
  [`${HERE} -keylogfile k.log`, `${THERE} --ca-path D ${TAIL} --show-leaf --keylog k.log`],
  [`${HERE} -sess_out s.pem`, `${THERE} --ca-path D ${TAIL} --show-leaf --session-out s.pem`],
  [`${HERE} -reconnect`, `${THERE} --ca-path D ${TAIL} --show-leaf --reconnect`],
  [`${HERE} -no-interactive`, `${THERE} --ca-path D ${TAIL} --show-leaf`],
];

describe('a line of s_client', () => {
  it.each(TRANSLATIONS)('%s', (theirs, ours) => {
    expect(native(theirs).line).toBe(ours);
  });

  it('becomes one that can be pasted, and means the same there', () => {
    for (const [theirs, ours] of TRANSLATIONS) {
      const parsed = parseSClient(shellWords(theirs));
      const { command, words } = translate(parsed, { hasInput: false, expansion: expansionOf(parsed) });
      expect(shellWords(ours)).toEqual([command, ...words]);
      const plain = readPlainly(words);
      expect(plain, ours).not.toBeNull();
      // It throws for an option that there is not, or a value that it does not take.
      if (plain !== null) expect(readTlsArgs(plain, plain.targets).targets).toHaveLength(1);
    }
  });

  it('has every flag that stands for something in the table above', () => {
    const used = new Set(
      TRANSLATIONS.flatMap(([theirs]) => [...parseSClient(shellWords(theirs)).flags.keys()]),
    );
    const mapped = Object.keys(FLAGS).filter((name) => FLAGS[name]?.kind === 'mapped');
    expect(mapped.filter((name) => !used.has(name))).toEqual([]);
  });

  it('is a dialogue where there is something to say, and prints no certificate then', () => {
    expect(native(`${HERE} -quiet -showcerts -debug`, true).line).toBe(
      `connect a.example:25 --ca-path D ${TAIL} --debug`,
    );
    expect(native(HERE, true).line).toBe(`connect a.example:25 --ca-path D ${TAIL}`);
  });
});

const EXIT_NOTE = 's_client exits 0 whatever is wrong with the chain; this exits 1';
const STORE_NOTE = "no CA was named: like s_client, this trusts OpenSSL's default ones, the system's";
const OLD_NOTE =
  's_client breaks TLS 1.0 and 1.1 off by itself unless -cipher has @SECLEVEL=0, as if the server had refused; this asks the server';
const LETTERS_NOTE =
  'lines that begin with Q, R, K or k go to the server; for s_client they are commands of its own';

describe('the notes on traps', () => {
  it.each<[string, readonly string[]]>([
    [HERE, ['left out, since nothing changes by it: -verify_return_error']],
    [
      '-starttls smtp -connect a.example:25',
      [STORE_NOTE, EXIT_NOTE, 's_client checks no host name without -verify_hostname; this checks a.example'],
    ],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F', [EXIT_NOTE]],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -servername b.example',
      [EXIT_NOTE, 's_client checks no host name without -verify_hostname; this checks b.example'],
    ],
    [
      '-connect 192.0.2.1:25 -CAfile F',
      [
        'without -starttls, s_client begins TLS at once, and so does this; port 25 wants STARTTLS first: add -starttls smtp',
        EXIT_NOTE,
      ],
    ],
    ['-connect 192.0.2.1:465 -CAfile F', [EXIT_NOTE]],
    [
      '-starttls smtp -connect 192.0.2.1 -CAfile F',
      ['without a port, s_client takes 4433, and so does this; mail servers have 25, 587 or 465', EXIT_NOTE],
    ],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -verify 3',
      ['-verify N limits no depth in s_client, whatever its manual says; --depth 3 does', EXIT_NOTE],
    ],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -verify 2048',
      ['-verify N limits no depth in s_client, whatever its manual says', EXIT_NOTE],
    ],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F -verify 3 -verify_depth 2', [EXIT_NOTE]],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -cipher AES128-SHA',
      [
        's_client leaves TLS 1.3 free beside -cipher; here what is named is all that is offered: add -ciphersuites for TLS 1.3',
        EXIT_NOTE,
      ],
    ],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F -tls1_2 -cipher AES128-SHA', [EXIT_NOTE]],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F -tls1_1', [OLD_NOTE, EXIT_NOTE]],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F -max_protocol TLSv1', [OLD_NOTE, EXIT_NOTE]],
    ['-starttls smtp -connect 192.0.2.1:25 -CAfile F -tls1 -cipher DEFAULT@SECLEVEL=0', [EXIT_NOTE]],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -tls1_2 -cipher ECDHE',
      [
        `-cipher ECDHE: the suites that the OpenSSL ${process.versions.openssl} of Node.js has for it are named in its place (1)`,
        EXIT_NOTE,
      ],
    ],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -ciphersuites TLS_AES_128_GCM_SHA256',
      [
        's_client leaves TLS 1.2 free beside -ciphersuites; here what is named is all that is offered: add -cipher for TLS 1.2',
        EXIT_NOTE,
      ],
    ],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -CRL l.pem',
      [
        '-CRL alone checks nothing in s_client, which wants -crl_check; here the list is looked at',
        EXIT_NOTE,
      ],
    ],
    [
      '-starttls smtp -connect 192.0.2.1:25 -CAfile F -bind 192.0.2.2:1025',
      ['-bind 192.0.2.2:1025: the local port cannot be chosen here', EXIT_NOTE],
    ],
    [
      '-starttls smtp -connect 192.0.2.9:25 -CAfile F -connect 192.0.2.1:25 -crlf -crlf -prexit',
      [
        EXIT_NOTE,
        '-connect was given more than once; the last one counts, as in s_client',
        'left out, since nothing changes by it: -crlf -prexit',
      ],
    ],
  ])('%s', (line, notes) => {
    expect(native(line).notes).toEqual(notes);
  });

  it.each<[string, boolean]>([
    ['', true],
    ['-crlf', true],
    ['-quiet', false],
    ['-ign_eof', false],
    ['-nocommands', false],
    ['-quiet -no_ign_eof', true],
    ['-no_ign_eof -ign_eof', false],
  ])('tell of command letters in a dialogue where s_client has them: %s', (flags, told) => {
    expect(native(`${HERE} ${flags}`, true).notes.includes(LETTERS_NOTE)).toBe(told);
    expect(native(`${HERE} ${flags}`, false).notes).not.toContain(LETTERS_NOTE);
  });
});

describe('what cannot be used', () => {
  it('is listed whole, each flag with why', () => {
    const { message, hint, code } = refused(
      '-conect a:25 -starttls imap -tls1_2 -comp -ssl3 -CAPath D -foo bar --json -verify 0 -certform DER -comp -attime 3 -x',
    );
    expect(code).toBe('usage');
    expect(message.split('\n')).toEqual([
      '11 of these words cannot be used:',
      '-conect: s_client has no such flag; did you mean -connect?',
      '-starttls imap: smtpcheck speaks SMTP and LMTP alone',
      '-comp: TLS compression cannot be offered',
      '-ssl3: the TLS library of Node.js cannot offer SSLv3',
      '-CAPath: s_client has no such flag; did you mean -CApath?',
      '-foo: s_client has no such flag',
      '--json: an option of smtpcheck; it goes with the native command, not with the flags of s_client',
      '-verify 0: takes a whole number from 1 on, not "0"',
      '-certform DER: PEM alone is read: openssl x509 -inform DER converts it',
      '-attime: a server is verified as of now; for another day: smtpcheck cert FILE --at DATE',
      '-x: s_client has no such flag',
    ]);
    expect(hint).toContain('-help');
  });

  it.each<[string, RegExp]>([
    ['', /^no server was named$/],
    ['-starttls smtp', /^no server was named$/],
    ['-connect', /^-connect: it needs a value: HOST:PORT$/],
    ['-connect a:25 -crlf=yes', /^-crlf: it takes no value$/],
    ['-connect a:25 b:25', /^b:25: the target was named with -connect already$/],
    ['smtp -connect a.example:465', /^smtp: it belongs to no flag/],
    ['-connect ::1:25', /^-connect takes HOST:PORT/],
    ['-connect a:b:25', /^-connect takes HOST:PORT/],
    ['-connect a:', /has an empty port$/],
    ['-connect a:25 -port 0', /^-port 0: takes a whole number from 1 on/],
    ['-connect a:25 -tls1_1 -tls1_2', /^-tls1_1 and -tls1_2 exclude each other$/],
    ['-connect a:25 -tls1_2 -no_tls1_3', /^-tls1_2 and -no_tls1_3 exclude each other$/],
    ['-connect a:25 -no_tls1_2', /^these flags leave TLS 1\.0 and TLS 1\.1 and TLS 1\.3, with a hole/],
    ['-connect a:25 -no_tls1 -no_tls1_1 -no_tls1_2 -no_tls1_3', /leave no version/],
    ['-connect a:25 -min_protocol TLSv1.3 -max_protocol TLSv1.2', /leave no version/],
    ['-connect a:25 -min_protocol 1.2', /^-min_protocol takes TLSv1, TLSv1\.1/],
    ['-connect a:25 -max_protocol SSLv3', /^-max_protocol takes/],
    ['-connect a:25 -tls1_3 -cipher AES128-SHA', /^-cipher is about TLS up to 1\.2/],
    ['-connect a:25 -tls1_3 -cipher ECDHE', /^-cipher is about TLS up to 1\.2/],
    ['-connect a:25 -tls1_2 -ciphersuites TLS_AES_128_GCM_SHA256', /^-ciphersuites is about TLS 1\.3/],
    ['-connect a:25 -ciphersuites :', /^-ciphersuites names no suite$/],
    // What is empty, as of a variable that is not set, was left out, and the line asked for less than it says.
    ['-connect a:25 -cipher ""', /^-cipher names no suite$/],
    ['-connect a:25 -cipher @SECLEVEL=0', /^-cipher names no suite$/],
    ['-connect a:25 -alpn ""', /^-alpn has an empty name$/],
    ['-connect a:25 -alpn a,,b', /^-alpn has an empty name$/],
    [
      '-connect a:25 -cipher ECDHE-RSA-AES128-GCM-SHA265:HIGH',
      /unknown cipher "ECDHE-RSA-AES128-GCM-SHA265"/,
    ],
    ['-connect a:25 -servername a -noservername', /^-servername and -noservername exclude each other$/],
    ['-connect a:25 -verify_hostname a -verify_ip 192.0.2.1', /one name can be verified at a time$/],
    ['-connect a:25 -no-CAfile -no-CApath', /no CA is left to trust$/],
    ['-connect a:25 -crl_check', /^-crl_check needs -CRL FILE here$/],
    ['-connect a:25 -crl_check_all', /^-crl_check_all needs -CRL FILE here$/],
    ['-connect a:25 -key k.pem', /^-key needs -cert$/],
    ['-connect a:25 -bind :1025', /^-bind names no address$/],
    ['-connect a:25 -starttls smpt', /there is no such protocol/],
    ['-connect a:25 -purpose sslclient', /a TLS server is what is verified/],
    ['-connect a:25 -dane_tlsa_domain a -dane_tlsa_rrdata "3 1 1 00"', /smtpcheck cert FILE --tlsa RECORD/],
  ])('%s', (line, message) => {
    expect(refused(line).message).toMatch(message);
    expect(refused(line).code).toBe('usage');
  });

  it('no suite at all is no answer of the server: exit 4', () => {
    expect(refused('-connect a:25 -cipher RC4')).toMatchObject({ code: 'library-cannot-offer' });
  });

  it('never repeats a secret', () => {
    // The native line, which is said before it is run, had the password in it.
    for (const value of ['bob:hunter2@p.example:3128', 'http://bob:hunter2@p.example:3128']) {
      const { message, hint = '' } = refused(`-connect a:25 -proxy ${value}`);
      expect(message).toMatch(/^-proxy: it takes HOST:PORT alone; .*SMTPCHECK_PROXY_PASSWORD$/);
      expect(message + hint).not.toContain('hunter2');
    }
    for (const value of ['pass:hunter2', 'env:hunter2', 'hunter2', 'file:']) {
      const { message, hint = '' } = refused(`-connect a:25 -cert c -pass ${value}`);
      expect(message).toMatch(/^-pass: /);
      expect(message + hint).not.toContain('hunter2');
    }
    for (const flag of ['psk', 'srppass', 'proxy_pass'])
      expect(refused(`-connect a:25 -${flag} hunter2`).message).not.toContain('hunter2');
  });
});

describe.skipIf(!requireTool('openssl'))('the flags of the openssl that is installed', () => {
  const help = spawnSync('openssl', ['s_client', '-help'], { encoding: 'utf8' });
  const rows = [...`${help.stdout}${help.stderr}`.matchAll(/^ -(\S+)(?: (\S+))? {2,}\S/gm)];
  const flags = rows
    .map(([, name = '', value]) => ({ name, takesValue: value !== undefined }))
    .filter(({ name }) => name !== 'help');

  it('are all in the table, and take a value or not as there', () => {
    expect(flags.length).toBeGreaterThan(150);
    const differing = flags.filter(
      ({ name, takesValue }) => (FLAGS[name]?.value !== undefined) !== takesValue || !(name in FLAGS),
    );
    expect(differing).toEqual([]);
  });

  it('are all in the help', () => {
    for (const name of Object.keys(FLAGS)) expect(flagTable()).toMatch(new RegExp(`^  -${name}(?: |$)`, 'm'));
  });
});

describe('a pasted line', () => {
  const hard = [
    'plain',
    '',
    "it's",
    'a b',
    '$HOME',
    '~/x',
    '*',
    '[::1]:25',
    'a=b',
    '=ls',
    '!x',
    'a\nb',
    '\x1b[31m',
    'ü',
    '‮x',
  ];

  it('is one line, and a shell reads the same words out of it', () => {
    const line = shellLine(hard);
    expect(line).not.toMatch(/[\n\x1b\u202e]/);
    const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(hard);
  });

  it('leaves alone what needs no quotes', () => {
    expect(shellLine(['--ca-path', '/etc/ssl/certs', '-4', 'a.example:25', 'RSA-PSS+SHA256'])).toBe(
      '--ca-path /etc/ssl/certs -4 a.example:25 RSA-PSS+SHA256',
    );
  });
});

async function run(
  argv: readonly string[],
  around: Partial<Surroundings> = {},
): Promise<{ code: number; stdout: string; stderr: string; ran: readonly string[][] }> {
  const said = { stdout: '', stderr: '' };
  const ran: string[][] = [];
  const io = {
    stdout: (text: string) => void (said.stdout += text),
    stderr: (text: string) => void (said.stderr += text),
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    env: {},
  };
  const code = await runSClient(argv, io, {
    run: (words) => Promise.resolve(ran.push([...words]) + 6),
    signal: new AbortController().signal,
    readAhead: () => Promise.resolve({ hasInput: false, bytes: Buffer.alloc(0) }),
    ...around,
  });
  return { code, ran, ...said };
}

describe('stdin, looked at ahead', () => {
  const ahead = (...chunks: readonly string[]): ReturnType<typeof readAhead> =>
    readAhead(Readable.from(chunks), 200);

  it.each([[''], ['\n'], ['Q\n'], ['QUIT\n'], ['QUIT'], ['quit\r\n'], ['\n\nQ'], ['  \n'], ['QUIT\nNOOP\n']])(
    'says nothing: %j',
    async (text) => {
      expect((await ahead(...(text === '' ? [] : [text]))).hasInput).toBe(false);
    },
  );

  it.each([['EHLO a\n'], ['Quota\n'], ['R\n'], ['QUITE\n'], ['\nEHLO a\n'], ['x'], ['q x\n']])(
    'says something: %j, and none of it is lost',
    async (text) => {
      const { hasInput, bytes } = await ahead(text);
      expect({ hasInput, text: bytes.toString() }).toEqual({ hasInput: true, text });
    },
  );

  it('is waited for where it says nothing yet, but not for ever', async () => {
    const silent = new PassThrough();
    expect(await readAhead(silent, 50)).toMatchObject({ hasInput: true, bytes: Buffer.alloc(0) });
    const late = new PassThrough();
    setTimeout(() => late.write('QU'), 20);
    setTimeout(() => late.write('IT\n'), 60);
    expect(await readAhead(late, 5000)).toMatchObject({ hasInput: false });
  });

  it('is not waited for after Ctrl-C', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('SIGINT'), 20);
    expect(await readAhead(new PassThrough(), 60_000, controller.signal)).toMatchObject({ hasInput: false });
    const silent = Promise.resolve({ hasInput: false, bytes: Buffer.alloc(0) });
    for (const [reason, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const signal = AbortSignal.abort(reason);
      expect(await run(['-connect', 'a:465'], { signal, readAhead: () => silent })).toMatchObject({
        code,
        ran: [],
      });
    }
  });

  it('goes back to the front of the stream for who reads on', async () => {
    const stdin = new PassThrough();
    stdin.write('\n');
    stdin.write('EHLO a\nMAIL');
    const { hasInput, bytes } = await readAhead(stdin, 1000);
    expect(hasInput).toBe(true);
    let run: readonly string[] = [];
    await handOver(['a.example:25'], bytes, (argv) => Promise.resolve((run = argv).length), stdin);
    stdin.end(' FROM:<>\nQUIT\n');
    expect(run).toEqual(['connect', 'a.example:25']);
    let read = '';
    for await (const chunk of stdin) read += String(chunk);
    expect(read).toBe('\nEHLO a\nMAIL FROM:<>\nQUIT\n');
  });
});

describe('smtpcheck s_client', () => {
  it('says the native line alone on its line, then the notes, and gives the exit code of what it ran', async () => {
    const { code, stdout, stderr, ran } = await run([
      '-starttls',
      'smtp',
      '-connect',
      'a.example:25',
      '-CApath',
      'a b',
    ]);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      "smtpcheck tls a.example:25 --ca-path 'a b' --show-leaf",
      `note: ${EXIT_NOTE}`,
      'note: s_client checks no host name without -verify_hostname; this checks a.example',
      '',
    ]);
    expect(ran).toEqual([['tls', 'a.example:25', '--ca-path', 'a b', '--show-leaf']]);
  });

  it('runs nothing and does not wait for stdin when a flag cannot be used', async () => {
    const readAhead = (): never => {
      throw new Error('stdin was asked for');
    };
    const { code, stderr, ran } = await run(['-connect', 'a:25', '-comp', '-tls1_4'], { readAhead });
    expect({ code, ran }).toEqual({ code: 2, ran: [] });
    expect(stderr).toBe(
      'smtpcheck: error: 2 of these words cannot be used:\n' +
        '  -comp: TLS compression cannot be offered\n' +
        '  -tls1_4: s_client has no such flag; did you mean -tls1?\n' +
        'hint: smtpcheck s_client -help lists the flags, and what each becomes\n',
    );
  });

  it('asks OpenSSL what a cipher list stands for', async () => {
    const { ran } = await run([
      '-starttls',
      'smtp',
      '-connect',
      'a:25',
      '-tls1_2',
      '-cipher',
      'ECDHE+AESGCM:!aNULL',
    ]);
    const list = ran[0]?.[ran[0].indexOf('--cipher') + 1] ?? '';
    expect(list.split(':').sort()).toEqual([
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES256-GCM-SHA384',
    ]);
    expect((await run(['-connect', 'a:25', '-cipher', 'EXPORT'])).code).toBe(4);
    const unreadable = await run(['-connect', 'a:25', '-cipher', 'HIGH:@NOSUCH']);
    expect(unreadable.code).toBe(2);
    expect(unreadable.stderr).toContain('OpenSSL cannot read the cipher list "HIGH:@NOSUCH"');
    expect((await run(['-starttls', 'smtp', '-connect', 'a:25', '-cipher', 'DEFAULT'])).ran[0]).not.toContain(
      '--cipher',
    );
  });

  it('leaves stdin alone where it is not for the server', async () => {
    // As fd:0 the passphrase was taken for a dialogue, and said to the server.
    const sources = ['stdin', 'fd:0', 'file:/dev/stdin', 'file:/dev/fd/0', 'file:-'];
    const onStdin = sources.map((source) => ['-cert', 'c.pem', '-pass', source]);
    const readAhead = (): never => {
      throw new Error('stdin was asked for');
    };
    for (const flags of [['-no-interactive'], ...onStdin])
      expect((await run(['-connect', 'a:465', ...flags], { readAhead })).ran[0]?.[0]).toBe('tls');
  });

  it('hands a dialogue over to connect', async () => {
    const { ran } = await run(['-connect', 'a:465', '-CAfile', 'F'], {
      readAhead: () => Promise.resolve({ hasInput: true, bytes: Buffer.alloc(0) }),
    });
    expect(ran).toEqual([['connect', 'a:465', '--ca-file', 'F']]);
  });

  // At a terminal it ran `connect --reconnect`, which there is not.
  it('compares two connections by tls where nothing was said, and loses no dialogue', async () => {
    const line = ['-connect', 'a:465', '-CAfile', 'F', '-reconnect'];
    const readAhead = (said: string) => () => Promise.resolve({ hasInput: true, bytes: Buffer.from(said) });
    const { ran } = await run(line, { readAhead: readAhead('') });
    expect(ran).toEqual([['tls', 'a:465', '--ca-file', 'F', '--show-leaf', '--reconnect']]);
    const refusal = await run(line, { readAhead: readAhead('NOOP\n') });
    expect({ code: refusal.code, ran: refusal.ran }).toEqual({ code: 2, ran: [] });
    expect(refusal.stderr).toContain('-reconnect compares two connections, and has no dialogue');
  });

  it.each([['-help'], ['--help'], ['-h']])('%s is the table of flags', async (flag) => {
    const { code, stdout, ran } = await run(['-connect', 'a:25', flag]);
    expect({ code, ran }).toEqual({ code: 0, ran: [] });
    expect(stdout).toBe(flagTable());
  });
});
