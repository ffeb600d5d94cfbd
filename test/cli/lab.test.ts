import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labArguments } from '../../src/cli/commands/lab.js';
import { LAB_SERVERS, LAB_USER, startLab, type Lab, type LabListing } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { findingIds } from '../support/probe.js';
import { runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';

/** Every promise of the lab, kept by the command as a user calls it. */

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR });
});
afterAll(() => lab.stop());

function listing(name: string): LabListing {
  const found = lab.servers.find(({ definition }) => definition.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe.each(LAB_SERVERS)('$name', ({ name, expect: promised, command = 'tls' }) => {
  const env = { SMTPCHECK_PASSWORD: LAB_USER.password };

  it(`gives what it promises: ${promised.outcome}, ${promised.finding ?? promised.errorCode ?? 'no finding'}`, async () => {
    const { stdout, stderr, code } = await runMain([command, ...labArguments(listing(name), lab), '--json'], {
      env,
    });
    expect(stderr).toBe('');
    const report = parseReport(stdout);
    expect(report.outcome).toBe(promised.outcome);
    expect(report.exitCode).toBe(promised.exitCode);
    expect(code).toBe(promised.exitCode);
    expect(report.error?.code).toBe(promised.errorCode);
    if (promised.finding === null)
      expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    else expect(findingIds(report)).toContain(promised.finding);
    if (promised.verifyCode !== undefined) expect(report.verify?.code).toBe(promised.verifyCode);
    if (promised.outcome === 'pass') expect(report.verify?.judges).toEqual({ openssl: 0, own: 0 });
  });

  it('says the same as text, with the same exit code', async () => {
    const { stdout, code } = await runMain([command, ...labArguments(listing(name), lab)], { env });
    expect(code).toBe(promised.exitCode);
    expect(stdout.split(/\s/, 1)[0]).toBe(promised.outcome.toUpperCase());
    if (promised.finding !== null) expect(stdout).toContain(promised.finding);
    if (promised.errorCode !== undefined) expect(stdout).toContain(promised.errorCode);
    // Whatever a server says: no control character but the line end reaches the terminal.
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});

describe('all of them in one call', () => {
  it('come out in order, one line each, with the worst exit code', async () => {
    // The options that a server needs for itself would hold for all.
    const some = lab.servers.filter(
      ({ definition }) => definition.args === undefined && definition.command === undefined,
    );
    const [first] = some;
    if (first === undefined) throw new Error('no server');
    const [, ...options] = labArguments(first, lab);
    const targets = some.map((server) => labArguments(server, lab)[0] ?? '');
    const { stdout, code } = await runMain(['tls', ...targets, ...options, '--json']);
    const reports = stdout
      .trimEnd()
      .split('\n')
      .map((line) => parseReport(`${line}\n`));
    expect(reports.map((report) => report.target?.port)).toEqual(some.map(({ port }) => port));
    expect(reports.map((report) => report.exitCode)).toEqual(
      some.map(({ definition }) => definition.expect.exitCode),
    );
    expect(code).toBe(1);
  });
});
