import { runInit } from '../commands/init.js';
import { INIT_OPTIONS } from '../options/init.js';
import type { CommandSpec } from './spec.js';

export const INIT: CommandSpec = {
  name: 'init',
  summary: "write a gate's file from what servers do today",
  words: {
    name: 'target',
    describe:
      'host (port 25), host:port, [v6]:port, or smtp:// submission:// smtps:// submissions:// lmtp://',
    what: 'target',
    example: 'mx1.example.org submit.example.org:587',
  },
  options: INIT_OPTIONS,
  examples: [
    { line: 'init mx1.example.org submit.example.org:587', what: 'writes smtpcheck.yaml' },
    { line: 'init mx1.example.org -o -', what: 'shows what it would be' },
  ],
  run: runInit,
};
