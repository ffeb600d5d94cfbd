import { describe, expect, it } from 'vitest';
import {
  createMechanism,
  type Credentials,
  type MechanismName,
  type MechanismOptions,
} from '../../../src/smtp/sasl/index.js';
import { AuthExchange, type AuthOutcome, type ExchangeOptions } from '../../../src/smtp/sasl/exchange.js';
import type { Reply } from '../../../src/smtp/reply.js';
import { base64, password, reply, ScramServer, token } from './support.js';

type Answer = (line: string) => Reply;

/** Plays the replies in turn, and keeps what was sent and what a transcript would show. */
async function play(
  name: MechanismName,
  credentials: Credentials,
  answers: readonly (Reply | Answer)[],
  options: MechanismOptions & ExchangeOptions = {},
): Promise<{ sent: string[]; shown: string[]; outcome: AuthOutcome }> {
  const exchange = new AuthExchange(
    await createMechanism(name, credentials, options),
    credentials.secret,
    options,
  );
  const sent = [exchange.command.text];
  const shown = [exchange.command.shown];
  for (const answer of answers) {
    const answered = typeof answer === 'function' ? answer(sent.at(-1) ?? '') : answer;
    shown.push(...exchange.shownReply(answered));
    const step = await exchange.next(answered);
    if (step.kind === 'done') return { sent, shown, outcome: step.outcome };
    sent.push(step.line.text);
    shown.push(step.line.shown);
  }
  throw new Error('the replies came to an end before the exchange');
}

const OK = reply(235, '2.7.0 ok');
const PROMPTS = [reply(334, base64('Username:')), reply(334, base64('Password:'))];

describe('an exchange', () => {
  it('of PLAIN is one command', async () => {
    const { sent, shown, outcome } = await play('PLAIN', password('u', 'pass'), [OK]);
    expect(sent).toEqual([`AUTH PLAIN ${base64('\0u\0pass')}\r\n`]);
    expect(shown).toEqual(['AUTH PLAIN <initial response hidden>', '235 2.7.0 ok']);
    expect(outcome).toEqual({ result: 'accepted', reply: OK, reason: null, error: null, facts: {} });
  });

  it('of PLAIN without initial response waits for the empty 334', async () => {
    const { sent, shown } = await play('PLAIN', password('u', 'pass'), [reply(334), OK], {
      initialResponse: false,
    });
    expect(sent).toEqual(['AUTH PLAIN\r\n', `${base64('\0u\0pass')}\r\n`]);
    expect(shown).toEqual(['AUTH PLAIN', '334', '<response hidden>', '235 2.7.0 ok']);
  });

  it('does so by itself for a response that is longer than a command may be', async () => {
    const { sent, outcome } = await play('XOAUTH2', token('u', 't'.repeat(2000)), [reply(334), OK]);
    expect(sent[0]).toBe('AUTH XOAUTH2\r\n');
    expect(sent[1]?.length).toBeGreaterThan(2000);
    expect(outcome.result).toBe('accepted');
  });

  it('of LOGIN shows the user name and not the password', async () => {
    const { sent, shown } = await play('LOGIN', password('user', 'pass'), [...PROMPTS, OK]);
    expect(sent).toEqual(['AUTH LOGIN\r\n', `${base64('user')}\r\n`, `${base64('pass')}\r\n`]);
    expect(shown[2]).toBe(base64('user'));
    expect(shown[4]).toBe('<response hidden>');
  });

  it('of SCRAM ends with an empty line for the signature, and shows nothing to guess from', async () => {
    const server = new ScramServer('sha256', 'x');
    const seen: string[] = [];
    const decode = (line: string): string =>
      Buffer.from(line.trimEnd().split(' ').at(-1) ?? '', 'base64').toString();
    const { sent, shown, outcome } = await play('SCRAM-SHA-256', password('u', 'x'), [
      (line) => {
        seen.push(decode(line), server.first(decode(line)));
        return reply(334, base64(seen[1] ?? ''));
      },
      (line) => reply(334, base64(server.final(seen[0] ?? '', seen[1] ?? '', decode(line)))),
      OK,
    ]);
    expect(sent.at(-1)).toBe('\r\n');
    expect(shown.slice(1)).toEqual([
      '334 <challenge hidden>',
      '<response hidden>',
      '334 <challenge hidden>',
      '',
      '235 2.7.0 ok',
    ]);
    expect(outcome).toMatchObject({ result: 'accepted', facts: { iterations: 1, fewIterations: true } });
  });

  it('of XOAUTH2 answers the error so that the 535 comes', async () => {
    const error = reply(334, base64('{"status":"400"}'));
    const answers = [error, reply(535, '5.7.8 no')];
    const { sent, outcome } = await play('XOAUTH2', token('u', 'x'), answers);
    expect(sent.at(-1)).toBe('\r\n');
    expect(outcome).toMatchObject({ result: 'rejected', error: null, facts: { serverError: '400' } });
  });

  it.each(['PLAIN', 'SCRAM-SHA-1'] as const)('of %s that no line can hold is given up', async (name) => {
    const credentials = password('u'.repeat(9200), 'p'.repeat(9000));
    const { sent, outcome } = await play(name, credentials, [reply(334), reply(501)]);
    expect(sent).toEqual([`AUTH ${name}\r\n`, '*\r\n']);
    expect(outcome.result).toBe('not-attempted');
    expect(outcome.error?.code).toBe('credentials-unusable');
  });

  it('says what a refusal means', async () => {
    const { outcome } = await play('PLAIN', password('u', 'pass'), [reply(534, '5.7.9 no')]);
    expect(outcome).toMatchObject({
      result: 'mechanism-refused',
      reason: 'authentication mechanism is too weak',
      reply: { code: 534, enhanced: '5.7.9' },
    });
  });
});

describe('a server that breaks the rules', () => {
  const ABORTED = reply(501, '5.7.0 aborted');

  it.each([
    ['PLAIN', 'a challenge too many', [reply(334)], 'mechanism-refused'],
    ['LOGIN', 'a challenge in two lines', [reply(334, 'AAAA', 'AAAA')], 'not-attempted'],
    ['LOGIN', 'a third prompt', [...PROMPTS, ...PROMPTS.slice(1)], 'mechanism-refused'],
    ['LOGIN', 'a prompt in the clear', [reply(334, 'Username:')], 'not-attempted'],
    ['CRAM-MD5', 'an empty challenge', [reply(334)], 'not-attempted'],
    ['SCRAM-SHA-256', 'a challenge that is no base64', [reply(334, '!')], 'server-not-authenticated'],
    ['SCRAM-SHA-256', 'a reply out of turn', [reply(250, 'ok')], 'server-not-authenticated'],
  ] as const)('with %s is cancelled: %s', async (name, _, answers, result) => {
    for (const last of [ABORTED, OK]) {
      const { sent, outcome } = await play(name, password('u', 'pass'), [...answers, last]);
      expect(sent.at(-1)).toBe('*\r\n');
      expect(outcome.result).toBe(result);
      expect(outcome.error?.phase).toBe('auth');
      expect(outcome.reason).toBe(outcome.error?.message);
    }
  });

  it('by asking before PLAIN has begun gets nothing', async () => {
    const { sent, outcome } = await play('PLAIN', password('u', 'pass'), [PROMPTS[0] ?? OK, ABORTED], {
      initialResponse: false,
    });
    expect(sent).toEqual(['AUTH PLAIN\r\n', '*\r\n']);
    expect(outcome.result).toBe('not-attempted');
  });

  it.each([
    ['PLAIN', [OK], 'not-attempted'],
    ['LOGIN', [OK], 'not-attempted'],
    ['LOGIN', [PROMPTS[0] ?? OK, OK], 'not-attempted'],
    ['CRAM-MD5', [OK], 'not-attempted'],
    ['SCRAM-SHA-1', [OK], 'server-not-authenticated'],
    ['SCRAM-SHA-1', [reply(334), OK], 'server-not-authenticated'],
  ] as const)('and says 235 to %s too early is not believed', async (name, answers, result) => {
    const { outcome } = await play(name, password('u', 'pass'), answers, { initialResponse: false });
    expect(outcome.result).toBe(result);
    expect(outcome.reason).not.toBeNull();
  });

  it('and takes a refused token all the same is not believed', async () => {
    const { outcome } = await play('XOAUTH2', token('u', 'x'), [reply(334, base64('{"status":"400"}')), OK]);
    expect(outcome.result).toBe('rejected');
  });

  it('and repeats what it was sent does not get it into a report', async () => {
    const secret = 'correct horse';
    const message = base64(`\0user\0${secret}`);
    for (const echo of [`AUTH PLAIN ${message}`, message.slice(8), `user said "${secret}"`, base64(secret)]) {
      const { shown, outcome } = await play('PLAIN', password('user', secret), [reply(500, `? ${echo}`)]);
      for (const out of [shown.join('\n'), JSON.stringify(outcome)]) {
        expect(out).toContain('<hidden>');
        expect(out).not.toContain(secret);
        expect(out).not.toContain(base64(secret).slice(2, -4));
      }
    }
  });
});
