import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withWordsInFront } from '../../src/cli/catalogue/end-of-options.js';
import { scanned } from '../policy/support.js';
import { runCli, runMain } from '../support/run-cli.js';

/*
 * Scripts write `--` in front of names that come from elsewhere. yargs lost what stood behind it, and said nothing: a bad server there
 * was not asked, and the run passed.
 */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-words-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function saved(name: string, text: string): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  return file;
}

const gateOf = (host: string): string => `version: 1\nprofile: mx\ntargets: [{ host: "${host}" }]\n`;

describe('what stands behind "--"', () => {
  it('is asked, whatever stands in front of it', async () => {
    const dead = await runMain(['tls', '--json', '127.0.0.1:1', '--', '127.0.0.1:2']);
    expect(dead.code).toBe(3);
    expect([...dead.stdout.matchAll(/"port":(\d+)/g)].map(([, port]) => port)).toEqual(
      expect.arrayContaining(['1', '2']),
    );
  });

  it('is judged, and not what stands in front of it alone', async () => {
    const good = saved('good.json', JSON.stringify(scanned()));
    const none = await runMain(['judge', good, '--profile', 'mx', '-q', '--', join(dir, 'none.json')]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('none.json')]);
    expect((await runMain(['judge', '--profile', 'mx', '-q', '--', good])).code).toBe(0);
  });

  it('is the gate, and not the file that is looked for where none is named', async () => {
    saved('smtpcheck.yaml', gateOf('127.0.0.1:1'));
    saved('other.yaml', gateOf('127.0.0.1:2'));
    const { stdout } = await runCli(['gate', '--json', '--', 'other.yaml'], { cwd: dir });
    expect(stdout).toContain('"port":2');
    const two = await runCli(['gate', 'smtpcheck.yaml', '--', 'other.yaml'], { cwd: dir });
    expect([two.code, two.stderr]).toEqual([2, expect.stringContaining('gate takes one file, not 2')]);
  });

  // It had gone in front of the other words: `diff a -- b` told the changes from b to a, a server that broke as one that was mended.
  it('comes behind the words in front of it, in their order', async () => {
    const good = saved('before.json', JSON.stringify(scanned()));
    const bad = saved('after.json', JSON.stringify({ ...scanned(), outcome: 'fail', exitCode: 1 }));
    const { code, stdout } = await runMain(['diff', good, '--', bad]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('outcome: pass -> fail')]);
    expect((await runMain(['profiles', 'show', '--', 'mx'])).stdout).toMatch(/^mx 1/);
  });

  it.each([
    [['gate', '--', '--inconclusive=warn'], /"--inconclusive=warn" stands behind "--"/],
    [['demo', '--', 'x'], /unknown argument: x/],
    [['tls', '--', ''], /names no host|needs a value|no target/],
  ])('is no option, and nothing that is not asked for: %j', async (args, words) => {
    const { code, stderr } = await runMain(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });

  it.each([
    ['tls a -4', 'tls a -4'],
    ['tls -4 a -- b c', 'tls -4 a b c'],
    ['tls a -4 -- b', 'tls a b -4'],
    ['tls a --servername -- b', 'tls a b --servername'],
    ['cert - -- b', 'cert - b'],
    ['-- tls a', 'tls a'],
    ['gate --', 'gate'],
    ['gate -- -', 'gate -'],
  ])('%s is %s', (given, meant) => {
    expect(withWordsInFront(given.split(' ')).join(' ')).toBe(meant);
  });
});
