import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { EXPLANATIONS, explanationOf } from '../../src/policy/explain/index.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { probeScan } from '../../src/scan/scan.js';
import { labTrust } from '../support/probe.js';
import { eximLines, type BuiltWith, type EximLines } from './support/exim-lines.js';
import {
  eximReader,
  requireMailServers,
  startExim,
  type EximReader,
  type MailServer,
} from './support/mail-servers.js';

/*
 * Lines for Exim are pasted as those for Postfix are. Exim at least does not start with an option that it does not know, so each goes
 * through one, and what they are said to mend is scanned before and after.
 */

const ready = requireMailServers();

const SETTINGS = [
  ...new Map(
    EXPLANATIONS.flatMap(({ id, fix }) => {
      const { exim } = fix;
      return exim === undefined ? [] : [[exim.lines.join('\n'), { id, ...exim }] as const];
    }),
  ).values(),
];

/** What Exim says of lines that this one, with GnuTLS and without Dovecot's driver, cannot take; the note has to say why. */
const CANNOT: readonly { readonly said: RegExp; readonly note: RegExp }[] = [
  { said: /cannot find authenticator driver "dovecot"/, note: /exim4-daemon-heavy/ },
];

describe.skipIf(!ready)('the lines for Exim', () => {
  let exim: EximReader;
  beforeAll(() => {
    exim = eximReader();
  });
  afterAll(() => exim.remove());

  it.each(SETTINGS.map((setting) => [setting.id, setting] as const))(
    'are known to it: %s',
    (_, { lines, note = '' }) => {
      for (const library of ['GnuTLS', 'OpenSSL'] as const) {
        const typed = eximLines(lines, library);
        // Its values are OpenSSL's names, of which Exim with GnuTLS knows none.
        const main = typed.main.filter((line) => !line.startsWith('openssl_options ='));
        const { code, said } = exim.read({ ...typed, main });
        const excused = CANNOT.some((one) => one.said.test(said) && one.note.test(note));
        if (!excused) expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
      }
    },
  );

  /** `openssl_options` of Exim's specification, chapter "Main configuration". */
  it('name options of OpenSSL that Exim has', () => {
    const named = SETTINGS.flatMap(({ lines }) =>
      lines.flatMap((line) => /^openssl_options = (.*)/.exec(line)?.[1]?.split(' ') ?? []),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const option of named) expect(EXIM_OPENSSL_OPTIONS).toContain(option.slice(1));
  });
});

const EXIM_OPENSSL_OPTIONS = [
  'all',
  'allow_unsafe_legacy_renegotiation',
  'cipher_server_preference',
  'dont_insert_empty_fragments',
  'ephemeral_rsa',
  'legacy_server_connect',
  'microsoft_big_sslv3_buffer',
  'microsoft_sess_id_bug',
  'msie_sslv2_rsa_padding',
  'netscape_challenge_bug',
  'netscape_reuse_cipher_change_bug',
  'no_compression',
  'no_renegotiation',
  'no_session_resumption_on_renegotiation',
  'no_sslv2',
  'no_sslv3',
  'no_ticket',
  'no_tlsv1',
  'no_tlsv1_1',
  'no_tlsv1_2',
  'no_tlsv1_3',
  'safari_ecdhe_ecdsa_bug',
  'single_dh_use',
  'single_ecdh_use',
  'ssleay_080_client_dh_bug',
  'sslref2_reuse_cert_type_bug',
  'tls_block_padding_bug',
  'tls_d5_bug',
  'tls_rollback_bug',
];

const running: MailServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

async function scan(
  given: Partial<EximLines>,
  only: readonly string[],
  options: Partial<ScanOptions> = {},
): Promise<Report> {
  const server = await startExim(['smtp_accept_max = 0', ...(given.main ?? [])], given);
  running.push(server);
  return probeScan(
    { host: '127.0.0.1', port: server.port, mode: 'starttls', literal: 4 },
    { trust: labTrust(), servername: LAB_HOSTNAME, ehloName: 'client.example', only, ...options },
  );
}

const idsOf = ({ findings }: Report): string[] => [...new Set(findings.map(({ id }) => id))];

const typed = (id: string, library: BuiltWith = 'GnuTLS'): EximLines =>
  eximLines(explanationOf(id)?.fix.exim?.lines ?? [], library);

describe.skipIf(!ready)('an Exim with the fault', () => {
  const ciphers = (list: string): string[] => [`tls_require_ciphers = ${list}`];
  it.each<[string, string[], string[]]>([
    ['tls-1-0-accepted', ciphers('NORMAL:+VERS-TLS1.0:+VERS-TLS1.1'), ['protocols']],
    ['tls-1-1-accepted', ciphers('NORMAL:+VERS-TLS1.1'), ['protocols']],
    ['null-suites-accepted', ciphers('NORMAL:+NULL'), ['protocols']],
    ['short-block-suites-accepted', ciphers('NORMAL:+3DES-CBC'), ['protocols']],
    ['sha1-signature-accepted', ciphers('NORMAL:+SIGN-RSA-SHA1'), ['protocols', 'signature-schemes']],
    ['weak-groups-accepted', ciphers('NORMAL:+GROUP-SECP192R1'), ['protocols', 'groups']],
  ])('%s has it no more once the lines were typed', { timeout: 60_000 }, async (id, faulty, only) => {
    expect(idsOf(await scan({ main: faulty }, only))).toContain(id);
    const after = await scan(typed(id), only);
    expect(after.error).toBeNull();
    expect(idsOf(after)).not.toContain(id);
  });

  it('decides by its own order once the line was typed', { timeout: 60_000 }, async () => {
    const order = async (lines: Partial<EximLines>): Promise<unknown> =>
      (await scan(lines, ['protocols'])).scan?.protocols?.find(({ name }) => name === 'TLSv1.2')?.order;
    expect(await order({})).toBe('client');
    expect(await order(typed('server-order-missing'))).toBe('server');
  });

  const authenticators = [
    'plain:',
    '  driver = plaintext',
    '  public_name = PLAIN',
    '  server_prompts = :',
    '  server_condition = no',
  ];

  it('takes AUTH inside TLS alone once the line was typed', { timeout: 60_000 }, async () => {
    const before = await scan({ authenticators }, ['smtp']);
    expect(idsOf(before)).toEqual(expect.arrayContaining(['auth-before-tls', 'auth-accepted-before-tls']));
    const after = await scan({ ...typed('auth-before-tls'), authenticators }, ['smtp']);
    expect(after.smtp?.ehloAfterTls?.map(({ keyword }) => keyword)).toContain('AUTH');
    expect(idsOf(after).filter((id) => id.startsWith('auth-'))).toEqual([]);
  });
});
