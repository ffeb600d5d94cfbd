import { SmtpcheckError } from '../../core/errors.js';
import { combineExitCodes, EXIT, exitCodeOf } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { VERSION } from '../../core/version.js';
import type { ClientCertificate } from '../../net/secure-context.js';
import { probeTls } from '../../probe/tls.js';
import { openTrust } from '../../probe/trust.js';
import { FORMATS, type Format } from '../../report/index.js';
import type { TrustStore } from '../../x509/certificate-types.js';
import { readOptionFile, writeOptionFile } from '../files.js';
import { hexDump } from '../hexdump.js';
import { wantsColor, type Io } from '../io.js';
import { startProgress } from '../progress.js';
import { sayError, sayWarning } from '../say.js';
import { readTlsArgs, type RawArgs, type TlsArgs } from '../tls-args.js';

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
  let trust: TrustStore;
  let client: ClientCertificate | undefined;
  try {
    args = readTlsArgs(raw, targets);
    trust = openTrust({ ...args, certFile: io.env['SSL_CERT_FILE'], certDir: io.env['SSL_CERT_DIR'] });
    client = clientCertificate(args);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return refuse(error, raw, io);
  }
  const codes = await probeAll(args, trust, client, io, signal);
  return combineExitCodes(codes);
}

/** A usage error: on stderr, and with --json as the one object that was promised too. */
function refuse(error: SmtpcheckError, raw: RawArgs, io: Io): number {
  const report = usageReport(error);
  if (raw['json'] === true) io.stdout(FORMATS.json.render(report));
  else sayError(io, error);
  return report.exitCode;
}

/** The report of a command line that could not be used: nothing was sent. */
export function usageReport(error: SmtpcheckError): Report {
  return {
    schemaVersion: 1,
    smtpcheck: VERSION,
    command: 'tls',
    target: null,
    outcome: 'error',
    exitCode: exitCodeOf('error', error.toReport()),
    startedAt: new Date().toISOString(),
    timings: {},
    connections: 0,
    smtp: null,
    tls: null,
    chain: null,
    verify: null,
    findings: [],
    error: error.toReport(),
  };
}

async function probeAll(
  args: TlsArgs,
  trust: TrustStore,
  client: ClientCertificate | undefined,
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
      trust,
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
    print(report, args, io, i > 0);
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

function print(report: Report, args: TlsArgs, io: Io, more: boolean): void {
  if (args.quiet) return;
  const format: Format = args.json ? FORMATS.json : FORMATS.text;
  const shown = args.showCerts ? report : withoutPem(report);
  const text = format.render(shown, {
    color: !args.json && wantsColor(io),
    width: io.stdoutIsTty ? io.columns : 120,
    verbose: args.verbose,
  });
  io.stdout(`${more ? format.between : ''}${text}`);
}

/** --save-chain needs PEM where --show-certs did not ask for it. */
function withoutPem(report: Report): Report {
  if (report.chain === null) return report;
  const strip = (certs: NonNullable<Report['chain']>['sent']): typeof certs =>
    certs.map(
      (cert) =>
        Object.fromEntries(Object.entries(cert).filter(([key]) => key !== 'pem')) as unknown as typeof cert,
    );
  return { ...report, chain: { sent: strip(report.chain.sent), path: strip(report.chain.path) } };
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
    args.passphraseFile === undefined
      ? undefined
      : readOptionFile('--passphrase-file', args.passphraseFile).replace(/\r?\n$/, '');
  return {
    cert: readOptionFile('--cert', args.certFile),
    key: readOptionFile('--key', args.keyFile),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
