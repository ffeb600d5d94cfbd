import type { CliOption } from '../options/option.js';
import { AUTH } from './auth.js';
import { CERT } from './cert.js';
import { DEMO, LAB } from './lab.js';
import { SCAN } from './scan.js';
import type { CommandSpec } from './spec.js';
import { TLS } from './tls.js';

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly CommandSpec[] = [TLS, SCAN, AUTH, CERT, LAB, DEMO];

/** All options of all commands, each once by name. */
export function everyOption(): readonly (readonly [string, CliOption])[] {
  return Object.entries(
    Object.assign({}, ...COMMANDS.map(({ options }) => options)) as Record<string, CliOption>,
  );
}
