import { SmtpcheckError } from '../../core/errors.js';
import { combineExitCodes, EXIT } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import type { ClientCertificate } from '../../net/secure-context.js';
import { probeTls } from '../../probe/tls.js';
import { readOptionFile, readSecretFile, writeOptionFile } from '../files.js';
import { hexDump } from '../hexdump.js';
import type { Io } from '../io.js';
import { startProgress } from '../progress.js';
import { printReport, refuse } from '../reporting.js';
import { sayError, sayWarning } from '../say.js';
import { openTrustFiles, type TrustFiles } from '../trust-files.js';
import type { RawArgs } from '../args/getter.js';
import { readTlsArgs, type TlsArgs } from '../args/tls.js';

/** What the options name, opened. */
interface Files extends TrustFiles {
  readonly client: ClientCertificate | undefined;
}

/** Probes that run side by side when there are several targets. */
const CONCURRENCY = 4;

/** `smtpcheck tls`. Resolves to the exit code; reports come out in the order of the targets. */
export async function runTls(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  let args: TlsArgs;
  let files: Files;
  try {
    args = readTlsArgs(raw, targets);
    files = { ...openTrustFiles(args, io), client: clientCertificate(args) };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return refuse(error, 'tls', raw['json'] === true, io);
  }
  const codes = await probeAll(args, files, io, signal);
  return combineExitCodes(codes);
}

async function probeAll(
  args: TlsArgs,
  { client, ...files }: Files,
  io: Io,
  signal: AbortSignal,
): Promise<number[]> {
  const progress = args.quiet
    ? null
    : startProgress(io, args.targets.length === 1 ? 'smtpcheck' : `${args.targets.length} targets`);
  const onPhase = (phase: Parameters<NonNullable<typeof progress>['phase']>[0]): void =>
    progress?.phase(phase);
  const probe = (target: Target): Promise<Report> =>
    probeTls(target, {
      ...probeOptions(args, io),
      ...files,
      ...(client === undefined ? {} : { client }),
      signal,
      onPhase,
    });
  const waiting = args.targets.map((target) => ({ target, report: null as Promise<Report> | null }));
  const codes: number[] = [];
  // Bytes of several connections side by side would be unreadable.
  const width = args.debug ? 1 : CONCURRENCY;
  for (const [i] of waiting.entries()) {
    for (const next of waiting.slice(i, i + width)) next.report ??= probe(next.target);
    const report = await waiting[i]?.report;
    if (report === undefined || report === null) continue;
    progress?.stop();
    if (args.saveChain !== undefined) codes.push(saveChain(report, args.saveChain, io));
    printReport(report, args, io, i > 0);
    codes.push(report.exitCode);
  }
  return codes;
}

function probeOptions(args: TlsArgs, io: Io): Omit<Parameters<typeof probeTls>[1], 'trust'> {
  return {
    ...args,
    transcript: args.verbose,
    ...(args.debug ? { onBytes: (direction, chunk) => io.stderr(hexDump(direction, chunk)) } : {}),
    showCerts: args.showCerts || args.saveChain !== undefined,
  };
}

/** Resolves to an exit code of its own: a file that was asked for and is not there may not look like success. */
function saveChain(report: Report, file: string, io: Io): number {
  const pems = report.chain?.sent.map((cert) => cert.pem ?? '') ?? [];
  if (pems.length === 0) {
    sayWarning(io, `no certificate was seen: ${file} was not written`);
    return EXIT.pass;
  }
  try {
    writeOptionFile('--save-chain', file, pems.join(''));
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    sayError(io, error);
    return EXIT.usage;
  }
}

function clientCertificate(args: TlsArgs): ClientCertificate | undefined {
  if (args.certFile === undefined || args.keyFile === undefined) return undefined;
  const passphrase =
    args.passphraseFile === undefined ? undefined : readSecretFile('--passphrase-file', args.passphraseFile);
  return {
    cert: readOptionFile('--cert', args.certFile),
    key: readOptionFile('--key', args.keyFile),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
