import { PassThrough, Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.js';
import { fixture } from './probe.js';
import { runMain, type CliResult } from './run-cli.js';

/** What a user says who knows the lab's roots and the name of its servers. */
export const TRUSTING = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];

/** Runs `connect` in this process, with `input` as standard input out of a pipe. */
export function connect(
  port: number,
  input: string | Uint8Array | Readable,
  options: readonly string[] = [],
  io: Partial<Io> = {},
): Promise<CliResult> {
  const stdin = input instanceof Readable ? input : Readable.from([Buffer.from(input as string)]);
  return runMain(['connect', `127.0.0.1:${port}`, ...TRUSTING, ...options], { input: () => stdin, ...io });
}

/** Standard input of a program that reads before it writes on: a line each time `stdout` matches. */
export function script(steps: readonly (readonly [RegExp, string])[]): {
  readonly input: Readable;
  readonly stdout: (text: string) => void;
  readonly said: () => string;
} {
  const input = new PassThrough();
  const left = [...steps];
  let said = '';
  const stdout = (text: string): void => {
    said += text;
    while (left[0]?.[0].test(said) === true) input.write(left.shift()?.[1] ?? '');
    if (left.length === 0) input.end();
  };
  return { input, stdout, said: () => said };
}
