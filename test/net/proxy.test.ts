import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { Deadline } from '../../src/net/deadline.js';
import { dialThrough, type DialledSoFar } from '../../src/net/proxy.js';
import type { Address } from '../../src/net/resolve.js';
import { startProxy, type Behaviour } from '../servers/proxies.js';

const V4 = (address: string): Address => ({ address, family: 4 });

/** Replies with these codes, a connection each; 0 opens a tunnel that says this. */
function replies(...codes: readonly number[]): Behaviour {
  const left = [...codes];
  return (client, heard) => {
    client.once('data', () => {
      client.write(Buffer.of(5, 0));
      client.once('data', (asked) => {
        heard(asked);
        const code = left.shift() ?? 1;
        client.write(
          Buffer.concat([Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0), Buffer.from('220 hello\r\n')]),
        );
      });
    });
  };
}

async function through(
  behaviour: Behaviour,
  hosts: readonly Address[] | string,
): Promise<{
  asked: number;
  said?: string;
  address?: string | null;
  error?: SmtpcheckError;
  tried: DialledSoFar['tried'];
}> {
  const proxy = await startProxy(behaviour);
  const deadline = new Deadline(2000);
  try {
    const endpoint = { protocol: 'socks5', host: '127.0.0.1', port: proxy.port } as const;
    const { socket, address, tried } = await dialThrough(
      endpoint,
      { port: 25, hosts },
      { connectTimeoutMs: 1000 },
      deadline,
    );
    const said = await new Promise<string>((resolve) => {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      socket.resume();
    });
    socket.destroy();
    return { asked: proxy.connections, said, address: address?.address ?? null, tried: [...tried] };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { asked: proxy.connections, error, tried: (error.cause as DialledSoFar).tried };
  } finally {
    await proxy.stop();
  }
}

describe('a server with several addresses', () => {
  const hosts = [V4('192.0.2.1'), V4('192.0.2.2'), V4('192.0.2.3')];

  it('is asked for one after the other while the proxy says that the address is at fault', async () => {
    const result = await through(replies(5, 4, 0), hosts);
    expect(result).toMatchObject({ asked: 3, address: '192.0.2.3', said: '220 hello\r\n' });
    expect(result.tried.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('is not asked for again where the proxy itself is at fault', async () => {
    const { asked, error, tried } = await through(replies(5, 2, 0), hosts);
    expect({ asked, code: error?.code }).toEqual({ asked: 2, code: 'proxy-refused' });
    expect(tried).toHaveLength(2);
  });

  it('that all refuse is told with every reason', async () => {
    const { asked, error } = await through(replies(5, 3, 4), hosts);
    expect(asked).toBe(3);
    expect(error?.code).toBe('unreachable');
    for (const words of ['192.0.2.1:25: connection refused', '192.0.2.2:25: network', '192.0.2.3:25: host'])
      expect(error?.message).toContain(words);
  });

  it('that is asked for by name has none', async () => {
    expect(await through(replies(0), 'mail.example.org')).toMatchObject({
      asked: 1,
      address: null,
      tried: [],
    });
    expect(await through(replies(5), 'mail.example.org')).toMatchObject({ asked: 1, tried: [] });
  });

  it('has none with a zone, which is of this machine alone', async () => {
    const { error } = await through(replies(0), [{ address: 'fe80::1%eth0', family: 6 }]);
    expect(error?.code).toBe('usage');
  });
});
