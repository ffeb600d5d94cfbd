import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue/index.js';
import { completionModel, type CompletionOption } from '../../src/cli/completion/model.js';
import { runMain } from '../support/run-cli.js';
import { requireTool } from './support/require.js';

/*
 * The scripts in the shells themselves. They are made from the catalogue that the parser reads, so what is asked here is whether a
 * shell understands them: every command, every option, every choice.
 */

const MODEL = completionModel(COMMANDS);
const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-completion-'));
const marker = join(dir, 'started');

beforeAll(() => {
  mkdirSync(join(dir, 'bin'));
  // What a TAB would start, if it started anything.
  for (const name of ['smtpcheck', 'node']) {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\necho "$0" >>'${marker}'\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  }
  mkdirSync(join(dir, 'files'));
  for (const name of ['chain one.pem', "chain'two.pem", 'chain.pem'])
    writeFileSync(join(dir, 'files', name), '');
  mkdirSync(join(dir, 'files', 'chain dir'));
});
afterAll(() => {
  expect(existsSync(marker)).toBe(false);
  rmSync(dir, { recursive: true });
});

/** What the shell offers behind each line. */
async function offers(shell: Shell, lines: readonly string[]): Promise<string[][]> {
  const script = join(dir, `script.${shell}`);
  const { stdout: text, code } = await runMain(['completion', shell]);
  expect(code).toBe(0);
  writeFileSync(script, text);
  const helper = join(import.meta.dirname, 'support/shells', `complete.${shell}`);
  const bare = { bash: ['--norc', '--noprofile'], zsh: ['-f'], fish: ['--no-config'] }[shell];
  const env = {
    PATH: `${join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: dir,
    TERM: 'xterm',
    LC_ALL: 'C.UTF-8',
  };
  const said = await new Promise<string>((resolve, reject) => {
    execFile(
      shell,
      [...bare, helper, script, ...lines],
      { cwd: join(dir, 'files'), env, timeout: 60_000 },
      (error, stdout, stderr) => {
        if (error === null && stderr === '') resolve(stdout);
        else reject(new Error(`${shell}: ${error?.message ?? ''}\n${stderr}\n${stdout}`));
      },
    ).stdin?.end();
  });
  const all = said
    .split(/^--\n/m)
    .slice(0, -1)
    .map((part) => part.split('\n').filter((offer) => offer !== ''));
  expect(all).toHaveLength(lines.length);
  return all;
}

const namesOf = (options: readonly CompletionOption[]): string[] => options.flatMap(({ names }) => names);
const long = (names: readonly string[]): string[] => names.filter((name) => name.startsWith('--'));

describe.each(SHELLS)('%s', (shell) => {
  describe.skipIf(!requireTool(shell))('completes', () => {
    it('every command', async () => {
      const [all = [], some] = await offers(shell, ['smtpcheck ', 'smtpcheck ce']);
      expect(all.filter((offer) => !offer.startsWith('-')).sort()).toEqual(
        MODEL.map(({ name }) => name).sort(),
      );
      expect(some).toEqual(['cert']);
    });

    it('every option of every command', async () => {
      const found = await offers(
        shell,
        MODEL.map(({ name }) => `smtpcheck ${name} --`),
      );
      for (const [i, { options }] of MODEL.entries())
        expect(long(found[i] ?? []).sort()).toEqual(long(namesOf(options)).sort());
      const letters = await offers(
        shell,
        MODEL.map(({ name }) => `smtpcheck ${name} -`),
      );
      for (const [i, { options }] of MODEL.entries())
        expect(letters[i]).toEqual(expect.arrayContaining(namesOf(options)));
    });

    it('every choice, and what is offered beside other values, in either way to write it', async () => {
      const closed = MODEL.flatMap(({ name, options }) =>
        options.flatMap(({ names, value }) =>
          value !== null && value.words.length > 0
            ? [{ name, option: names[0] ?? '', words: value.words }]
            : [],
        ),
      );
      expect(closed.length).toBeGreaterThan(5);
      const apart = await offers(
        shell,
        closed.map(({ name, option }) => `smtpcheck ${name} ${option} `),
      );
      const attached = await offers(
        shell,
        closed.map(({ name, option }) => `smtpcheck ${name} ${option}=`),
      );
      for (const [i, { option, words }] of closed.entries()) {
        expect([option, ...(apart[i] ?? [])].sort()).toEqual([option, ...words].sort());
        const bare = attached[i]?.map((offer) => offer.replace(`${option}=`, '')) ?? [];
        expect(bare.sort()).toEqual([...words].sort());
      }
    });

    it('files where a file is wanted, directories where a directory is, and neither elsewhere', async () => {
      const [file, directory, number, certificate, shells, nothing, profiles] = await offers(shell, [
        'smtpcheck tls --ca-file ch',
        'smtpcheck tls --ca-path ch',
        'smtpcheck tls --depth ',
        'smtpcheck cert ch',
        'smtpcheck completion ',
        'smtpcheck lab ch',
        'smtpcheck profiles show m',
      ]);
      const bare = (found: readonly string[] = []): string[] => {
        // zsh may offer one in two groups; the others may quote it for the line, and mark directories.
        const plain = found.map((offer) =>
          offer
            .replace(/\\(?=[ '])/g, '')
            .replace(/\/$/, '')
            .replace(/^"(.*)"$/, '$1'),
        );
        return [...new Set(plain)].sort();
      };
      const files = ['chain dir', 'chain one.pem', "chain'two.pem", 'chain.pem'].sort();
      expect(bare(file)).toEqual(files);
      expect(bare(certificate)).toEqual(files);
      expect(bare(directory)).toEqual(['chain dir']);
      expect(shells?.sort()).toEqual(['bash', 'fish', 'zsh']);
      expect([number, nothing]).toEqual([[], []]);
      expect(profiles?.sort()).toEqual(['modern', 'mx']);
    });
  });
});

describe('the scripts', () => {
  it('hold no word that a shell would expand', () => {
    for (const { name, options } of MODEL)
      for (const word of [name, ...namesOf(options), ...options.flatMap(({ value }) => value?.words ?? [])])
        expect(word).toMatch(/^[\w.:+-]+$/);
  });

  it.each([
    [[], 'no shell was given'],
    [['csh'], 'there is no completion for "csh"'],
    [['constructor'], 'there is no completion for "constructor"'],
    [['bash', 'zsh'], 'one shell'],
  ])('are of three shells, one a time: %j', async (words, message) => {
    const { code, stdout, stderr } = await runMain(['completion', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    if (words.length < 2) expect(stderr).toContain('there are bash, zsh, fish');
  });
});
