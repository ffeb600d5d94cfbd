// Writes docs/rules.md from the explanations that `smtpcheck explain` prints.
//   node scripts/rules.mjs           writes it
//   node scripts/rules.mjs --check   writes nothing; exit 1 when the committed file says something else
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'docs/rules.md');

/** The function `reference` of src/cli/explain, built for this once. */
async function loadReference() {
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-rules-'));
  try {
    const outfile = join(dir, 'reference.cjs');
    await build({
      entryPoints: [join(root, 'src/cli/explain/reference.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    return createRequire(import.meta.url)(outfile).reference;
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

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--check');
if (unknown !== undefined) {
  console.error(`error: unknown argument ${unknown}\nusage: node scripts/rules.mjs [--check]`);
  process.exitCode = 2;
} else {
  const reference = await loadReference();
  const text = await format(reference(), { ...(await resolveConfig(file)), parser: 'markdown' });
  if (text === committed()) {
    // It says what it has to say.
  } else if (args.includes('--check')) {
    console.error('error: docs/rules.md is not what src/policy/explain says\nhint: run npm run rules');
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
  }
}
