import type { CliOption } from '../options/option.js';
import { AUTH } from './auth.js';
import { CERT } from './cert.js';
import { CONNECT } from './connect.js';
import { completionCommand } from './completion.js';
import { DIFF } from './diff.js';
import { INIT } from './init.js';
import { EXPLAIN } from './explain.js';
import { DEMO, LAB } from './lab.js';
import { GATE, JUDGE, PROFILES } from './gate.js';
import { SCAN } from './scan.js';
import { S_CLIENT } from './s-client.js';
import type { CommandSpec } from './spec.js';
import { TLS } from './tls.js';

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly CommandSpec[] = [
  TLS,
  SCAN,
  INIT,
  GATE,
  JUDGE,
  PROFILES,
  AUTH,
  CONNECT,
  CERT,
  DIFF,
  EXPLAIN,
  S_CLIENT,
  LAB,
  DEMO,
  completionCommand(() => COMMANDS),
];

/** All options of all commands, each once by name. */
export function everyOption(): readonly (readonly [string, CliOption])[] {
  return Object.entries(
    Object.assign({}, ...COMMANDS.map(({ options }) => options)) as Record<string, CliOption>,
  );
}
