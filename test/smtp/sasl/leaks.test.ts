import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../../src/core/errors.js';
import {
  createMechanism,
  MECHANISMS,
  type Credentials,
  type MechanismName,
} from '../../../src/smtp/sasl/index.js';
import { AuthExchange } from '../../../src/smtp/sasl/exchange.js';
import { createRedactor } from '../../../src/smtp/sasl/redact.js';
import { base64, bytes, password, reply, ScramServer, text, token } from './support.js';

/*
 * Design section 8: whatever goes wrong, no error tells the password or token, its base64 or a hash of it.
 */

const SECRET = 'Tr0ub4dor-and-3';

/** Everything that an error can tell to whoever prints it. */
function told(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    parts.push(at.message, at.stack ?? '', String(at), inspect(at, { depth: 9, showHidden: true }));
    parts.push(JSON.stringify(at), JSON.stringify(Object.fromEntries(Object.entries(at))));
    if (at instanceof SmtpcheckError) parts.push(JSON.stringify(at.toReport()));
  }
  return parts.join('\n');
}

/** A secret, and what is left of it in base64 wherever it stands in a message. */
function forms(secret: string): string[] {
  const shifted = ['', '\0', '\0\0'].map((before) => base64(before + secret).slice(4, -4));
  return [secret, Buffer.from(secret).toString('hex'), ...shifted];
}

function expectSilent(error: unknown, ...secrets: readonly string[]): void {
  expect(error).toBeInstanceOf(SmtpcheckError);
  const all = told(error).toLowerCase();
  for (const form of secrets.flatMap(forms)) {
    if (form.length >= 4) expect(all).not.toContain(form.toLowerCase());
  }
}

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

function optionsFor(name: MechanismName): Parameters<typeof createMechanism>[2] {
  return name.endsWith('-PLUS')
    ? { channelBinding: { type: 'tls-exporter', data: bytes('binding') }, nonce: 'nonce' }
    : { nonce: 'nonce' };
}

function credentialsFor(name: MechanismName, secret = SECRET): Credentials {
  return name.includes('OAUTH') ? token('user', secret) : password('user', secret);
}

describe.each(MECHANISMS)('%s keeps the secret', (name) => {
  it('when it cannot be used', async () => {
    const bad = [
      `${SECRET}\0`,
      `${SECRET}\x01${SECRET}`,
      `${SECRET}\ud800`,
      `${SECRET}\u{1f600}`,
      `${SECRET}\ue000`,
      `\u0627${SECRET}`,
      `${SECRET}\n`,
      SECRET.repeat(1000),
    ];
    for (const secret of bad) {
      for (const credentials of [
        password('user', secret),
        token('user', secret),
        password(secret, secret, secret),
      ]) {
        const error = await thrown(createMechanism(name, credentials, optionsFor(name)));
        if (error !== null) expectSilent(error, SECRET);
      }
    }
  });

  it('from a server that knows it and puts it everywhere', async () => {
    const challenges = [
      SECRET,
      base64(SECRET),
      `e=${SECRET}`,
      `m=${SECRET}`,
      `v=${base64(SECRET)}`,
      `r=${SECRET},s=${base64(SECRET)},i=1`,
      `r=nonce${SECRET},s=${SECRET},i=1`,
      `r=nonce${SECRET},s=${base64(SECRET)},i=${SECRET}`,
      `{"status":"${SECRET}"}`,
      '',
    ];
    for (const challenge of challenges) {
      const mechanism = await createMechanism(name, credentialsFor(name), optionsFor(name));
      for (let i = 0; i < 4; i += 1) {
        const error = await thrown(mechanism.step(bytes(challenge)));
        if (error !== null) expectSilent(error, SECRET);
        expect(JSON.stringify([mechanism.facts(), mechanism.finish(null)])).not.toContain(SECRET);
      }
    }
  });

  it('in an exchange that it breaks off', async () => {
    for (const line of [SECRET, base64(SECRET), base64(`v=${SECRET}`), '', 'A'.repeat(20_000)]) {
      const credentials = credentialsFor(name);
      const mechanism = await createMechanism(name, credentials, optionsFor(name));
      const exchange = new AuthExchange(mechanism, credentials.secret);
      for (let i = 0; i < 5; i += 1) {
        const answered = reply(334, line);
        const shown = exchange.shownReply(answered).join();
        const step = await exchange.next(answered);
        if (step.kind === 'done') {
          if (step.outcome.error !== null) expectSilent(step.outcome.error, SECRET);
          expect(JSON.stringify(step.outcome)).not.toContain(SECRET);
          break;
        }
        for (const form of forms(SECRET)) expect(shown + step.line.shown).not.toContain(form);
      }
    }
  });
});

describe('SCRAM', () => {
  it.each(['sha1', 'sha256', 'sha512'] as const)('tells no proof and no signature, %s', async (hash) => {
    const server = new ScramServer(hash, SECRET);
    const name = `SCRAM-SHA-${hash === 'sha1' ? 1 : hash === 'sha256' ? 256 : 512}` as const;
    const mechanism = await createMechanism(name, password('user', SECRET));
    const first = text(mechanism.initial);
    const serverFirst = server.first(first);
    const response = text(await mechanism.step(bytes(serverFirst)));
    const proof = /,p=(.*)$/.exec(response)?.[1] ?? '';
    const signature = server.final(first, serverFirst, response).slice(2);
    const error = await thrown(mechanism.step(bytes(`v=${base64('wrong')}`)));
    expectSilent(error, SECRET);
    for (const derived of [proof, signature]) {
      expect(derived.length).toBeGreaterThan(20);
      expect(told(error)).not.toContain(derived);
    }
    expect(inspect(mechanism, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });
});

describe('the redactor', () => {
  it.each(['abcd', SECRET, 'ein Paßwort', 'x'.repeat(50), 'a+b/c==', '$&$1'])(
    'finds %j in any message',
    (secret) => {
      const redactor = createRedactor({ kind: 'password', value: secret });
      const clean = (of: string): string => redactor.clean(of);
      expect(clean(`a ${secret} b ${secret}`)).toBe('a <hidden> b <hidden>');
      for (const before of ['', 'u', 'us', 'use', 'user']) {
        for (const after of ['', '!', '!!', '!!!']) {
          const encoded = base64(before + secret + after);
          const cleaned = clean(encoded);
          expect(cleaned).toContain('<hidden>');
          // What is left are the neighbours, and the few bits that base64 has mixed with them.
          const left = Buffer.byteLength(before + after) * 2 + '<hidden>'.length + 6;
          expect(cleaned.length).toBeLessThanOrEqual(left);
        }
      }
    },
  );

  it('hides each secret response, and not the others', () => {
    const redactor = createRedactor({ kind: 'certificate' });
    redactor.add({ bytes: bytes('the proof'), secret: true });
    redactor.add({ bytes: bytes('the user'), secret: false });
    expect(redactor.clean(`the proof, ${base64('the proof')}, ${base64('the user')}`)).toBe(
      `<hidden>, <hidden>, ${base64('the user')}`,
    );
  });

  it('leaves the words of the server alone where a secret is short', () => {
    const redactor = createRedactor({ kind: 'password', value: 'a' });
    expect(redactor.clean('authentication failed')).toBe('authentication failed');
  });
});
