import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openGate, openProfile, type OpenGate } from '../../src/cli/gate-file/open.js';
import { known } from '../../src/cli/gate/known.js';
import { sayError } from '../../src/cli/say.js';
import { SmtpcheckError } from '../../src/core/errors.js';
import type { Profile } from '../../src/policy/profile.js';
import { expectGolden, readGolden } from '../support/golden.js';

/*
 * What a gate's file is taken for, and what is said of one that cannot be used: all of its mistakes at once, each with line and
 * column. A mistake that is passed over would be a server that nobody judges.
 */

function profile(name: string): Profile {
  return {
    name,
    version: '1',
    title: `the profile ${name}`,
    summary: 'For tests.',
    source: { title: 'a text', url: 'https://example.org/', date: '2026-01-01' },
    notes: [],
    requirements: {
      protocols: { allowed: ['TLSv1.2', 'TLSv1.3'] },
      suites: { allowed: ['TLS_AES_128_GCM_SHA256'] },
    },
    rules: {
      'tls-1-0-accepted': { severity: 'error', source: 'section 1' },
      'hostname-mismatch': { severity: 'error' },
    },
  };
}

const KNOWN = {
  rules: ['tls-1-0-accepted', 'tls-1-1-accepted', 'hostname-mismatch'],
  profiles: ['mx', 'submission', 'modern', 'intermediate'].map(profile),
  rulesOf: ({ rules }: Profile) => Object.keys(rules),
};

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-gate-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function saved(content: string | Uint8Array, name = 'smtpcheck.yaml'): string {
  const file = join(dir, name);
  writeFileSync(file, content);
  return file;
}

const open = (text: string | Uint8Array): OpenGate => openGate(saved(text), KNOWN);

/** What the user sees of the error. */
function said(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    let text = '';
    const stderr = (words: string): void => void (text += words);
    sayError({ stdout: stderr, stderr, stdoutIsTty: false, stderrIsTty: false, columns: 80, env: {} }, error);
    return text.replaceAll(`${dir}/`, '').replaceAll('smtpcheck: error: ', '');
  }
  return 'nothing\n';
}

/** Each case of a golden file, and the file as it would be with what is said now. */
function replay(golden: string, run: (text: string) => unknown): string {
  return readGolden(golden)
    .split(/^(?===== )/m)
    .map((block) => {
      const [, title = '', text = ''] = /^==== (.*)\n([^]*?)^---- says\n/m.exec(block) ?? [];
      return `==== ${title}\n${text}---- says\n${said(() => run(text))}`;
    })
    .join('');
}

describe('a gate that cannot be used', () => {
  it('is told all that is wrong with it, each with its place', () => {
    expectGolden('gate-file/faulty.txt', replay('gate-file/faulty.txt', open));
  });

  it('is told so of a profile too', () => {
    expectGolden(
      'gate-file/faulty-profile.txt',
      replay('gate-file/faulty-profile.txt', (text) => openProfile(saved(text, 'own.yaml'), KNOWN)),
    );
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    [
      'is larger than any list of servers',
      Buffer.alloc(100 * 1024 * 1024, '#\n'),
      /it is larger than 1 MiB$/,
    ],
    [
      'is no text',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      /:1: it is not UTF-8\nhint: /,
    ],
    [
      'has a line in Latin-1',
      Buffer.from('version: 1\nprofile: mx\n# b\xfccher\n', 'latin1'),
      /:3: it is not UTF-8\nhint: iconv/,
    ],
    ['is UTF-16', Buffer.from('\ufeffversion: 1', 'utf16le'), /it is not UTF-8\nhint: .*PowerShell/],
    ['has NUL in it', 'version: 1\0', /smtpcheck\.yaml:1:11: it is no text: .*0x00/],
    ['is nested a hundred thousand times', '['.repeat(100_000), /nested too deeply/],
    ['is nested in JSON', `{"version":${'['.repeat(60)}${']'.repeat(60)}}`, /nested too deeply/],
    [
      'is JSON with comments',
      '{ "version": 1, // one\n "profile": "mx" }',
      /\/\/ one.*\nhint: a comment begins with #/,
    ],
    [
      'names none of its targets, with a waiver for one',
      'version: 1\nprofile: mx\ntargets: [{ host: a b }]\n' +
        'waivers: [{ rule: tls-1-0-accepted, target: a, until: 2027-01-31, reason: x }]\n',
      /^[^\n]*:3:19: "a b" is not a host name or an address$/,
    ],
    [
      'uses an alias of nothing',
      'version: 1\nprofile: *mine\n',
      /yaml:2:10: no anchor before it is called mine$/,
    ],
    [
      'names a profile that is not there',
      'version: 1\ntargets: [{ host: a.example, profile: ./none.yaml }]',
      /the profile cannot be read: .*none\.yaml: there is no such file$/,
    ],
  ])('%s', (_what, content, words) => {
    expect(said(() => open(content)).trim()).toMatch(words);
  });

  // One wrong expectation kept the others from being looked at: they were told of one run later.
  it('is told of each expectation that cannot be', () => {
    const expectations = '{ min-tls: "1.4", groups: [X2551, NOSUCH], other: 1 }';
    const text = said(() =>
      open(`version: 1\nprofile: mx\ntargets: [{ host: a, expect: ${expectations} }]\n`),
    );
    for (const words of [
      '"min-tls" of target 1',
      'unknown group "X2551"',
      'unknown group "NOSUCH"',
      '"other"',
    ])
      expect(text).toContain(words);
  });

  it('is told what a rule, an order and a reading take', () => {
    const text = said(() =>
      openProfile(
        saved(
          'name: own\nextends: mx\nrules: { hostname-mismatch: { severity: warnin, reading: false } }\n' +
            'requirements: { order: { by: client } }\n',
          'own.yaml',
        ),
        KNOWN,
      ),
    );
    expect(text).toContain('"severity" takes error, warning, info, as-found or off, not "warnin"');
    expect(text).toContain('did you mean warning?');
    expect(text).toContain('"reading" takes true or is left out, not false');
    expect(text).toContain('"by" takes server or is left out, not "client"');
  });

  it('has all that is wrong in the one message of --json too', () => {
    expect(() => open('version: 2\ntargets: 1\n')).toThrow(/yaml:1:10: .*; .*yaml:2:10: /);
  });

  it('takes no minute of aliases to look up', () => {
    const text = `version: 1\na: &a [${'x,'.repeat(20_000)}x]\nb: [${'*a,'.repeat(99)}*a]\n`;
    const from = performance.now();
    expect(said(() => open(text))).toContain('its aliases stand for too much');
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

/** Comparing each with each, ten thousand targets took half a minute, in which not even Ctrl-C was heard. */
describe('a long file', () => {
  const targets = Array.from({ length: 10_000 }, (_, i) => `  - host: h${i}.example.org\n`).join('');
  const head = 'version: 1\nprofile: mx\ntargets:\n';

  it('of ten thousand targets is read in no time', { timeout: 8_000 }, () => {
    expect(open(head + targets).gate.targets).toHaveLength(10_000);
    expect(said(() => open(`${head}${targets}  - host: h7.example.org\n`))).toContain(
      'smtpcheck.yaml:10004:11: "h7.example.org" is there twice: it is target 8 already (line 11)',
    );
  });

  it('of something else is refused in no time', { timeout: 8_000 }, () => {
    const keys = Array.from({ length: 50_000 }, (_, i) => `k${i}: 1\n`).join('');
    const text = said(() => open(keys));
    expect(text).toContain('smtpcheck.yaml:1:1: unknown key "k0" at the top of the file');
    expect(text).toMatch(/smtpcheck\.yaml: and 49[0-9]{3} more errors\n$/);
  });

  it('is told all of its keys that are there twice', () => {
    const text = said(() =>
      open('version: 1\nversion: 1\ntargets: [{ host: a, "host": b, 1: x, "1": y }]\n'),
    );
    expect(text.match(/\d+:\d+: this key is there twice/g)).toEqual([
      '2:1: this key is there twice',
      '3:22: this key is there twice',
      '3:39: this key is there twice',
    ]);
  });
});

describe('a gate', () => {
  const ISSUE = `# yaml-language-server: $schema=./schema/gate.schema.json
version: 1
profile: mx
defaults: { ca-path: certs, expires-within: 21d, timeout: 20s }
targets:
  - host: mx1.example.org:25
  - host: submit.example.org:587
    profile: submission
    ca-file: [own.pem, /etc/ssl/own.pem]
    expect:
      min-tls: "1.2"
      groups: [X25519MLKEM768, P-256]
      cert-sha256: "AB:CD:${'00:'.repeat(29)}0f"
      auth-mechanisms: [plain, PLAIN, login]
      starttls: required
waivers:
  - { rule: tls-1-0-accepted, target: mx1.example.org, until: 2027-03-31, reason: "fax gateway, ticket 4711" }
`;

  it('is plain data, with the paths of its folder', () => {
    const { gate } = open(ISSUE);
    const [mx, submit] = gate.targets;
    expect(mx).toMatchObject({
      target: { host: 'mx1.example.org', port: 25, mode: 'starttls', literal: 0 },
      profile: 'mx',
      options: {
        caPaths: [join(dir, 'certs')],
        caFiles: [],
        expiresWithinMs: 21 * 86_400_000,
        timeoutMs: 20_000,
        failOn: 'error',
        inconclusive: 'inconclusive',
        family: 0,
      },
      expect: {},
      line: 6,
    });
    expect(mx?.waivers).toEqual([
      {
        rule: 'tls-1-0-accepted',
        target: 'mx1.example.org',
        until: '2027-03-31',
        reason: 'fax gateway, ticket 4711',
        where: `${join(dir, 'smtpcheck.yaml')}:17:5`,
      },
    ]);
    expect(submit).toMatchObject({
      profile: 'submission',
      options: { caPaths: [], caFiles: [join(dir, 'own.pem'), '/etc/ssl/own.pem'], timeoutMs: 20_000 },
      expect: {
        minTls: '1.2',
        groups: ['X25519MLKEM768', 'secp256r1'],
        certSha256: [`abcd${'00'.repeat(29)}0f`],
        authMechanisms: ['PLAIN', 'LOGIN'],
        starttls: 'required',
      },
      waivers: [],
    });
    expect(JSON.parse(JSON.stringify(gate))).toEqual(gate);
  });

  it('is the same in JSON', () => {
    const json = JSON.stringify(
      {
        $schema: 'https://example.org/gate.schema.json',
        version: 1,
        profile: 'mx',
        targets: [{ host: 'a.example', expect: { 'min-tls': 1.2 } }],
      },
      null,
      '\t',
    );
    const yaml = 'version: 1\nprofile: mx\ntargets:\n  - { host: a.example, expect: { min-tls: 1.2 } }\n';
    const withoutLines = ({ gate }: OpenGate): unknown =>
      gate.targets.map((target) => ({ ...target, line: 0 }));
    expect(withoutLines(open(json))).toEqual(withoutLines(open(yaml)));
  });

  it.each<[string, string]>([
    ['1.2', '1.2'],
    ['"1.2"', '1.2'],
    ['1.0', '1.0'],
    ['1', '1.0'],
    ['TLSv1.3', '1.3'],
    ['TLSv1', '1.0'],
  ])('takes min-tls: %s as it is meant', (text, version) => {
    const { gate } = open(
      `version: 1\ntargets: [{ host: a.example, profile: mx, expect: { min-tls: ${text} } }]`,
    );
    expect(gate.targets[0]?.expect.minTls).toBe(version);
  });

  it('takes no for a host, and off for a severity: YAML 1.1 would make them booleans', () => {
    const { gate } = open('version: 1\nprofile: mx\ntargets: [{ host: no }, { host: on, servername: yes }]');
    expect(gate.targets.map(({ target }) => target.host)).toEqual(['no', 'on']);
    expect(gate.targets[1]?.options.servername).toBe('yes');
  });

  it('lets an alias stand for what it says', () => {
    const { gate } = open(
      'version: 1\nprofile: mx\ntargets:\n  - { host: a.example, expect: &e { min-tls: 1.2 } }\n  - { host: b.example, expect: *e }\n',
    );
    expect(gate.targets.map(({ expect: { minTls } }) => minTls)).toEqual(['1.2', '1.2']);
  });

  it.each<[string, string, object]>([
    ['a CA of its own alone', 'ca-file: own.pem', { caPaths: [], caStores: [], caFiles: ['own.pem'] }],
    ['a name to send, where the others send none', 'servername: b.example', { servername: 'b.example' }],
    ['its family', 'ipv6: true', { family: 6 }],
    ['its time', 'timeout: 5s', { timeoutMs: 5_000 }],
    ['that it may be unknown', 'inconclusive: warn', { inconclusive: 'warn' }],
  ])('lets a target have %s', (_what, own, options) => {
    const { gate } = open(
      `version: 1\nprofile: mx\ndefaults: { ca-path: d, ca-store: system, no-sni: true, ipv4: true, timeout: 20s, inconclusive: fail }\ntargets: [{ host: a.example, ${own} }, { host: b.example }]`,
    );
    const shown = JSON.parse(JSON.stringify(gate.targets[0]?.options).replaceAll(`${dir}/`, '')) as object;
    expect(shown).toMatchObject(options);
    expect(gate.targets[1]?.options).toMatchObject({
      caStores: ['system'],
      servername: null,
      family: 4,
      timeoutMs: 20_000,
      inconclusive: 'fail',
    });
    expect(gate.inconclusive).toBe('fail');
  });

  it.each<[string, string, string[]]>([
    ['all', '', ['a.example:25', 'a.example:587', 'a.example:465', 'b.example:25']],
    ['all of a host', 'target: A.example, ', ['a.example:25', 'a.example:587', 'a.example:465']],
    ['one port', 'target: a.example:587, ', ['a.example:587']],
    ['one with its scheme', 'target: smtps://a.example, ', ['a.example:465']],
  ])('has waivers for %s', (_what, target, covered) => {
    const { gate } = open(
      `version: 1\nprofile: mx\ntargets: [{ host: a.example }, { host: a.example:587 }, { host: smtps://a.example }, { host: b.example }]\nwaivers: [{ rule: hostname-mismatch, ${target}until: 2028-02-29, reason: "known" }]`,
    );
    const waived = gate.targets.filter(({ waivers }) => waivers.length > 0);
    expect(waived.map(({ target: { host, port } }) => `${host}:${port}`)).toEqual(covered);
    // One object, so that a waiver for all is not called unused by each target that has no use for it.
    for (const { waivers } of waived) expect(waivers[0]).toBe(gate.waivers[0]);
  });

  it('has the profile of a file, merged over the one that it extends', () => {
    mkdirSync(join(dir, 'profiles'), { recursive: true });
    saved(
      `name: ours
extends: intermediate
title: Ours
requirements:
  suites: { allowed: [ECDHE-RSA-AES128-GCM-SHA256, TLS_AES_*], phaseOut: [AES128-SHA] }
  groups: { allowed: [X25519, P-256], required: [prime256v1] }
rules:
  tls-1-0-accepted: warning
  tls-1-1-accepted: { severity: off, source: our paper }
`,
      'profiles/ours.yaml',
    );
    const { gate, profileOf } = open(
      'version: 1\nprofile: mx\ntargets: [{ host: a.example, profile: profiles/ours.yaml }, { host: b.example }]',
    );
    const [own, plain] = gate.targets;
    expect(own?.profile).toEqual({ file: join(dir, 'profiles/ours.yaml') });
    expect(own === undefined ? null : profileOf(own)).toEqual({
      ...profile('intermediate'),
      name: 'ours',
      title: 'Ours',
      summary: 'It extends intermediate. For tests.',
      requirements: {
        protocols: { allowed: ['TLSv1.2', 'TLSv1.3'] },
        suites: {
          allowed: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_AES_*'],
          phaseOut: ['TLS_RSA_WITH_AES_128_CBC_SHA'],
        },
        groups: { allowed: ['x25519', 'secp256r1'], required: ['secp256r1'] },
      },
      rules: {
        'tls-1-0-accepted': { severity: 'warning', source: 'section 1' },
        'hostname-mismatch': { severity: 'error' },
        'tls-1-1-accepted': { severity: 'off', source: 'our paper' },
      },
    });
    expect(plain === undefined ? null : profileOf(plain)).toBe(KNOWN.profiles[0]);
  });
});

describe('whatever a file holds', () => {
  const GOOD = `version: 1
profile: mx
defaults: { ca-path: [certs, "b"], timeout: 20s, depth: 3 }
targets:
  - &a { host: "a.example:25", expect: { min-tls: 1.2, groups: [x25519], auth-mechanisms: [] } }
  - { host: smtps://b.example, profile: submission, ipv4: true }
waivers: [{ rule: hostname-mismatch, until: 2027-03-31, reason: "x", target: a.example }]
`;
  const PROFILE = `name: ours
extends: mx
rules: { hostname-mismatch: off, tls-1-0-accepted: { severity: warning } }
requirements: { suites: { allowed: ["TLS_*"] }, certificate: { keysOf: leaf, keys: [{ type: ec, curves: [P-256] }] } }
`;
  const PIECES = [
    '*a',
    '&b',
    '<<',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '\n',
    '\t',
    '"',
    '- ',
    '?',
    '!x',
    '~',
    '1',
    '%',
    '|',
    '>',
    '---\n',
    '\u2028',
    '__proto__',
  ];
  const mutated = (text: string): fc.Arbitrary<string> =>
    fc
      .array(fc.tuple(fc.nat(text.length), fc.nat(4), fc.constantFrom(...PIECES)), { maxLength: 4 })
      .map((cuts) =>
        cuts.reduce((whole, [at, drop, piece]) => whole.slice(0, at) + piece + whole.slice(at + drop), text),
      );

  it('is read or refused with a place, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(GOOD), fc.string()), (text) => {
        expect(said(() => open(text))).toMatch(/^(?:nothing|smtpcheck\.yaml:\d+:\d+: )/);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(mutated(PROFILE), (text) => {
        expect(said(() => openProfile(saved(text, 'own.yaml'), KNOWN))).toMatch(
          /^(?:nothing|own\.yaml:\d+:\d+: )/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** A profile of one's own whose words judge nothing would pass what it is there to fail. */
describe('a profile of one’s own', () => {
  const saidOf = (text: string): string =>
    said(() => openProfile(saved(`{ name: ours, extends: mx, ${text} }`, 'own.yaml'), known()));

  it.each([
    [
      'rules: { tls-1-3-missing: error }',
      'own.yaml:1:37: nothing in this profile is judged by "tls-1-3-missing"',
    ],
    ['rules: { dh-prime-short: error }', 'a part of "requirements" brings it'],
    ['rules: { expected-groups: warning }', 'what is expected stands under "expect" of a target'],
    ['requirements: { protocols: { allowed: [TLSv1], required: [TLSv1] } }', 'own.yaml:1:86: '],
    ['requirements: { groups: { allowed: ["*"], required: ["*MLKEM*"] } }', 'unknown group "*MLKEM*"'],
    ['requirements: { certificate: { keysOf: leaf, keys: [{ type: "ed*" }] } }', 'unknown type of key "ed*"'],
  ])('is refused: %s', (text, words) => {
    expect(saidOf(text)).toContain(words);
  });

  it.each([
    'rules: { tls-1-3-missing: off }',
    'requirements: { protocols: { allowed: [TLSv1.3], required: [TLSv1.3] } }, rules: { tls-1-3-missing: warning }',
    'requirements: { certificate: { keysOf: leaf, keys: [{ type: rsa }], digests: ["sha2*", "*"] } }',
  ])('is read: %s', (text) => {
    expect(saidOf(text)).toBe('nothing\n');
  });
});

describe('the README', () => {
  it('shows files that are read', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, section = ''] = /^### The gate's file\n([^]*?)^### /m.exec(readme) ?? [];
    const [gate = '', own = ''] = [...section.matchAll(/^```yaml\n([^]*?)^```/gm)].map(
      ([, text]) => text ?? '',
    );
    saved(own, 'our-submission.yaml');
    const { gate: read, profileOf } = openGate(saved(gate), known());
    expect(read.targets.map((target) => profileOf(target).name)).toEqual(['mx', 'our-submission']);
    expect(read.waivers).toHaveLength(1);
  });
});
