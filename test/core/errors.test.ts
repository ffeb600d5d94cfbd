import { describe, expect, it } from 'vitest';
import { SmtpcheckError, usageError } from '../../src/core/errors.js';

/*
 * The command is several bundles, each with its own copy of the class. An error of another copy that was not recognised would be
 * called a bug of smtpcheck, with a stack trace, where a file of the user was bad.
 */
describe('an error', () => {
  class Special extends SmtpcheckError {}

  it('is known by any copy of its class', async () => {
    // @ts-expect-error -- a copy that the build makes; it has no types
    const { parseCrls } = (await import('../../dist/crl.cjs')) as {
      parseCrls: (bytes: Uint8Array) => unknown;
    };
    let thrown: unknown;
    try {
      parseCrls(new Uint8Array([1]));
    } catch (error) {
      thrown = error;
    }
    expect(Object.getPrototypeOf(thrown)).not.toBe(SmtpcheckError.prototype);
    expect(thrown instanceof SmtpcheckError).toBe(true);
    expect(thrown).toMatchObject({ code: 'crl-malformed', phase: 'trust' });
  });

  it('is of a subclass only when it was made as one', () => {
    expect(usageError('x') instanceof Special).toBe(false);
    expect(new Special('usage', 'arguments', 'x') instanceof Special).toBe(true);
    expect(new Special('usage', 'arguments', 'x') instanceof SmtpcheckError).toBe(true);
  });

  it.each([[new Error('x')], [{}], [null], [undefined], ['x'], [{ code: 'usage', phase: 'arguments' }]])(
    'is not %o',
    (value) => {
      expect((value as unknown) instanceof SmtpcheckError).toBe(false);
    },
  );
});
