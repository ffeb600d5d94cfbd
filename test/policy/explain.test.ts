import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUTH_CHECKS, FILE_CHECKS, TLS_CHECKS } from '../../src/checks/index.js';
import { ADDRESS_FINDINGS } from '../../src/checks/scan/addresses.js';
import { SCAN_CHECKS } from '../../src/checks/scan/index.js';
import { PORTS } from '../../src/checks/scan/smtp-findings.js';
import { ERROR_OUTCOMES } from '../../src/core/errors.js';
import { EXPLANATIONS, explanationOf } from '../../src/policy/explain/index.js';
import { RULES_INCONCLUSIVE } from '../../src/policy/decide.js';
import { POLICY_RULES } from '../../src/policy/rules/index.js';
import type { Explanation } from '../../src/policy/explain/explanation.js';
import { verifyCodes } from '../../src/x509/verify-codes.js';

/*
 * Whoever reads an id in a report looks it up. An id that nobody has explained, and an explanation of something that there is not,
 * both come of a rename that forgot this place.
 */

const RULES = new Set([
  ...[...TLS_CHECKS, ...FILE_CHECKS, ...AUTH_CHECKS, ...SCAN_CHECKS].flatMap(({ ids }) => ids),
  ...ADDRESS_FINDINGS,
  ...PORTS.map(({ id }) => id),
  ...POLICY_RULES,
  RULES_INCONCLUSIVE,
]);

const idsOf = (kind: Explanation['kind']): string[] =>
  EXPLANATIONS.filter((one) => one.kind === kind).map(({ id }) => id);

describe('there is one explanation', () => {
  it('of every rule, and of none that there is not', () => {
    expect(idsOf('rule').sort()).toEqual([...RULES].sort());
  });

  it('of every error code, and of none that there is not', () => {
    expect(idsOf('error').sort()).toEqual(Object.keys(ERROR_OUTCOMES).sort());
  });

  it("of every verify code, with OpenSSL's number and words, in their order", () => {
    expect(
      EXPLANATIONS.filter(({ kind }) => kind === 'verify').map(({ number, id, title }) => [
        number,
        id,
        title,
      ]),
    ).toEqual(verifyCodes().map(({ code, name, reason }) => [code, name, reason]));
  });
});

const named = EXPLANATIONS.map((one) => [`${one.kind} ${one.id}`, one] as const);

describe('an explanation', () => {
  it.each(named)('says what, why, how and what to change: %s', (_, one) => {
    const { what, why, attack, measured, fix } = one;
    for (const text of [what, why, measured, attack, fix.other]) {
      if (text !== undefined) expect(text).toMatch(/^\S.*[.?]$/);
    }
    expect(Object.values(fix).filter((part) => part !== undefined)).not.toEqual([]);
    expect(one.title).not.toMatch(/\.$/);
    for (const setting of [fix.postfix, fix.exim]) {
      if (setting === undefined) continue;
      expect(setting.lines.length).toBeGreaterThan(0);
      expect(setting.manual).toMatch(
        setting === fix.postfix ? /^postconf\(5\), [a-z]/ : /^Exim specification, chapter/,
      );
    }
  });

  it.each(named)('is in plain characters, each reference a thing of its own: %s', (_, one) => {
    expect(JSON.stringify(one)).toMatch(/^[\x20-\x7e…]*$/);
    for (const ref of one.refs) expect(ref).not.toMatch(/,(?! -)/);
  });

  it('names where each Postfix parameter that it sets is described', () => {
    const missing = EXPLANATIONS.flatMap(({ id, fix }) =>
      (fix.postfix?.lines ?? [])
        .flatMap((line) => [...line.matchAll(/["'/]([a-z0-9_]+) ?=/g)].map(([, name = '']) => name))
        .filter((name) => fix.postfix?.manual.includes(name) !== true)
        .map((name) => `${id}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

/** What each number is about. 2016-2098 stood where 2016-2217 was meant, and is about Ruby on Rails. */
const CVES: Readonly<Record<string, string>> = {
  'CVE-2009-3555': 'TLS renegotiation',
  'CVE-2011-0411': 'STARTTLS injection, Postfix',
  'CVE-2011-1430': 'STARTTLS injection, IMail',
  'CVE-2011-1473': 'renegotiation by clients',
  'CVE-2011-2165': 'STARTTLS injection, WatchGuard XCS',
  'CVE-2011-3389': 'BEAST',
  'CVE-2012-4929': 'CRIME',
  'CVE-2013-0169': 'Lucky Thirteen',
  'CVE-2013-2566': 'RC4',
  'CVE-2014-0160': 'Heartbleed',
  'CVE-2014-3566': 'POODLE',
  'CVE-2015-0204': 'FREAK, OpenSSL',
  'CVE-2015-1067': 'FREAK, Apple',
  'CVE-2015-1637': 'FREAK, Microsoft',
  'CVE-2015-2808': 'RC4, bar mitzvah',
  'CVE-2015-3197': 'SSLv2 suites that are switched off',
  'CVE-2015-4000': 'Logjam',
  'CVE-2015-6112': 'triple handshake, Microsoft',
  'CVE-2015-7575': 'SLOTH',
  'CVE-2016-0701': 'DH of RFC 5114, OpenSSL',
  'CVE-2016-0703': 'DROWN, divide and conquer',
  'CVE-2016-0800': 'DROWN',
  'CVE-2016-2183': 'SWEET32, 3DES',
  'CVE-2016-2217': 'a DH modulus that is no prime, socat',
  'CVE-2016-6329': 'SWEET32, OpenVPN',
  'CVE-2020-0601': 'curves with parameters of their own, Microsoft',
  'CVE-2021-33515': 'STARTTLS injection, Dovecot',
};

it('the checks and the explanations cite no CVE that is about something else', () => {
  const files = ['src/checks', 'src/policy'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const cited = new Set(files.flatMap((text) => text.match(/CVE-\d{4}-\d+/g) ?? []));
  expect([...cited].sort()).toEqual(Object.keys(CVES));
});

/** Exim's options that were tried with exim -bV of 4.96. */
const EXIM_OPTIONS = [
  'acl_smtp_mail',
  'auth_advertise_hosts',
  'daemon_smtp_ports',
  'helo_accept_junk_hosts',
  'helo_allow_chars',
  'local_interfaces',
  'openssl_options',
  'smtp_accept_max_per_host',
  'smtp_banner',
  'tls_advertise_hosts',
  'tls_alpn',
  'tls_certificate',
  'tls_dhparam',
  'tls_eccurve',
  'tls_ocsp_file',
  'tls_on_connect_ports',
  'tls_privatekey',
  'tls_require_ciphers',
  'tls_resumption_hosts',
  'tls_try_verify_hosts',
  'tls_verify_hosts',
];

describe('the lines for Exim', () => {
  it('set no option of the main configuration but those that were tried', () => {
    const lines = EXPLANATIONS.flatMap(({ fix }) => fix.exim?.lines ?? []);
    const names = lines.flatMap((line) => /^([a-z_0-9]+) =/.exec(line)?.[1] ?? []);
    expect([...new Set(names)].sort()).toEqual(EXIM_OPTIONS);
  });

  it('say for which library they are where it matters', () => {
    for (const { id, fix } of EXPLANATIONS) {
      const text = fix.exim?.lines.join('\n') ?? '';
      if (/openssl_options|tls_eccurve|tls_require_ciphers/.test(text))
        expect(text, id).toContain('# built with');
    }
  });
});

describe('what is looked up', () => {
  it.each([
    ['tls-1-0-accepted', 'tls-1-0-accepted'],
    ['TLS-1-0-Accepted', 'tls-1-0-accepted'],
    ['x509_v_err_cert_has_expired', 'X509_V_ERR_CERT_HAS_EXPIRED'],
    ['CERT_HAS_EXPIRED', 'X509_V_ERR_CERT_HAS_EXPIRED'],
    ['10', 'X509_V_ERR_CERT_HAS_EXPIRED'],
    ['0', 'X509_V_OK'],
    ['connection-refused', 'connection-refused'],
  ])('%s is %s', (word, id) => {
    expect(explanationOf(word)?.id).toBe(id);
  });

  it.each(['', '96', '1e1', '-1', '10.0', '0x0a', 'constructor', 'rule'])('%j is nothing', (word) => {
    expect(explanationOf(word)).toBeUndefined();
  });

  it('is the rule where an error has the same id', () => {
    const both = idsOf('error').filter((id) => idsOf('rule').includes(id));
    expect(both).toEqual(['starttls-not-offered', 'starttls-refused']);
    for (const id of both) expect(explanationOf(id)?.kind).toBe('rule');
  });
});
