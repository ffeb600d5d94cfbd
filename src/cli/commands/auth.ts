import type { Phase } from '../../core/errors.js';
import { probeAuth } from '../../probe/auth/probe.js';
import { checkAuthTargets, readAuthArgs } from '../args/auth.js';
import { optional, type RawArgs } from '../args/getter.js';
import { openInside, withDialogue } from '../inside.js';
import type { Io } from '../io.js';
import { probeEach } from '../probes.js';
import { openOrRefuse, openOutput } from '../reporting.js';
import { sayWarning } from '../say.js';
import { readSecret } from '../secrets.js';
import { openServerFiles, probeOptions } from '../server-files.js';
import { sessionFile } from '../session-file.js';
import { saveChain, withTargets } from './tls.js';

/** `smtpcheck auth`. Resolves to the exit code. Targets are taken one after the other. */
export async function runAuth(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  const opened = await openOrRefuse('auth', argv, io, async () => {
    const args = await withTargets(readAuthArgs(raw, targets), checkAuthTargets);
    const output = await openOutput(args, argv, io);
    const files = await openServerFiles(args, io);
    const inside = await openInside(args, io, true);
    const { user, authzid } = args;
    const credentials = { user, secret: await readSecret(args, io), ...optional('authzid', authzid) };
    return { args, output, files, inside, credentials };
  });
  if (typeof opened === 'number') return opened;
  const { args, output, files, inside, credentials } = opened;
  if (args.insecureAuth) {
    sayWarning(io, 'with --insecure-auth the credentials go to whoever answers, verified or not');
  }
  const session = sessionFile(args.sessionOut);
  const options = { ...probeOptions(args, files, inside), ...session, credentials };
  const codes = await probeEach(
    args,
    io,
    output,
    1,
    (target, onPhase) => {
      const told = (phase: Phase): void => {
        inside.onPhase(phase);
        onPhase(phase);
      };
      return withDialogue(inside, args, io, target, (onDialogue) =>
        probeAuth(target, {
          ...args,
          ...options,
          signal,
          onPhase: told,
          ...optional('onDialogue', onDialogue),
        }),
      );
    },
    (report) => [...saveChain(report, args.saveChain, io), ...session.save(io, report.exitCode)],
  );
  return output.end([...codes, ...inside.close()]);
}
