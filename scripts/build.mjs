// Builds dist/: the command as CommonJS bundles (they start 10 ms faster than ES modules), the library as an ES module
// with types, and the licences of what was bundled. The probe's bundle loads the others only when they are needed; it and
// the scan's start from code caches.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// Each of these is a bundle of its own wherever import() asks for it, so that only who needs it loads it. Each has its own copy
// of what it shares with others; errors know each other all the same (core/errors.ts).
const LAZY = {
  'src/cli/full': 'full.cjs',
  'src/cli/commands/s-client': 's-client.cjs',
  'src/cli/commands/explain': 'explain.cjs',
  'src/cli/spinner': 'spinner.cjs',
  'src/x509/ocsp': 'ocsp.cjs',
  'src/probe/reconnect': 'reconnect.cjs',
  'src/cli/inside-files': 'inside-files.cjs',
  'src/x509/crl': 'crl.cjs',
  'src/x509/key-budget': 'key-budget.cjs',
  'src/x509/verify/rare': 'verify-rare.cjs',
  'src/cli/prompt': 'prompt.cjs',
  'src/cli/trace/index': 'trace.cjs',
  'src/cli/proxy': 'proxy-option.cjs',
  'src/cli/targets-file': 'targets-file.cjs',
  'src/cli/outputs': 'outputs.cjs',
  'src/net/proxy': 'proxy.cjs',
  'src/cli/connect/terminal': 'terminal.cjs',
  'src/smtp/sasl/saslprep': 'saslprep.cjs',
  'src/policy/schema/report': 'report-schema.cjs',
  'src/cli/gate-file/open': 'gate-file.cjs',
  'src/cli/gate/run': 'gate.cjs',
  'src/cli/gate/judge': 'judge.cjs',
  'src/cli/gate/profiles': 'profiles.cjs',
  'src/cli/init/run': 'init.cjs',
};

/** A relative import as a path from the root, without its extension. */
const sourceOf = (path, resolveDir) =>
  relative(root, join(resolveDir, path)).split(sep).join('/').replace(/\.js$/, '');

const lazyBundles = {
  name: 'lazy-bundles',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = sourceOf(path, resolveDir);
      return source in LAZY ? { path: `./${LAZY[source]}`, external: true } : undefined;
    });
  },
};

// A scan has a bundle with everything it needs, and never loads the probe's, where yargs would read its arguments (scripts/start.cjs). So
// the probe's has nothing that begins one, nor what shows one.
const NO_SCAN = {
  'src/cli/scan-plainly': 'export const scanPlainly = async () => null;',
  'src/report/text/scan': 'export const scanBlocks = () => [];',
};

const noScan = {
  name: 'no-scan',
  setup(builder) {
    builder.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir }) => {
      const source = sourceOf(path, resolveDir);
      return source in NO_SCAN ? { path: source, namespace: 'no-scan' } : undefined;
    });
    builder.onLoad({ filter: /./, namespace: 'no-scan' }, ({ path }) => ({ contents: NO_SCAN[path] }));
  },
};

// string-width compiles emoji tables when it is loaded (38 ms), for yargs' help and ora's line; ours are ASCII.
const alias = { 'string-width': join(root, 'scripts/string-width.mjs') };

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  define: { __SMTPCHECK_VERSION__: JSON.stringify(version) },
  absWorkingDir: root,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

const cjs = {
  ...common,
  format: 'cjs',
  alias,
  // Packages that come in both kinds come as ES modules: what nobody uses of them can then be left out.
  mainFields: ['module', 'main'],
  plugins: [lazyBundles],
  define: { ...common.define, 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

// Of the library too: it may probe and have nothing to do with OCSP.
const esm = { ...common, format: 'esm', plugins: [lazyBundles] };

// Every probe pays for reading its bundle, and every scan for reading its own (bench/). Identifiers stay, for the stack traces of
// bug reports.
const cached = {
  ...common,
  format: 'cjs',
  plugins: [lazyBundles],
  // The same clock; to touch the global `performance` loads a module of Node.js (1 ms).
  define: { ...common.define, 'performance.now': '__now' },
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  // Wrapped here, as Node.js wraps a module, for scripts/start.cjs to compile as it stands.
  banner: {
    js: `(function (exports, require, module, __filename, __dirname) {
const __now = () => { const [s, ns] = process.hrtime(); return s * 1e3 + ns / 1e6; };`,
  },
  footer: { js: '})' },
  // import() of the other bundles becomes require(): Node's loader for ES modules is never started.
  supported: { 'dynamic-import': false },
};

// Built beside the old one and swapped in at the end, so that a run in another terminal never meets half a build.
const staging = join(root, 'dist.new');
rmSync(staging, { recursive: true, force: true });
const results = await Promise.all([
  build({
    ...cached,
    plugins: [noScan, lazyBundles],
    entryPoints: ['src/cli/entry.ts'],
    outfile: 'dist.new/probe.cjs',
  }),
  build({ ...cached, entryPoints: ['src/cli/entry.ts'], outfile: 'dist.new/scan.cjs' }),
  ...Object.entries(LAZY).map(([source, bundle]) =>
    build({
      ...cjs,
      // The prompt's packages have a string-width of their own, which is a function and no ES module.
      ...(bundle === 'prompt.cjs' ? { alias: {} } : {}),
      entryPoints: [`${source}.ts`],
      outfile: `dist.new/${bundle}`,
    }),
  ),
  build({ ...esm, entryPoints: ['src/index.ts'], outfile: 'dist.new/index.js' }),
]);
writeLicences(results);
copyFileSync(join(root, 'scripts/start.cjs'), join(staging, 'smtpcheck.cjs'));
try {
  execFileSync(process.execPath, [join(root, 'scripts/code-cache.cjs'), staging], {
    stdio: 'inherit',
    timeout: 30_000,
  });
} catch (error) {
  // Such as a sandbox without loopback: the command works all the same, and starts later.
  console.error(`built without a code cache: ${error.message}`);
}
execFileSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json', '--outDir', 'dist.new/types'],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
rmSync(dist, { recursive: true, force: true });
renameSync(staging, dist);

function writeLicences(builds) {
  const packages = new Set();
  for (const { metafile } of builds) {
    for (const input of Object.keys(metafile.inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match !== null) packages.add(match[1]);
    }
  }
  const texts = [...packages].sort().map((name) => {
    const dir = join(root, 'node_modules', name);
    const { license, version: v } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : readFileSync(join(dir, file), 'utf8').trim();
    return `${name} ${v} (${license})\n\n${text}\n`;
  });
  writeFileSync(join(staging, 'THIRD-PARTY-LICENSES.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}
