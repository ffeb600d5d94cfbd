// Becomes dist/smtpcheck.cjs: starts the bundles beside it from V8's code caches, which saves compiling them and everything
// that a probe or a scan calls (15 of 90 ms, 70 of 310). A cache from another V8 is refused by V8 itself, and then the bundle is
// compiled.
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

/** The scripts of the bundles that have run, by name. */
const scripts = new Map();

function compile(name) {
  const filename = `${__dirname}/${name}.cjs`;
  // The bundles are ASCII: latin1 spares the decoder.
  const source = readFileSync(filename, 'latin1');
  let cachedData;
  try {
    cachedData = readFileSync(`${__dirname}/${name}.cache`);
  } catch {
    // Built without one.
  }
  return new Script(source, { filename, cachedData });
}

function run(name) {
  if (!scripts.has(name)) scripts.set(name, compile(name));
  const bundle = { exports: {} };
  const wrapped = scripts.get(name).runInThisContext();
  wrapped(bundle.exports, requireBundle, bundle, `${__dirname}/${name}.cjs`, __dirname);
  return bundle.exports;
}

let scan;
const requireBundle = (id) => (id === './scan.cjs' ? (scan ??= run('scan')) : require(id));

run('probe');

// For scripts/code-cache.cjs, which makes the caches from what has run.
module.exports = { scripts, run };
