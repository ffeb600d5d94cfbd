import { describe, expect, it } from 'vitest';
import { ERROR_OUTCOMES } from '../../src/core/errors.js';
import type { Target } from '../../src/core/target.js';
import { Deadline } from '../../src/net/deadline.js';
import { resolveTarget, type LookupAll } from '../../src/net/resolve.js';

const NAME: Target = { host: 'mail.example.org', port: 25, mode: 'starttls', literal: 0 };

const failing =
  (code: string): LookupAll =>
  (_host, _family, done) =>
    done(Object.assign(new Error(code), { code }), []);

function resolve(
  lookup: LookupAll,
  family: 0 | 4 | 6 = 0,
  ms = 1000,
  target = NAME,
): ReturnType<typeof resolveTarget> {
  return resolveTarget(target, family, new Deadline(ms), lookup);
}

describe('resolveTarget', () => {
  it('keeps the order of the answer, and asks for the family that is wanted', async () => {
    const asked: unknown[] = [];
    const lookup: LookupAll = (host, family, done) => {
      asked.push([host, family]);
      done(null, [
        { address: '2001:db8::1', family: 6 },
        { address: '192.0.2.1', family: 4 },
      ]);
    };
    expect(await resolve(lookup, 6)).toEqual([
      { address: '2001:db8::1', family: 6 },
      { address: '192.0.2.1', family: 4 },
    ]);
    expect(asked).toEqual([['mail.example.org', 6]]);
  });

  it('does not ask for an address', async () => {
    const never: LookupAll = () => {
      throw new Error('asked');
    };
    const target: Target = { ...NAME, host: '2001:db8::1', literal: 6 };
    expect(await resolve(never, 0, 1000, target)).toEqual([{ address: '2001:db8::1', family: 6 }]);
    expect(await resolve(never, 6, 1000, target)).toHaveLength(1);
    await expect(resolve(never, 4, 1000, target)).rejects.toMatchObject({ code: 'dns-not-found' });
  });

  it.each(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA'])(
    '%s is DNS saying no: exit code 3',
    async (code) => {
      await expect(resolve(failing(code))).rejects.toMatchObject({ code: 'dns-not-found', phase: 'dns' });
      expect(ERROR_OUTCOMES['dns-not-found']).toBe('error');
    },
  );

  it.each(['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL', 'EAI_FAIL'])(
    '%s is DNS saying nothing: exit code 4',
    async (code) => {
      await expect(resolve(failing(code))).rejects.toMatchObject({ code: 'dns-timeout', phase: 'dns' });
      expect(ERROR_OUTCOMES['dns-timeout']).toBe('inconclusive');
    },
  );

  it('no address is a no', async () => {
    await expect(resolve((_host, _family, done) => done(null, []))).rejects.toMatchObject({
      code: 'dns-not-found',
    });
  });

  it('names the family that was asked for, and how to do without', async () => {
    await expect(resolve(failing('ENOTFOUND'), 6)).rejects.toMatchObject({
      message: expect.stringContaining('IPv6') as string,
      hint: 'try without -6',
    });
  });

  it('ends at the deadline when no answer comes', async () => {
    const from = performance.now();
    await expect(resolve(() => undefined, 0, 50)).rejects.toMatchObject({
      code: 'dns-timeout',
      phase: 'dns',
    });
    expect(performance.now() - from).toBeLessThan(1000);
  });

  it('does not mind an answer behind the deadline', async () => {
    const late: LookupAll = (_host, _family, done) => {
      setTimeout(() => done(null, [{ address: '192.0.2.1', family: 4 }]), 60);
    };
    await expect(resolve(late, 0, 20)).rejects.toMatchObject({ code: 'dns-timeout' });
    await new Promise((done) => setTimeout(done, 80));
  });

  it('ends when it is interrupted', async () => {
    const controller = new AbortController();
    const running = resolveTarget(NAME, 0, new Deadline(5000, controller.signal), () => undefined);
    controller.abort('SIGINT');
    await expect(running).rejects.toMatchObject({ code: 'interrupted', phase: 'dns' });
    const late = resolveTarget(NAME, 0, new Deadline(5000, AbortSignal.abort('SIGTERM')), () => undefined);
    await expect(late).rejects.toMatchObject({ code: 'terminated' });
  });
});
