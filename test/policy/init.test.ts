import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openGate } from '../../src/cli/gate-file/open.js';
import { known } from '../../src/cli/gate/known.js';
import { parseTarget } from '../../src/core/parse-target.js';
import type { EhloKeyword, Report } from '../../src/core/report.js';
import type { Gate } from '../../src/policy/gate-file/gate.js';
import { profileFor, propose, type Proposal } from '../../src/policy/init/propose.js';
import { writeGate } from '../../src/policy/init/write.js';
import { mx, submission } from '../../src/policy/profiles/roles.js';
import { pass } from '../report/samples.js';

/*
 * A gate's file is made out of what servers say of themselves, and then read by a YAML parser and by people. A server may say
 * anything: a line end in its certificate's subject was to end a comment, and to write the next line of the policy.
 */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-init-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NOW = Date.parse('2026-11-25T12:00:00Z');
const but = (changes: object): Report => ({ ...pass, ...changes });

function proposed(text: string, report: Report): Proposal {
  const target = parseTarget(text, { port: 25 });
  return propose(target, report, profileFor(target) === 'mx' ? mx : submission, NOW);
}

const write = (...proposals: Proposal[]): string => writeGate({ proposals, defaults: {}, now: NOW });

function read(text: string): Gate {
  const file = join(dir, 'smtpcheck.yaml');
  writeFileSync(file, text);
  return openGate(file, known()).gate;
}

const protocols = (answers: Readonly<Record<string, string>>): object => ({
  connections: {},
  checks: ['protocols'],
  unknown: [],
  protocols: ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].map((name) => ({
    name,
    answer: answers[name] ?? 'rejected',
    evidence: 'alert 70',
    suites: [],
    order: 'unknown',
    unknown: null,
  })),
});

const auth = (...params: string[]): EhloKeyword[] => [{ keyword: 'AUTH', params }];

describe('what is expected of a server', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['the lowest version that it has', { 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' }, '1.2'],
    ['TLS 1.3 alone', { 'TLSv1.3': 'accepted' }, '1.3'],
    ['an old version', { TLSv1: 'accepted', 'TLSv1.3': 'accepted' }, '1.0'],
    ['nothing where it has SSL', { SSLv3: 'accepted', 'TLSv1.3': 'accepted' }, undefined],
    ['no more than is known', { 'TLSv1.1': 'inconclusive', 'TLSv1.3': 'accepted' }, '1.1'],
    ['nothing where the oldest is not known', { SSLv2: 'inconclusive', 'TLSv1.3': 'accepted' }, undefined],
  ])('is %s', (_what, answers, minTls) => {
    const { held } = proposed('a.example', but({ scan: protocols(answers) }));
    expect(held.find(({ expect: { minTls: found } }) => found !== undefined)?.expect.minTls).toBe(minTls);
  });

  it('is the post-quantum group that it has', () => {
    const groups = (accepted: object[]): object => ({
      ...protocols({ 'TLSv1.3': 'accepted' }),
      groups: [{ protocol: 'TLSv1.3', accepted, unknown: null, notOffered: [], skipped: null }],
    });
    const hybrid = { name: 'X25519MLKEM768', id: '0x11ec', bits: null, answer: 'accepted' };
    const x25519 = { name: 'x25519', id: '0x001d', bits: 253, answer: 'accepted' };
    const found = (report: Report): unknown =>
      proposed('a.example', report).held.find(({ expect: { groups: names } }) => names !== undefined)?.expect;
    expect(found(but({ scan: groups([x25519, hybrid]) }))).toEqual({ groups: ['X25519MLKEM768'] });
    const tls = { ...pass.tls, group: 'x25519' };
    expect(found(but({ tls, scan: groups([x25519]) }))).toBeUndefined();
  });

  it('are its mechanisms, and none where it offers none', () => {
    const mechanisms = (ehloAfterTls: EhloKeyword[] | null): unknown =>
      proposed('a.example', but({ smtp: { ...pass.smtp, ehloAfterTls } })).held.find(
        ({ expect: { authMechanisms } }) => authMechanisms !== undefined,
      )?.expect.authMechanisms;
    expect(mechanisms(auth('plain', 'LOGIN'))).toEqual(['PLAIN', 'LOGIN']);
    expect(mechanisms([])).toEqual([]);
    expect(mechanisms(null)).toBeUndefined();
    expect(mechanisms(auth('PLAIN', 'LOGIN]\nversion:'))).toBeUndefined();
  });

  it('has the profile of its port', () => {
    const targets = [
      'a.example',
      'a.example:587',
      'a.example:465',
      'smtps://a.example:2465',
      'a.example:2525',
    ];
    expect(targets.map((text) => profileFor(parseTarget(text, { port: 25 })))).toEqual([
      'mx',
      'submission',
      'submission',
      'submission',
      'mx',
    ]);
  });
});

describe('the file', () => {
  it('is one that the gate reads, and says what is in it', () => {
    const text = writeGate({
      proposals: [
        proposed('a.example', but({ scan: protocols({ 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' }) })),
        proposed('[2001:db8::1]:587', but({ smtp: { ...pass.smtp, ehloAfterTls: auth('PLAIN') } })),
        proposed('lmtp://b.example', pass),
      ],
      defaults: {
        'ca-path': 'certs',
        'ca-file': ['a b.pem', 'on'],
        'auth-level': 1,
        'no-sni': true,
        timeout: '20s',
      },
      now: NOW,
    });
    const gate = read(text);
    expect(
      gate.targets.map(({ target, profile, expect: wanted }) => ({ ...target, profile, wanted })),
    ).toMatchObject([
      { host: 'a.example', port: 25, profile: 'mx', wanted: { minTls: '1.2', starttls: 'offered' } },
      { host: '2001:db8::1', port: 587, profile: 'submission', wanted: { authMechanisms: ['PLAIN'] } },
      { host: 'b.example', port: 24, mode: 'lmtp', profile: 'mx' },
    ]);
    expect(gate.targets[0]?.options).toMatchObject({
      caPaths: [join(dir, 'certs')],
      caFiles: [join(dir, 'a b.pem'), join(dir, 'on')],
      authLevel: 1,
      servername: null,
      timeoutMs: 20_000,
    });
  });

  it('has a server that was not reached, and says so', () => {
    const report = but({
      outcome: 'error',
      smtp: null,
      tls: null,
      chain: null,
      verify: null,
      error: { code: 'connection-refused', phase: 'connect', message: 'it refused' },
    });
    const text = write(proposed('a.example', report));
    expect(text).toContain(
      '# it was not reached, so what it does is not known: it refused (connection-refused)\n',
    );
    expect(read(text).targets[0]).toMatchObject({ profile: 'mx', expect: {} });
  });

  it('has waivers of what fails, which are in force when the # is taken away and a reason is there', () => {
    const findings = [{ id: 'hostname-mismatch', severity: 'error', message: 'it is for another name' }];
    const text = write(proposed('a.example', but({ findings })));
    expect(read(text).waivers).toEqual([]);
    const [before = '', after = ''] = text.split('# waivers:\n');
    const taken = `${before}waivers:\n${after.replaceAll(/^# /gm, '')}`;
    expect(() => read(taken)).toThrow('"reason" of waiver 1 takes the reason in words');
    expect(read(taken.replaceAll('reason: ""', 'reason: "known"')).waivers).toMatchObject([
      { rule: 'hostname-mismatch', target: 'a.example:25', until: '2027-02-23', reason: 'known' },
    ]);
  });

  it.each([
    'a\nversion: 2',
    'a\r\n- host: evil.example',
    'a\u2028targets: []',
    'a\u0085targets: []',
    'a\u0000b\u001b[31m',
    'a\ud800b',
    '\u202etxet',
    '] # } "',
    'a'.repeat(100_000),
  ])('has no line that a server made: %#', (words) => {
    const [leaf] = pass.chain?.sent ?? [];
    const report = but({
      chain: { sent: [{ ...leaf, subject: words }], path: [] },
      findings: [{ id: 'hostname-mismatch', severity: 'error', message: words, evidence: words }],
      error: { code: 'silent', phase: 'ehlo', message: words },
      smtp: {
        banner: words,
        starttls: 'offered',
        ehlo: [{ keyword: words, params: [words] }],
        ehloAfterTls: auth(words),
      },
    });
    const text = write(proposed('a.example', report));
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(400);
    const gate = read(text);
    expect(gate.targets.map(({ target }) => target.host)).toEqual(['a.example']);
    expect(gate.waivers).toEqual([]);
  });
});
