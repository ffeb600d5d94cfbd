import { runTls } from '../commands/tls.js';
import { TLS_OPTIONS } from '../options/tls.js';
import type { CommandSpec } from './spec.js';

export const TLS: CommandSpec = {
  name: 'tls',
  summary: 'connect, STARTTLS, verify, and report',
  words: {
    name: 'target',
    describe: 'host, host:port, [v6]:port, or smtp:// submission:// smtps:// submissions:// lmtp://',
    what: 'target',
    orOption: ['targets-file'],
    example: 'mail.example.org',
  },
  options: TLS_OPTIONS,
  examples: [
    { line: 'tls mail.example.org', what: 'check the server on port 25' },
    {
      line: 'tls mail.example.org:25 --tls1.2 --cipher ECDHE-RSA-AES128-GCM-SHA256',
      what: 'pin protocol and suite',
    },
    { line: 'tls smtps://mail.example.org --json', what: 'implicit TLS, for a script' },
    {
      line: 'tls 192.0.2.1 --servername mail.example.org --ca-path /etc/ssl/certs --depth 3',
      what: 'by address, against a CA directory',
    },
  ],
  run: runTls,
};
