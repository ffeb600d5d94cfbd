import { SmtpcheckError } from '../../core/errors.js';
import { EXIT } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import { probeTls } from '../../probe/tls.js';
import { optional, type RawArgs } from '../args/getter.js';
import { checkTargets, readTlsArgs, type TlsArgs } from '../args/tls.js';
import { writeOptionFile } from '../files.js';
import { openInside, withDialogue } from '../inside.js';
import type { Io } from '../io.js';
import { probeEach } from '../probes.js';
import { openOrRefuse, openOutput } from '../reporting.js';
import { sayError, sayWarning } from '../say.js';
import { openServerFiles, probeOptions } from '../server-files.js';
import { sessionFile } from '../session-file.js';

/** Probes that run side by side when there are several targets. */
const CONCURRENCY = 4;

/** `smtpcheck tls`. Resolves to the exit code; reports come out in the order of the targets. */
export async function runTls(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  const opened = await openOrRefuse('tls', argv, io, async () => {
    const args = await withTargets(readTlsArgs(raw, targets), checkTargets);
    const output = await openOutput(args, argv, io);
    const files = await openServerFiles(args, io);
    return { args, output, files, inside: await openInside(args, io, false) };
  });
  if (typeof opened === 'number') return opened;
  const { args, output, files, inside } = opened;
  const session = sessionFile(args.sessionOut);
  const options = { ...probeOptions(args, files, inside), ...session };
  const codes = await probeEach(
    args,
    io,
    output,
    inside.oneByOne ? 1 : CONCURRENCY,
    (target, onPhase) =>
      withDialogue(inside, args, io, target, (onDialogue) =>
        probeTls(target, { ...options, signal, onPhase, ...optional('onDialogue', onDialogue) }),
      ),
    (report) => [...saveChain(report, args.saveChain, io), ...session.save(io, report.exitCode)],
  );
  return output.end([...codes, ...inside.close()]);
}

/** The arguments with what --targets-file names. @throws SmtpcheckError */
export async function withTargets<Args extends TlsArgs>(
  args: Args,
  check: (args: Args) => void,
): Promise<Args> {
  const { targetsFile } = args;
  if (targetsFile === undefined) return args;
  const { withListedTargets } = await import('../targets-file.js');
  return withListedTargets(args, targetsFile, check);
}

/** An exit code of its own: a file that was asked for and is not there may not look like success. */
export function saveChain(report: Report, file: string | undefined, io: Io): number[] {
  if (file === undefined) return [];
  const pems = report.chain?.sent.map((cert) => cert.pem ?? '') ?? [];
  if (pems.length === 0) {
    sayWarning(io, `no certificate was seen: ${file} was not written`);
    return [];
  }
  try {
    writeOptionFile('--save-chain', file, pems.join(''));
    return [];
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    sayError(io, error);
    return [EXIT.usage];
  }
}
