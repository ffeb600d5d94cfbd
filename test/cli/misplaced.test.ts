import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runMain } from '../support/run-cli.js';

/*
 * Who knows tls and scan gives their options and targets to a gate, where a file has them. That was answered with
 * "smtpcheck --help lists what there is", which lists no option at all.
 */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-misplaced-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a command line that means something else', () => {
  it.each<[string, RegExp]>([
    [
      'gate mx.example.org',
      /mx\.example\.org: there is no such file\nhint: .*smtpcheck init mx\.example\.org/,
    ],
    ['gate smtps://mx.example.org', /hint: .*smtpcheck init smtps:\/\/mx\.example\.org writes one/],
    ['gate nofile.yaml', /hint: smtpcheck init mail\.example\.org -o nofile\.yaml writes one/],
    ['gate --profile modern', /unknown argument: profile\nhint: write profile: NAME into the gate's file/],
    ['gate --timeout 5s', /hint: write timeout into the gate's file/],
    ['gate -4', /hint: write ipv4 into the gate's file/],
    ['gate --pin sha256:00', /hint: write expect: \{ cert-sha256/],
    ['gate --tls1.2', /hint: .*smtpcheck tls has --tls1\.2/],
    ['gate --bogus', /hint: smtpcheck gate --help lists what there is/],
    // The hint was the text of a function of JavaScript.
    ['gate --constructor', /unknown argument: constructor\nhint: smtpcheck gate --help/],
    ['gate --format xml', /--format takes text or json .*, not "xml"\nhint: JUnit XML is --format junit/],
    ['gate --format=jnit', /not "jnit"\nhint: did you mean junit\?/],
    ['gate -o', /-o needs a value\nhint: such as: -o FILE/],
    ['judge x.json --timeout 5s', /hint: that is an option of tls, .*; smtpcheck judge --help lists its own/],
    [
      'judge mx.example.org --profile mx',
      /no such file\nhint: smtpcheck scan TARGET --json > FILE writes one/,
    ],
    ['profiles shwo mx', /hint: smtpcheck profiles show mx\n/],
    ['profiles mxx', /hint: smtpcheck profiles show mx\n/],
    ['profiles list', /hint: smtpcheck profiles lists them/],
  ])('%s', async (line, words) => {
    const { stdout, stderr, code } = await runMain(line.split(' '));
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(words);
  });
});

/*
 * A usage error is written into the files of -o, so that no report of yesterday is taken for today's. What `init` writes with -o is the
 * gate's file: a misspelt option put a report into its place, without --force. Other commands have no -o at all.
 */
it.each([
  ['init', 'a.example', '--bogus'],
  ['init'],
  ['init', 'a.example', '--timeout'],
  ['lab', '--bogus'],
  ['diff', 'a.json', 'b.json'],
  ['profiles', 'show', 'mx'],
  ['completion', 'bsh'],
])('no file is touched by what is refused in %s %s %s', async (...words) => {
  for (const name of ['smtpcheck.json', 'gate.sarif']) {
    const file = join(dir, name);
    writeFileSync(file, 'precious\n');
    const { stdout, code } = await runMain([...words, '-o', file]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(readFileSync(file, 'utf8')).toBe('precious\n');
  }
});

/** With one dash, as yargs takes it too, it was a line of text. */
it.each(['--json', '-json'])(
  'a line of diff that is refused has the object of diff with %s',
  async (json) => {
    const { stdout, stderr, code } = await runMain(['diff', 'a.json', 'b.json', '--bogus', json]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 2 });
    expect(JSON.parse(stdout)).toMatchObject({ command: 'diff', differences: [], error: { code: 'usage' } });
  },
);
