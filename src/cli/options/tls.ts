import { CONNECTION_OPTIONS } from './connection.js';
import { INSIDE_OPTIONS, RECONNECT_OPTIONS } from './inside.js';
import { OFFER_OPTIONS } from './offer.js';
import type { CliOptions } from './option.js';
import { OUTPUT_OPTIONS } from './output.js';
import { TARGET_OPTIONS } from './targets.js';
import { TRUST_OPTIONS } from './trust.js';

const TRUST = 'Trust and judgement:';
const OUTPUT = 'Output:';

/** The options of `smtpcheck tls`. */
export const TLS_OPTIONS: CliOptions = {
  ...TARGET_OPTIONS,
  ...CONNECTION_OPTIONS,
  ...OFFER_OPTIONS,
  'verify-hostname': {
    type: 'string',
    placeholder: 'NAME',
    group: TRUST,
    describe: 'name or address to find in the certificate, if not the SNI name',
  },
  'no-verify': {
    type: 'boolean',
    group: TRUST,
    describe: 'report what verification says, but do not judge it',
  },
  ...TRUST_OPTIONS,
  ...OUTPUT_OPTIONS,
  'show-leaf': {
    type: 'boolean',
    group: OUTPUT,
    describe: "print the server's own certificate as PEM (--show-certs: all that it sent)",
  },
  'save-chain': {
    type: 'string',
    placeholder: 'FILE',
    group: OUTPUT,
    describe: 'write the chain as sent to a file, PEM',
  },
  'session-out': {
    type: 'string',
    placeholder: 'FILE',
    group: OUTPUT,
    describe: 'write the TLS session to a file, PEM, for openssl sess_id; it holds keys',
  },
  ...INSIDE_OPTIONS,
  ...RECONNECT_OPTIONS,
};
