import { EXIT } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { formatMs } from '../../net/deadline.js';
import { probeAllAddresses } from '../../scan/all-addresses.js';
import type { ScanOptions } from '../../scan/options.js';
import { probeScan, scanChecks } from '../../scan/scan.js';
import type { RawArgs } from '../args/getter.js';
import { readScanArgs } from '../args/scan.js';
import { checkTargets } from '../args/tls.js';
import { NOTHING_INSIDE } from '../inside.js';
import type { Io } from '../io.js';
import { probeEach } from '../probes.js';
import { openOrRefuse, openOutput } from '../reporting.js';
import { openServerFiles, probeOptions } from '../server-files.js';
import { withTargets } from './tls.js';

/** `smtpcheck scan`. Resolves to the exit code. Targets are taken one after the other: they may be one server. */
export async function runScan(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  if (raw['list-checks'] === true) {
    io.stdout(listing());
    return EXIT.pass;
  }
  const opened = await openOrRefuse('scan', argv, io, async () => {
    const args = await withTargets(readScanArgs(raw, targets), checkTargets);
    const output = await openOutput(args, argv, io);
    return { args, output, files: await openServerFiles(args, io) };
  });
  if (typeof opened === 'number') return opened;
  const { args, output, files } = opened;
  const scan = args.allAddresses ? probeAllAddresses : probeOne;
  const options = { ...args, ...probeOptions(args, files, NOTHING_INSIDE), signal };
  const codes = await probeEach(args, io, output, 1, (target, _onPhase, say) =>
    scan(target, {
      ...options,
      onProgress: ({ made, done, of, left }) =>
        say(`${made} connections, ${done} of ${of} checks done, about ${left} connections to go`),
      onWait: (ms, reason) => say(`${reason}; waiting ${formatMs(ms)}`),
    }),
  );
  return output.end(codes);
}

async function probeOne(target: Target, options: ScanOptions): Promise<Report[]> {
  return [await probeScan(target, options)];
}

function listing(): string {
  const width = Math.max(...scanChecks.map(({ id }) => id.length));
  return scanChecks
    .map(({ id, title, quick }) => `${id.padEnd(width)}  ${quick ? 'quick' : '     '}  ${title}\n`)
    .join('');
}
