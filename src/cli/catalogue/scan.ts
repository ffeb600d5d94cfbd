import { runScan } from '../commands/scan.js';
import { SCAN_OPTIONS } from '../options/scan.js';
import type { CommandSpec } from './spec.js';

export const SCAN: CommandSpec = {
  name: 'scan',
  summary: 'find out everything that a server accepts',
  words: {
    name: 'target',
    describe: 'host, host:port, [v6]:port, or smtp:// submission:// smtps:// submissions:// lmtp://',
    what: 'target',
    example: 'mail.example.org',
    orOption: ['targets-file', 'list-checks'],
  },
  options: SCAN_OPTIONS,
  examples: [
    { line: 'scan mail.example.org', what: 'protocols, suites, groups, certificates and all else' },
    {
      line: 'scan mail.example.org --quick',
      what: 'the weak and the old alone, in a handful of connections',
    },
    {
      line: 'scan mail.example.org --all-addresses',
      what: 'each A and AAAA, and what they do not have in common',
    },
    { line: 'scan mail.example.org --rate 20/m --timeout 20m', what: 'a server that limits connections' },
    { line: 'scan smtps://mail.example.org --only protocols --json', what: 'one check, for a script' },
  ],
  run: runScan,
};
