import type { CliOptions } from './option.js';
import { OUTPUT_OPTIONS } from './output.js';
import { TRUST_OPTIONS } from './trust.js';

const FILE = 'The file:';
const TRUST = 'Trust and judgement:';
const DANE = 'DANE:';

/** The options of `smtpcheck cert`. */
export const CERT_OPTIONS: CliOptions = {
  host: {
    type: 'string',
    alias: 'verify-hostname',
    placeholder: 'NAME',
    repeatable: true,
    group: FILE,
    describe: 'name or address that the certificate must carry; repeatable, all must match',
  },
  key: {
    type: 'string',
    placeholder: 'FILE',
    group: FILE,
    describe: 'private key, PEM or DER: does it belong to the certificate?',
  },
  'passphrase-file': {
    type: 'string',
    placeholder: 'FILE',
    group: FILE,
    describe: 'passphrase of the key or the PKCS#12 file ("-" for stdin)',
  },
  untrusted: {
    type: 'string',
    placeholder: 'FILE',
    repeatable: true,
    group: FILE,
    describe: 'further intermediates that may be used, as if they had been sent; repeatable',
  },
  at: {
    type: 'string',
    placeholder: 'DATE',
    group: TRUST,
    describe: 'judge as of this time, such as 2027-01-31 or 2027-01-31T12:00:00Z (default now)',
  },
  purpose: {
    type: 'string',
    choices: ['smtp-server', 'any'],
    group: TRUST,
    describe: 'what the certificate has to serve for (default smtp-server)',
  },
  ...TRUST_OPTIONS,
  tlsa: {
    type: 'string',
    placeholder: 'RR',
    repeatable: true,
    group: DANE,
    describe: 'published TLSA record(s) that the chain must match, such as "3 1 1 <hex>"; repeatable',
  },
  'show-tlsa': { type: 'boolean', group: DANE, describe: 'print the TLSA records that would match' },
  ...OUTPUT_OPTIONS,
};
