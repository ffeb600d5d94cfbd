import { describe, expect, it } from 'vitest';
import { sessionFile } from '../../src/cli/session-file.js';
import type { Io } from '../../src/cli/io.js';

const io: Io = {
  stdout: () => undefined,
  stderr: () => undefined,
  stdoutIsTty: false,
  stderrIsTty: false,
  columns: 80,
  env: {},
};

// A server that gave no session left the file of another day where it was, and the exit code said that all was well.
describe('--session-out with a server that gives no session', () => {
  it('is no pass', () => {
    expect(sessionFile('/nowhere/session.pem').save(io, 0)).toEqual([4]);
  });

  it.each([1, 3, 4])('leaves a probe that came to %i as it is', (exitCode) => {
    expect(sessionFile('/nowhere/session.pem').save(io, exitCode)).toEqual([]);
  });
});
