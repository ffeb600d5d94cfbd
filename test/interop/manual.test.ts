import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue/index.js';
import type { CommandSpec } from '../../src/cli/catalogue/spec.js';
import { ENVIRONMENT } from '../../src/cli/environment.js';
import { EXIT_STATUS } from '../../src/cli/exit-status.js';
import { manualPage } from '../../src/cli/manual/page.js';
import { runMain } from '../support/run-cli.js';
import { requireTool } from './support/require.js';

/** The manual says what the command line says, and every reader of manuals shows it as it was meant. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'docs/smtpcheck.1');

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], input = ''): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd: ROOT, env: { ...process.env, LC_ALL: 'C.UTF-8' } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    // Who ends before it has read its input is no fault: a file is named, and nothing is to be read.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** As a terminal of ASCII shows it, without bold type. */
async function rendered(page: string, width = 1000): Promise<string> {
  const { stdout } = await run('mandoc', ['-mdoc', '-Tascii', '-O', `width=${width}`], page);
  // Overstriking is how it makes bold and underlined type.
  return stdout.replace(/.\x08/g, '');
}

describe('docs/smtpcheck.1', () => {
  it('is what the tables say', async () => {
    expect(await run(process.execPath, ['scripts/man.mjs', '--check'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('is part of the package', () => {
    const { man, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      man: string;
      files: string[];
    };
    expect(join(ROOT, man)).toBe(PAGE);
    expect(files).toContain('docs');
  });

  describe.skipIf(!requireTool('mandoc'))('by mandoc', () => {
    it('has nothing to warn of', async () => {
      expect(await run('mandoc', ['-Tlint', '-Wwarning', PAGE])).toEqual({ code: 0, stdout: '', stderr: '' });
    });

    it('shows every command, option, variable, exit code and example, to be copied as they stand', async () => {
      const shown = await rendered(readFileSync(PAGE, 'utf8'));
      for (const { name, options, examples } of COMMANDS) {
        expect(shown).toMatch(new RegExp(`^ +smtpcheck ${name}(?: |$)`, 'm'));
        for (const option of Object.keys(options)) expect(shown).toContain(`--${option}`);
        for (const { line } of examples) expect(shown).toContain(`$ smtpcheck ${line.replace('…', '...')}`);
      }
      for (const { name } of ENVIRONMENT) expect(shown).toContain(name);
      for (const { code, what } of EXIT_STATUS)
        expect(shown).toMatch(new RegExp(`^ +${code} +\\w+: ${what.slice(0, 20)}`, 'm'));
    });
  });

  it.skipIf(!requireTool('groff'))('by groff has nothing to warn of', async () => {
    for (const device of ['utf8', 'ascii', 'ps'])
      expect(await run('groff', ['-mdoc', `-T${device}`, '-ww', '-z', PAGE])).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
  });
});

/** A command whose words try everything that is markup to roff. */
const HOSTILE: CommandSpec = {
  name: 'odd',
  summary: '.TH is no macro here. Nor is \\fBthis\\fR',
  words: {
    name: 'word',
    describe: '\'quoted\' \\(bu and -x --long-name, 10% "of" it',
    what: 'word',
    example: 'x',
  },
  options: {
    'a-b': { type: 'string', group: 'Odd "group":', describe: '.so /etc/passwd', choices: ['-x', 'y'] },
    bare: {
      type: 'string',
      group: 'Odd "group":',
      alias: ['B', 'other-name'],
      describe: 'sha256:<hex> of it. Or none',
    },
  },
  examples: [{ line: 'odd \'a b\' "c" `d` ^e ~f \\g -- --a-b=…', what: "what's it for?" }],
  run: () => Promise.resolve(0),
};

describe('any words', () => {
  it.skipIf(!requireTool('mandoc'))('are shown as they stand, and are never markup', async () => {
    const page = manualPage([HOSTILE], '1.0', 'January 1, 2026');
    expect(page).toMatch(/^[\0-\x7f]*$/);
    expect((await run('mandoc', ['-mdoc', '-Tlint', '-Wwarning'], page)).stdout).toBe('');
    const shown = await rendered(page);
    for (const words of [
      '.TH is no macro here. Nor is \\fBthis\\fR.',
      '\'quoted\' \\(bu and -x --long-name, 10% "of" it.',
      'Odd "group":',
      '.so /etc/passwd.',
      '--a-b -x | y',
      '-B VALUE, --bare VALUE, --other-name VALUE',
      'sha256:<hex> of it. Or none.',
      '$ smtpcheck odd \'a b\' "c" `d` ^e ~f \\g -- --a-b=...',
    ])
      expect(shown.replace(/ {2,}/g, ' ')).toContain(words);
  });
});

describe('the table of the environment', () => {
  /** `env['NAME']`, or `{ NAME: name } = io.env`. */
  const READ = /env\['([A-Z_]+)'\]|\b([A-Z]{2}[A-Z_]+): \w+(?=[^;]*\} = io\.env)/g;

  it('has every variable that is read, and no other', () => {
    const folder = join(ROOT, 'src/cli');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.ts'),
    );
    const read = sources.flatMap((path) =>
      [...readFileSync(join(folder, path), 'utf8').matchAll(READ)].map(([, a, b]) => a ?? b),
    );
    expect(ENVIRONMENT.map(({ name }) => name).sort()).toEqual([...new Set(read)].sort());
  });
});

describe('--help', () => {
  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))(
    'of %s is made from the same tables',
    async (name, spec) => {
      const { stdout, code } = await runMain([name, '--help']);
      expect(code).toBe(0);
      const flat = stdout.replace(/\s+/g, ' ');
      expect(flat).toContain(spec.summary);
      for (const [option, { describe: words }] of Object.entries(spec.options)) {
        expect(flat).toContain(`--${option}`);
        expect(flat).toContain(words.split(' ').slice(0, 3).join(' '));
      }
    },
  );

  it('names every command and exit code', async () => {
    const flat = (await runMain(['--help'])).stdout.replace(/\s+/g, ' ');
    for (const { name, summary } of COMMANDS)
      expect(flat).toMatch(new RegExp(`smtpcheck ${name}.{0,20} ${summary}`));
    for (const { code, name, what } of EXIT_STATUS) expect(flat).toContain(`${code} ${name} ${what}`);
  });
});
