import { PROFILE_NAMES } from '../../policy/profiles/names.js';
import { runGate, runJudge, runProfiles } from '../commands/gate.js';
import { GATE_OPTIONS, JUDGE_OPTIONS, PROFILES_OPTIONS } from '../options/gate.js';
import type { CommandSpec } from './spec.js';

export const GATE: CommandSpec = {
  name: 'gate',
  summary: 'judge servers by a policy, for a pipeline',
  words: {
    name: 'file',
    describe: 'YAML or JSON; default smtpcheck.yaml here; - for stdin',
    what: 'file',
    example: 'smtpcheck.yaml',
    takesStdin: true,
    optional: true,
  },
  options: GATE_OPTIONS,
  examples: [
    { line: 'gate', what: 'the targets and profiles of smtpcheck.yaml' },
    {
      line: 'gate --format junit -o junit.xml --format sarif -o smtpcheck.sarif',
      what: 'text on the terminal, and two files for the pipeline',
    },
    { line: 'gate ci/mail.yaml --baseline last.json', what: 'only what got worse fails' },
  ],
  run: runGate,
};

export const JUDGE: CommandSpec = {
  name: 'judge',
  summary: 'judge saved reports by a profile, without a connection',
  words: {
    name: 'report',
    describe: 'JSON or JSON Lines of scan or gate; - for stdin',
    what: 'report',
    example: 'scan.json --profile intermediate',
    takesStdin: true,
  },
  options: JUDGE_OPTIONS,
  examples: [
    { line: 'judge scan.json --profile ncsc-nl-2025-05', what: 'what a scan found, by the Dutch guidelines' },
  ],
  run: runJudge,
};

export const PROFILES: CommandSpec = {
  name: 'profiles',
  summary: 'list the profiles of the gate, or show what one asks for',
  words: {
    name: 'words',
    describe: 'show NAME; without it, the list',
    what: 'profile',
    example: 'show intermediate',
    suggests: ['show', ...PROFILE_NAMES],
    optional: true,
  },
  options: PROFILES_OPTIONS,
  examples: [{ line: 'profiles show mx', what: 'rules, sources, and what is our reading' }],
  run: runProfiles,
};
