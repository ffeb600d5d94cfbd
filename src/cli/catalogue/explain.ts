import { EXPLAIN_OPTIONS } from '../options/explain.js';
import type { CommandSpec } from './spec.js';

export const EXPLAIN: CommandSpec = {
  name: 'explain',
  summary: 'explain a finding, an error or a verify code, and say which setting to change',
  words: {
    name: 'id',
    describe:
      'the id of a finding or an error, or a verify code by number or name (10, X509_V_ERR_CERT_HAS_EXPIRED)',
    what: 'id',
    example: 'tls-1-0-accepted',
    orOption: ['list'],
  },
  options: EXPLAIN_OPTIONS,
  examples: [
    { line: 'explain tls-1-0-accepted', what: 'what it is, and the lines for Postfix and Exim' },
    {
      line: 'explain 10 hostname-mismatch connection-refused',
      what: 'a verify code, a finding and an error',
    },
    { line: 'explain --list', what: 'everything that can be explained' },
  ],
  run: async (raw, words, io) => (await import('../commands/explain.js')).runExplain(raw, words, io),
};
