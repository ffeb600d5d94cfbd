import { runDiff } from '../commands/diff.js';
import { DIFF_OPTIONS } from '../options/diff.js';
import type { CommandSpec } from './spec.js';

export const DIFF: CommandSpec = {
  name: 'diff',
  summary: 'say what changed between two saved reports',
  words: {
    name: 'file',
    describe: 'two files of reports, as --json prints them, the older one first; "-" for stdin',
    what: 'file',
    example: 'before.json after.json',
    takesStdin: true,
  },
  options: DIFF_OPTIONS,
  examples: [
    { line: 'diff before.json after.json', what: 'exit code 0: nothing changed; 1: something did' },
    { line: 'diff before.json after.json --json', what: 'for a script' },
  ],
  run: (raw, files, io) => runDiff(raw, files, io),
};
