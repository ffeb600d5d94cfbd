import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ERROR_OUTCOMES } from '../../src/core/errors.js';
import { EXIT } from '../../src/core/outcome.js';
import { LAB_SERVERS, startLab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { PlainClient } from '../servers/plain-client.js';

describe('the registry', () => {
  it('has unique kebab-case names and summaries', () => {
    const names = LAB_SERVERS.map((server) => server.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary } of LAB_SERVERS) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(summary).toMatch(/^[^\n]*[^.\n]$/);
    }
  });

  it.each(LAB_SERVERS)(
    '$name promises an outcome, an exit code and an error code that agree',
    ({ expect: promised }) => {
      expect(promised.exitCode).toBe(EXIT[promised.outcome]);
      if (promised.errorCode === undefined)
        expect(promised.verifyCode !== undefined || promised.finding).toBeTruthy();
      else expect(ERROR_OUTCOMES[promised.errorCode]).toBe(promised.outcome);
    },
  );
});

describe('startLab', () => {
  it('starts only the servers that are named', async () => {
    const some = await startLab({ fixturesDir: FIXTURES_DIR, names: ['silent', 'good'] });
    expect(some.servers.map(({ definition }) => definition.name)).toEqual(['good', 'silent']);
    await some.stop();
  });

  it('says which name it does not know', async () => {
    await expect(startLab({ fixturesDir: FIXTURES_DIR, names: ['goood'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'there is no lab server "goood"',
    });
  });

  it('says so when the certificates are not there', async () => {
    await expect(startLab({ fixturesDir: '/nonexistent' })).rejects.toMatchObject({
      code: 'file-unreadable',
    });
  });

  it('stops what it started when a port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const listeners = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
    // What earlier tests closed is still counted for a moment.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = listeners();
    // The second server of the registry gets the taken port.
    const start = startLab({
      fixturesDir: FIXTURES_DIR,
      names: ['good', 'good-implicit'],
      basePort: port - 1,
    });
    await expect(start).rejects.toMatchObject({ code: 'usage' });
    await expect.poll(listeners).toBe(before);
    taken.close();
  });

  it('stops promptly, whatever its clients are doing', async () => {
    const other = await startLab({ fixturesDir: FIXTURES_DIR });
    const clients = other.servers.map(({ port }) => PlainClient.to(port));
    const upgrading = clients.map((client) => client.upToStarttls());
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = Date.now();
    await other.stop();
    expect(Date.now() - before).toBeLessThan(1000);
    await Promise.all(clients.map((client) => client.ended));
    await Promise.all(upgrading);
  });
});
