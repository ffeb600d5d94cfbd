import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../../src/core/errors.js';
import { createMechanism, MECHANISMS, type SaslMechanism } from '../../../src/smtp/sasl/index.js';
import { MOST_ITERATIONS } from '../../../src/smtp/sasl/scram-messages.js';
import { base64, bytes, password, refusal, ScramServer, step, text, token } from './support.js';

/*
 * Servers that do not keep to the rules, grouped by what they are after.
 */

const NONCE = 'our+nonce';
const SALT = base64('some salt');

function scram(): Promise<SaslMechanism> {
  return createMechanism('SCRAM-SHA-256', password('u', 'x'), { nonce: NONCE });
}

/** An exchange that waits for the server's last message, and the one that would be right. */
async function atFinal(): Promise<{ mechanism: SaslMechanism; final: string }> {
  const server = new ScramServer('sha256', 'x');
  const mechanism = await scram();
  const first = text(mechanism.initial);
  const serverFirst = server.first(first);
  return { mechanism, final: server.final(first, serverFirst, await step(mechanism, serverFirst)) };
}

describe('who replays an old exchange', () => {
  it.each([
    ['a shorter nonce', 'our+nonc'],
    ['our nonce and nothing of its own', NONCE],
    ['another nonce', 'his+nonce+and+more'],
    ['our nonce in another case', 'OUR+NONCE+and+more'],
    ['our nonce not at the start', ` ${NONCE}more`],
    ['a nonce with a letter beyond ASCII', `${NONCE}é`],
    ['a nonce with a blank', `${NONCE} more`],
  ])('is refused: %s', async (_, nonce) => {
    const mechanism = await scram();
    await refusal(mechanism.step(bytes(`r=${nonce},s=${SALT},i=4096`)), 'sasl-protocol');
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
  });
});

describe('who burns our time', () => {
  it.each([
    ['10^9 iterations', '1000000000'],
    ['one more than is allowed', `${MOST_ITERATIONS + 1}`],
    ['a number past every integer', '9'.repeat(400)],
  ])('is refused at once: %s', async (_, count) => {
    const mechanism = await scram();
    const before = performance.now();
    const error = await refusal(mechanism.step(bytes(`r=${NONCE}x,s=${SALT},i=${count}`)), 'sasl-protocol');
    expect(performance.now() - before).toBeLessThan(200);
    expect(error.message).toContain('iterations');
  });

  it('sees its time bounded, and the process not blocked', async () => {
    const mechanism = await scram();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    await mechanism.step(bytes(`r=${NONCE}x,s=${SALT},i=400000`));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });
});

describe('who breaks the grammar', () => {
  it.each([
    ['no iterations', `r=${NONCE}x,s=${SALT},i=0`],
    ['negative iterations', `r=${NONCE}x,s=${SALT},i=-1`],
    ['iterations with a sign', `r=${NONCE}x,s=${SALT},i=+4096`],
    ['iterations with a zero in front', `r=${NONCE}x,s=${SALT},i=04096`],
    ['iterations in hexadecimal', `r=${NONCE}x,s=${SALT},i=0x10`],
    ['iterations with an exponent', `r=${NONCE}x,s=${SALT},i=1e3`],
    ['a fraction', `r=${NONCE}x,s=${SALT},i=4096.0`],
    ['digits of another script', `r=${NONCE}x,s=${SALT},i=٤٠٩٦`],
    ['a line end behind the number', `r=${NONCE}x,s=${SALT},i=4096\n`],
    ['empty iterations', `r=${NONCE}x,s=${SALT},i=`],
    ['a salt that is not base64', `r=${NONCE}x,s=!!!!,i=4096`],
    ['a salt with a blank', `r=${NONCE}x,s=AAAA AAAA,i=4096`],
    ['a salt without its padding', `r=${NONCE}x,s=AAAAAA,i=4096`],
    ['a salt with bits in the padding', `r=${NONCE}x,s=AAAAAB==,i=4096`],
    ['an empty salt', `r=${NONCE}x,s=,i=4096`],
    ['another order', `s=${SALT},r=${NONCE}x,i=4096`],
    ['no salt', `r=${NONCE}x,i=4096`],
    ['nothing', ''],
    ['commas', ',,,'],
    ['a NUL', `r=${NONCE}x,s=${SALT},i=4096,x=\0`],
    ['an extension without a value', `r=${NONCE}x,s=${SALT},i=4096,x=`],
    ['an extension without a name', `r=${NONCE}x,s=${SALT},i=4096,=x`],
  ])('is refused: %s', async (_, serverFirst) => {
    await refusal((await scram()).step(bytes(serverFirst)), 'sasl-protocol');
  });

  it('is refused: not UTF-8', async () => {
    const message = Buffer.concat([bytes(`r=${NONCE}x,s=${SALT},i=4096,x=`), Uint8Array.of(0xff)]);
    await refusal((await scram()).step(message), 'sasl-protocol');
  });
});

describe('who demands an extension', () => {
  it.each([
    `m=please,r=${NONCE}x,s=${SALT},i=1`,
    `r=${NONCE}x,s=${SALT},i=1,m=please`,
    `r=${NONCE}x,m=please,s=${SALT},i=1`,
  ])('is refused: %s', async (serverFirst) => {
    const error = await refusal((await scram()).step(bytes(serverFirst)), 'sasl-protocol');
    expect(error.message).toContain('m=');
  });

  it('is refused at the end, too', async () => {
    const { mechanism, final } = await atFinal();
    await refusal(mechanism.step(bytes(`${final},m=1`)), 'sasl-protocol');
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
  });

  it('may name others, which are passed over', async () => {
    await (await scram()).step(bytes(`r=${NONCE}x,s=${SALT},i=1,x=a=b,Y=ü`));
  });
});

describe('who does not know the password', () => {
  it.each([
    ['a signature of zeros', `v=${Buffer.alloc(32).toString('base64')}`],
    ['a short one', 'v=AAAA'],
    ['a long one', `v=${Buffer.alloc(64).toString('base64')}`],
  ])('is found out: %s', async (_, final) => {
    const { mechanism } = await atFinal();
    await refusal(mechanism.step(bytes(final)), 'server-not-authenticated');
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
  });

  it.each([
    ['no signature', 'x=y'],
    ['an empty one', 'v='],
    ['one that is not base64', 'v=????'],
    ['one that does not come first', 'x=y,v=AAAA'],
    ['nothing', ''],
  ])('is found out: %s', async (_, final) => {
    const { mechanism } = await atFinal();
    await refusal(mechanism.step(bytes(final)), 'sasl-protocol');
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
  });

  it('is not believed when it says success, at any time', async () => {
    const fresh = await scram();
    expect(fresh.finish(null).result).toBe('server-not-authenticated');
    const { mechanism, final } = await atFinal();
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
    expect(await step(mechanism, final)).toBe('');
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it('gets no second try', async () => {
    const { mechanism, final } = await atFinal();
    await refusal(mechanism.step(bytes('v=AAAA')), 'server-not-authenticated');
    await refusal(mechanism.step(bytes(final)), 'sasl-protocol');
    expect(mechanism.finish(bytes(final)).result).toBe('server-not-authenticated');
  });

  it.each([
    ['e=unknown-user', 'unknown-user'],
    ['e=channel-bindings-dont-match,x=y', 'channel-bindings-dont-match'],
    ['e=server-does-support-channel-binding', 'server-does-support-channel-binding'],
    ['e=other-error', 'other-error'],
    ['e=\x1b[2J', 'other-error'],
    ['e=toString', 'other-error'],
  ])('or says %j is heard in the words of RFC 5802, first or last', async (error, word) => {
    for (const mechanism of [await scram(), (await atFinal()).mechanism]) {
      expect(await step(mechanism, error)).toBe('');
      expect(mechanism.facts().serverError).toBe(word);
      expect(mechanism.finish(null).result).toBe('server-not-authenticated');
      await refusal(mechanism.step(bytes('v=AAAA')), 'sasl-protocol');
    }
  });
});

describe('whatever a server says', () => {
  const credentials = {
    certificate: { user: 'u', secret: { kind: 'certificate' } } as const,
    password: password('u', 'the password'),
    token: token('u', 'the-token'),
  };
  const challenge = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            `r=${NONCE}x`,
            `r=${NONCE}`,
            `s=${SALT}`,
            'i=1',
            'i=0',
            'i=99999999999',
            'v=AAAA',
            'e=x',
            'm=1',
          ),
          fc.string({ maxLength: 8 }),
        ),
        { maxLength: 5 },
      )
      .map((parts) => bytes(parts.join(','))),
  );

  it.each(MECHANISMS)('%s answers or throws our error, and comes to an end', async (name) => {
    const kind = /OAUTH/.test(name) ? 'token' : name === 'EXTERNAL' ? 'certificate' : 'password';
    const channelBinding = name.endsWith('-PLUS')
      ? ({ type: 'tls-exporter', data: bytes('x') } as const)
      : 'not-supported';
    await fc.assert(
      fc.asyncProperty(fc.array(challenge, { maxLength: 5 }), async (challenges) => {
        const options = { channelBinding, nonce: NONCE } as const;
        const mechanism = await createMechanism(name, credentials[kind], options);
        let answered = 0;
        for (const bytesIn of challenges) {
          try {
            expect((await mechanism.step(bytesIn)).bytes).toBeInstanceOf(Uint8Array);
            answered += 1;
          } catch (error) {
            expect(error).toBeInstanceOf(SmtpcheckError);
          }
          mechanism.facts();
        }
        expect(answered).toBeLessThanOrEqual(2);
        if (name.startsWith('SCRAM')) expect(mechanism.finish(null).result).toBe('server-not-authenticated');
      }),
      { numRuns: 300 },
    );
  });
});
