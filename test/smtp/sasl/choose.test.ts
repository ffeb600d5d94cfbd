import { describe, expect, it } from 'vitest';
import {
  channelBindingFor,
  chooseMechanism,
  isMechanismName,
  MECHANISMS,
  usableMechanisms,
} from '../../../src/smtp/sasl/index.js';

const BINDING = { type: 'tls-exporter', data: Uint8Array.of(1) } as const;

describe('the choice of a mechanism', () => {
  it('goes by strength, whatever order the server has', () => {
    const offered = [...MECHANISMS].reverse();
    expect(usableMechanisms(offered, { secret: 'password', canBind: true })).toEqual([
      'SCRAM-SHA-512-PLUS',
      'SCRAM-SHA-256-PLUS',
      'SCRAM-SHA-1-PLUS',
      'SCRAM-SHA-512',
      'SCRAM-SHA-256',
      'SCRAM-SHA-1',
      'CRAM-MD5',
      'PLAIN',
      'LOGIN',
    ]);
    expect(usableMechanisms(offered, { secret: 'password', canBind: false })[0]).toBe('SCRAM-SHA-512');
    expect(usableMechanisms(offered, { secret: 'token', canBind: true })).toEqual(['OAUTHBEARER', 'XOAUTH2']);
    expect(usableMechanisms(offered, { secret: 'certificate', canBind: true })).toEqual(['EXTERNAL']);
  });

  it.each([
    ['password', ['EXTERNAL', 'LOGIN'], 'LOGIN'],
    ['password', ['XOAUTH2', 'PLAIN', 'GSSAPI'], 'PLAIN'],
    ['token', ['PLAIN', 'XOAUTH2'], 'XOAUTH2'],
    ['certificate', ['PLAIN', 'EXTERNAL'], 'EXTERNAL'],
  ] as const)('with a %s and %j is %s', (secret, offered, name) => {
    expect(chooseMechanism(offered, { secret, canBind: true })).toEqual({ kind: 'chosen', name });
  });

  it.each([
    ['password', [], 'not-offered'],
    ['password', ['GSSAPI', 'NTLM'], 'not-offered'],
    ['password', ['XOAUTH2'], 'not-attempted'],
    ['password', ['EXTERNAL'], 'not-attempted'],
    ['token', ['PLAIN', 'EXTERNAL'], 'not-attempted'],
    ['certificate', ['PLAIN'], 'not-attempted'],
  ] as const)('with a %s and %j is none: %s', (secret, offered, result) => {
    expect(chooseMechanism(offered, { secret, canBind: true })).toMatchObject({ kind: 'none', result });
  });

  it('is not made where binding alone is offered and the session has none', () => {
    expect(chooseMechanism(['SCRAM-SHA-256-PLUS'], { secret: 'password', canBind: false })).toMatchObject({
      kind: 'none',
      result: 'not-attempted',
    });
  });

  it.each([
    ['PLAIN', 'password', ['PLAIN', 'SCRAM-SHA-256'], 'chosen'],
    ['EXTERNAL', 'password', ['EXTERNAL', 'PLAIN'], 'chosen'],
    ['LOGIN', 'password', ['PLAIN'], 'not-offered'],
    ['PLAIN', 'token', ['PLAIN', 'XOAUTH2'], 'not-attempted'],
    ['XOAUTH2', 'password', ['PLAIN', 'XOAUTH2'], 'not-attempted'],
    ['PLAIN', 'certificate', ['PLAIN', 'EXTERNAL'], 'not-attempted'],
    ['SCRAM-SHA-1-PLUS', 'password', ['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS'], 'not-attempted'],
  ] as const)('keeps to the pin %s, with a %s, of %j: %s', (pinned, secret, offered, answer) => {
    const choice = chooseMechanism(offered, { secret, canBind: false, pinned });
    if (answer === 'chosen') expect(choice).toEqual({ kind: 'chosen', name: pinned });
    else expect(choice).toMatchObject({ kind: 'none', result: answer });
  });

  it('knows its names and no others', () => {
    expect(MECHANISMS.every(isMechanismName)).toBe(true);
    for (const name of ['plain', 'NTLM', '', 'toString', '__proto__'])
      expect(isMechanismName(name)).toBe(false);
  });
});

describe('what SCRAM says about channel binding', () => {
  it.each([
    ['SCRAM-SHA-1-PLUS', ['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS'], BINDING, false, BINDING],
    ['SCRAM-SHA-1-PLUS', ['SCRAM-SHA-1-PLUS'], BINDING, true, BINDING],
    ['SCRAM-SHA-1', ['SCRAM-SHA-1'], BINDING, false, 'supported-but-not-offered'],
    ['SCRAM-SHA-1', ['SCRAM-SHA-1'], BINDING, true, 'not-supported'],
    ['SCRAM-SHA-1', ['SCRAM-SHA-1'], null, false, 'not-supported'],
    // With `y` the server would take us for the victim of a downgrade (RFC 5802 section 6).
    ['SCRAM-SHA-1', ['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS'], BINDING, true, 'not-supported'],
    ['SCRAM-SHA-512', ['SCRAM-SHA-512', 'SCRAM-SHA-1-PLUS'], BINDING, false, 'not-supported'],
  ] as const)('for %s of %j', (name, offered, available, pinned, said) => {
    expect(channelBindingFor(name, offered, available, pinned)).toEqual(said);
  });
});
