import { runConnect } from '../commands/connect.js';
import { CONNECT_OPTIONS } from '../options/connect.js';
import type { CommandSpec } from './spec.js';

export const CONNECT: CommandSpec = {
  name: 'connect',
  summary: 'sit in an SMTP session inside TLS, by hand or from a script',
  words: {
    name: 'target',
    describe: 'host (port 587), host:port, or submission:// submissions:// smtp:// smtps:// lmtp://',
    what: 'target',
    example: 'mail.example.org',
  },
  options: CONNECT_OPTIONS,
  examples: [
    { line: 'connect mail.example.org', what: 'lines are sent as typed; .help lists what is ours' },
    {
      line: "connect mail.example.org:25 -c 'MAIL FROM:<>' -c 'RCPT TO:<postmaster>'",
      what: 'and then QUIT',
    },
    { line: 'connect mail.example.org --strict < session.txt', what: 'fails when anything is refused' },
  ],
  run: runConnect,
};
