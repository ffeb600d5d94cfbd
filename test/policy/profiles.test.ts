import { describe, expect, it } from 'vitest';
import { GROUP_NAMES, SCHEME_NAMES, SUITE_NAMES, suitesIn } from '../../src/checks/scan/known-names.js';
import { weaknessesOf } from '../../src/checks/scan/weak-suites.js';
import { matches, standingOf } from '../../src/policy/allowed.js';
import type { Profile, Requirements } from '../../src/policy/profile.js';
import { profileByName, PROFILES } from '../../src/policy/profiles/index.js';
import { PROFILE_NAMES } from '../../src/policy/profiles/names.js';
import { POLICY_RULES, ruleIds, rulesOf } from '../../src/policy/rules/index.js';
import { requireTool } from '../interop/support/require.js';
import { execFileSync } from 'node:child_process';

const all = PROFILES.map((profile) => [profile.name, profile] as const);

function listsOf({ suites, groups, signatures, dh, certificate }: Requirements) {
  return [
    ['suites', SUITE_NAMES(), [...(suites?.allowed ?? []), ...(suites?.phaseOut ?? [])]],
    [
      'groups',
      GROUP_NAMES(),
      [
        ...(groups?.allowed ?? []),
        ...(groups?.phaseOut ?? []),
        ...(groups?.required ?? []),
        ...(dh?.allowed ?? []),
        ...(dh?.phaseOut ?? []),
        ...[...(certificate?.keys ?? []), ...(certificate?.phaseOutKeys ?? [])].flatMap(
          ({ curves = [] }) => curves,
        ),
      ],
    ],
    ['schemes', SCHEME_NAMES(), [...(signatures?.allowed ?? []), ...(signatures?.phaseOut ?? [])]],
  ] as const;
}

it('each profile has its name among those that a shell completes', () => {
  expect(PROFILES.map(({ name }) => name)).toEqual(PROFILE_NAMES);
});

describe.each(all)('the profile %s', (_name, profile: Profile) => {
  it('names nothing that does not exist', () => {
    for (const [, known, used] of listsOf(profile.requirements)) {
      expect(used.filter((pattern) => !known.some((name) => matches(pattern, name)))).toEqual([]);
    }
    expect(Object.keys(profile.rules).filter((id) => !ruleIds().has(id))).toEqual([]);
  });

  it('says where it comes from, and has each rule once', () => {
    expect(profile.source.url).toMatch(/^https:\/\//);
    expect(profile.source.date).toMatch(/^20\d\d-\d\d(?:-\d\d)?$/);
    const ids = rulesOf(profile).map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    expect(rulesOf(profile).every(({ sourced }) => sourced.source !== '')).toBe(true);
  });

  it('fails for no STARTTLS, an injection, and what does not verify, but for what it says it warns of', () => {
    const rules = new Map(rulesOf(profile).map((rule) => [rule.id, rule.severity]));
    for (const id of [
      'starttls-not-offered',
      'bytes-before-tls',
      'starttls-command-injection',
      'judges-disagree',
    ])
      expect(rules.get(id)).toMatch(/^(?:error|as-found)$/);
    const trust = ['chain-untrusted', 'certificate-expired', 'hostname-mismatch'].map((id) => rules.get(id));
    expect(new Set(trust)).toEqual(new Set([profile.name.startsWith('ncsc') ? 'warning' : 'as-found']));
  });

  it('forbids every suite that is broken, in one way or the other', () => {
    const { suites } = profile.requirements;
    const kinds = [
      'null-suites-accepted',
      'export-suites-accepted',
      'des-suites-accepted',
      'rc4-suites-accepted',
    ];
    const weak = SUITE_NAMES().filter((name) => weaknessesOf(name).some((kind) => kinds.includes(kind)));
    expect(weak.length).toBeGreaterThan(50);
    const ids = rulesOf(profile).map(({ id }) => id);
    const escaped = weak.filter((name) =>
      suites === undefined
        ? !weaknessesOf(name).some((kind) => ids.includes(kind))
        : standingOf(name, suites) !== 'forbidden',
    );
    // TLS 1.3 has two without encryption (RFC 9150); they have names of their own.
    expect(escaped).toEqual([]);
  });
});

describe('what the sources say', () => {
  const standing = (profile: string, name: string): string => {
    const suites = profileByName(profile)?.requirements.suites;
    return suites === undefined ? 'none' : standingOf(name, suites);
  };

  /** The tables of the guidelines, appendix B, as the field notes of the project have them. */
  it.each([
    ['ncsc-nl-2025-05', 'TLS_CHACHA20_POLY1305_SHA256', 'allowed'],
    ['ncsc-nl-2025-05', 'TLS_AES_128_CCM_SHA256', 'allowed'],
    ['ncsc-nl-2025-05', 'TLS_AES_128_CCM_8_SHA256', 'forbidden'],
    ['ncsc-nl-2025-05', 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM', 'allowed'],
    ['ncsc-nl-2025-05', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'phase-out'],
    ['ncsc-nl-2025-05', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'forbidden'],
    ['ncsc-nl-2025-05', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'phase-out'],
    ['ncsc-nl-2025-05', 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'forbidden'],
    ['intermediate', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'allowed'],
    ['intermediate', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'forbidden'],
    ['intermediate', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'forbidden'],
    ['modern', 'TLS_AES_128_CCM_SHA256', 'forbidden'],
    ['old', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'allowed'],
    ['old', 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', 'forbidden'],
    ['rfc9325', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'allowed'],
    ['rfc9325', 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'phase-out'],
    ['rfc9325', 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'phase-out'],
    ['rfc9325', 'TLS_DH_anon_WITH_AES_128_GCM_SHA256', 'forbidden'],
    ['rfc9325', 'TLS_RSA_WITH_NULL_SHA256', 'forbidden'],
    ['rfc9325', 'TLS_ECDHE_ECDSA_WITH_NULL_SHA', 'forbidden'],
    ['rfc9325', 'TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA', 'forbidden'],
  ])('%s: %s is %s', (profile, name, expected) => {
    expect(standing(profile, name)).toBe(expected);
  });

  const groupIn = (name: string): string => {
    const groups = profileByName('rfc9325')?.requirements.groups;
    return groups === undefined ? 'none' : standingOf(name, groups);
  };

  /** The profile said that it has RFC 9847 in it, and let a server have curves that its section 6 discourages. */
  it.each([
    ['secp224r1', 'phase-out'],
    ['secp224k1', 'phase-out'],
    ['sect233k1', 'phase-out'],
    ['sect239k1', 'phase-out'],
    ['secp192r1', 'forbidden'],
    ['secp256r1', 'allowed'],
    ['sect283k1', 'allowed'],
    ['X25519MLKEM768', 'allowed'],
  ])('RFC 9325 with RFC 9847: %s is %s', (name, expected) => {
    expect(groupIn(name)).toBe(expected);
  });

  /** Section 4.5: SHA-1 and MD5 MUST NOT be used [RFC 9155]. A server that signs its key exchange with SHA-1 passed. */
  it.each([
    ['rsa_pkcs1_sha1', 'forbidden'],
    ['ecdsa_sha1', 'forbidden'],
    ['rsa_pkcs1_md5', 'forbidden'],
    ['rsa_pkcs1_sha224', 'phase-out'],
    ['rsa_pkcs1_sha256', 'allowed'],
    ['rsa_pss_rsae_sha512', 'allowed'],
    ['ed25519', 'allowed'],
  ])('RFC 9325 section 4.5: the key exchange signed with %s is %s', (name, expected) => {
    const signatures = profileByName('rfc9325')?.requirements.signatures;
    expect(signatures && standingOf(name, signatures)).toBe(expected);
  });

  it('RFC 9325 section 3.10 has early data avoided (MUST), and the profile fails it', () => {
    expect(profileByName('rfc9325')?.rules['early-data-offered']?.severity).toBe('error');
  });

  /** The paragraphs that Internet.nl's explanations of its mail test name for each of its subtests. */
  it.each([
    ['tls-compression', '3.4.1', 'error'],
    ['insecure-renegotiation', '3.4.2', 'error'],
    ['client-renegotiation-accepted', '3.4.2', 'warning'],
    ['early-data-offered', '3.4.4', 'error'],
    ['extended-master-secret-missing', '4.1', 'error'],
  ])('NCSC-NL speaks of %s in %s (%s)', (id, source, severity) => {
    expect(profileByName('ncsc-nl-2025-05')?.rules[id]).toMatchObject({ source, severity });
  });

  it('NCSC-NL lists 35 suites as to be phased out', () => {
    const names = suitesIn('TLSv1.2').filter(({ name }) => standing('ncsc-nl-2025-05', name) === 'phase-out');
    expect(names).toHaveLength(35);
  });

  /** RFC 9325 section 4.1 says less than 112 bits MUST NOT: OpenSSL's own count of the strength is the witness. */
  it.runIf(requireTool('openssl'))(
    'RFC 9325 forbids all that OpenSSL calls anonymous, export, NULL or of less than 112 bits',
    () => {
      const out = execFileSync('openssl', ['ciphers', '-stdname', 'aNULL:eNULL:LOW:EXPORT:@SECLEVEL=0'], {
        encoding: 'utf8',
      });
      const names = out.split('\n').flatMap((line) => /^(TLS_\S+_WITH_\S+)/.exec(line)?.[1] ?? []);
      expect(names.length).toBeGreaterThan(10);
      expect(names.filter((name) => standing('rfc9325', name) !== 'forbidden')).toEqual([]);
    },
  );
});

it('every rule of the engine is of some profile, of an expectation, or of a waiver', () => {
  const used = new Set(PROFILES.flatMap((profile) => rulesOf(profile).map(({ id }) => id)));
  const unused = POLICY_RULES.filter((id) => !used.has(id) && !/^(?:expected|waiver)-/.test(id));
  expect(unused.sort()).toEqual(['group-missing', 'tls-1-3-accepted']);
});
