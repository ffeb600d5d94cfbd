import { usageError } from '../../core/errors.js';
import type { CommandSpec } from './spec.js';

/** Its flags are openssl's and not read by yargs: see commands/s-client.ts, to which main.ts goes at once. */
export const S_CLIENT: CommandSpec = {
  name: 's_client',
  summary: 'take a command line of openssl s_client as it stands, and run what it stands for',
  words: {
    name: 'flag',
    describe: "openssl's own flags, such as -connect HOST:25 -starttls smtp; -help lists what each becomes",
    what: 'flag',
    example: '-starttls smtp -connect mail.example.org:25',
  },
  options: {},
  examples: [
    {
      line: 's_client -starttls smtp -connect mail.example.org:25 -CApath /etc/ssl/certs </dev/null',
      what: 'what is in scripts and wikis, with its first word replaced',
    },
  ],
  run: () => Promise.reject(usageError('s_client comes first: smtpcheck s_client -connect HOST:25')),
};
