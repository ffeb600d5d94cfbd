// What the scripts that write committed files from the sources (schema, man, rules) have in common.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What a module of src exports, built for this once. */
export async function load(source) {
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-script-'));
  try {
    const outfile = join(dir, 'built.cjs');
    await build({
      entryPoints: [join(root, source)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The committed file, or nothing when there is none. */
function committed(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Writes the files of an npm script, or with --check says which of them are not what their sources say. Each is `{ file, source, make }`;
 * `make` is handed what is committed, and the text that it gives is written when it is another one.
 */
export async function writeOrCheck(script, files) {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    console.error(`error: unknown argument ${unknown}\nusage: node scripts/${script}.mjs [--check]`);
    process.exitCode = 2;
    return;
  }
  for (const { file, source, make } of files) {
    const before = committed(file);
    const fresh = await make(before);
    if (fresh === before) continue;
    if (args.includes('--check')) {
      console.error(`error: ${relative(root, file)} is not what ${source} says\nhint: run npm run ${script}`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, fresh);
    }
  }
}
