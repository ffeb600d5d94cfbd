import { runCert } from '../commands/cert.js';
import { CERT_OPTIONS } from '../options/cert.js';
import type { CommandSpec } from './spec.js';

export const CERT: CommandSpec = {
  name: 'cert',
  summary: 'judge a file of certificates before it is deployed',
  words: {
    name: 'file',
    describe: 'PEM with the leaf first (fullchain.pem), DER, or PKCS#12; "-" for stdin',
    what: 'file',
    example: 'fullchain.pem',
    takesStdin: true,
  },
  options: CERT_OPTIONS,
  examples: [
    { line: 'cert fullchain.pem --host mail.example.org --key privkey.pem', what: 'before a deploy' },
    { line: 'cert fullchain.pem --at 2027-01-31', what: 'will it still hold then?' },
    {
      line: "cert new.pem --tlsa '3 1 1 8d02…'",
      what: 'does it match the TLSA record that is published?',
    },
    { line: 'cert fullchain.pem --show-tlsa', what: 'TLSA records to publish for it' },
  ],
  run: (raw, files, io, _signal, argv) => runCert(raw, files, io, argv),
};
