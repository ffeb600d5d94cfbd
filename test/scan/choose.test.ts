import { describe, expect, it } from 'vitest';
import { SCAN_CHECKS } from '../../src/checks/scan/index.js';
import { chosenChecks } from '../../src/scan/choose.js';

const ids = (options: Parameters<typeof chosenChecks>[0]): string[] =>
  chosenChecks(options).map(({ id }) => id);
const REST = ['extensions', 'renegotiation', 'dh-primes'];

describe('the checks to run', () => {
  it('are all, in the order of the report', () => {
    expect(ids({})).toEqual(SCAN_CHECKS.map(({ id }) => id));
  });

  it('bring along what they cannot do without', () => {
    expect(ids({ only: ['groups'] })).toEqual(['protocols', 'groups']);
    expect(ids({ only: ['injection'] })).toEqual(['injection']);
  });

  it('bring along what they make use of when they are asked for by name', () => {
    expect(new Set(ids({ only: ['attacks'] }))).toEqual(new Set(['protocols', ...REST, 'attacks']));
    expect(ids({ only: ['attacks'], skip: ['extensions'] })).not.toContain('extensions');
  });

  it('do without it otherwise', () => {
    expect(ids({ skip: ['extensions'] })).toContain('attacks');
    expect(ids({ skip: ['extensions'] })).not.toContain('extensions');
  });

  // It asks for one suite and for weak ones: that a suite is not in its list is no "no" for an attack to rest on.
  it('have no attacks with --quick', () => {
    expect(ids({ quick: true })).toEqual(['protocols', 'certificates']);
  });

  it.each([
    [{ only: ['grups'] }, /there is no check "grups"/],
    [{ only: ['groups'], skip: ['groups'] }, /leave no check/],
  ])('%j is a mistake', (options, message) => {
    expect(() => chosenChecks(options)).toThrow(message);
  });

  it('need and use only checks that there are, and that stand before them', () => {
    const order = SCAN_CHECKS.map(({ id }) => id);
    for (const { id, after, behind = [], uses = [] } of SCAN_CHECKS)
      for (const other of [...after, ...behind, ...uses]) {
        expect(order).toContain(other);
        expect([id, order.indexOf(other) < order.indexOf(id)]).toEqual([id, true]);
      }
  });
});
