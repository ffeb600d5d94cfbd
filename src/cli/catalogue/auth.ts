import { runAuth } from '../commands/auth.js';
import { AUTH_OPTIONS } from '../options/auth.js';
import type { CommandSpec } from './spec.js';

export const AUTH: CommandSpec = {
  name: 'auth',
  summary: 'check a server, and whether this user can log in to it',
  words: {
    name: 'target',
    describe: 'host (port 587), host:port, or submission:// submissions:// smtp:// smtps://',
    what: 'target',
    orOption: ['targets-file'],
    example: 'mail.example.org',
  },
  options: AUTH_OPTIONS,
  examples: [
    { line: 'auth mail.example.org --user alice', what: 'asks for the password' },
    {
      line: 'auth submissions://mail.example.org -u alice --password-file pw',
      what: 'implicit TLS, in a script',
    },
    { line: 'auth mail.example.org -u alice --all-mechanisms', what: 'each mechanism that is offered' },
  ],
  run: runAuth,
};
