import { EXIT } from '../core/outcome.js';
import { VERSION } from '../core/version.js';
import { runTls } from './commands/tls.js';
import { processIo, type Io } from './io.js';
import { sayBug } from './say.js';
import { readPlainArgs, type PlainArgs } from './plain-args.js';
import { TLS_OPTIONS } from './options/tls.js';

/**
 * The command line. A plain `smtpcheck tls …` is read by a few lines of our own; whatever those find odd, and every other
 * command, goes to yargs, which is not loaded before (it costs as much as a probe).
 */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const stop = stopSignal(io);
  try {
    const first = argv[0];
    if (argv.length === 1 && (first === '--version' || first === 'version')) {
      io.stdout(`${VERSION}\n`);
      return EXIT.pass;
    }
    if (first === 's_client' || first === 's-client') {
      const { runSClient } = await import('./commands/s-client.js');
      return await runSClient(argv.slice(1), io, {
        run: (native) => runCommand(native, io, stop.signal),
        signal: stop.signal,
      });
    }
    return await runCommand(argv, io, stop.signal);
  } catch (error) {
    sayBug(io, error, VERSION);
    return EXIT.bug;
  } finally {
    stop.release();
  }
}

async function runCommand(argv: readonly string[], io: Io, signal: AbortSignal): Promise<number> {
  const plain = argv[0] === 'tls' ? readPlainly(argv.slice(1)) : null;
  if (plain !== null) return runTls(plain, plain.targets, io, signal, argv);
  if (argv[0] === 'scan') {
    const { scanPlainly } = await import('./scan-plainly.js');
    const code = await scanPlainly(argv, io, signal);
    if (code !== null) return code;
  }
  if (argv[0] === 'explain') {
    const { explainPlainly } = await import('./commands/explain.js');
    const code = explainPlainly(argv.slice(1), io);
    if (code !== null) return code;
  }
  const { runFull } = await import('./full.js');
  return runFull(argv, io, signal);
}

/** The arguments of `tls` when there is nothing to say about them, otherwise null: yargs says it better. */
export function readPlainly(argv: readonly string[]): PlainArgs | null {
  return readPlainArgs(argv, TLS_OPTIONS);
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C stops what is under way and still prints what was measured; a second one ends at once. */
function stopSignal(io: Io): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const handlers = SIGNALS.map((name) => ({
    name,
    handler: (): void => {
      if (controller.signal.aborted) process.exit(name === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
      if (io.stderrIsTty) io.stderr('\n');
      controller.abort(name);
    },
  }));
  for (const { name, handler } of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    release() {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}
