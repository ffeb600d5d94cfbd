import type { GateOptionsInFile } from '../../policy/gate-file/file-types.js';

/** What other commands have as options, and a gate in its file, under `defaults` or at a target; in the order in which `init` writes it. */
const KEYS: Readonly<Record<Exclude<keyof GateOptionsInFile, 'inconclusive'>, true>> = {
  'ca-path': true,
  'ca-file': true,
  'ca-store': true,
  depth: true,
  'auth-level': true,
  'partial-chain': true,
  'x509-strict': true,
  'crl-file': true,
  'crl-check': true,
  'expires-within': true,
  'fail-on': true,
  timeout: true,
  'connect-timeout': true,
  ehlo: true,
  servername: true,
  'no-sni': true,
  'verify-hostname': true,
  ipv4: true,
  ipv6: true,
  bind: true,
  proxy: true,
  rate: true,
  'max-wait': true,
  'max-connections': true,
  concurrency: true,
};

export const OF_THE_FILE: readonly string[] = Object.keys(KEYS);

/** An option that `gate` itself does not have. */
export const isOfTheFile = (option: string): boolean => option !== 'fail-on' && OF_THE_FILE.includes(option);
