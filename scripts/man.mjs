// Writes docs/smtpcheck.1 from the tables that the command line and its --help are made of.
//   node scripts/man.mjs           writes it, with today's date when it says something new
//   node scripts/man.mjs --check   writes nothing; exit 1 when the committed file says something else
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'docs/smtpcheck.1');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The function `manual` of src/cli/manual, built for this once. */
async function loadManual() {
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-man-'));
  try {
    const outfile = join(dir, 'manual.cjs');
    await build({
      entryPoints: [join(root, 'src/cli/manual/index.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    return createRequire(import.meta.url)(outfile).manual;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function committed() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** As .Dd wants it: November 25, 2026. */
function today() {
  return new Date().toLocaleDateString('en-US', {
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--check');
if (unknown !== undefined) {
  console.error(`error: unknown argument ${unknown}\nusage: node scripts/man.mjs [--check]`);
  process.exitCode = 2;
} else {
  const manual = await loadManual();
  const before = committed();
  const date = /^\.Dd (.+)$/m.exec(before)?.[1] ?? today();
  if (manual(version, date) === before) {
    // It says what it has to say, whenever it was written.
  } else if (args.includes('--check')) {
    console.error('error: docs/smtpcheck.1 is not what the tables of src/cli say\nhint: run npm run man');
    process.exitCode = 1;
  } else {
    writeFileSync(file, manual(version, today()));
  }
}
