// Becomes dist/smtpcheck.cjs: starts one of the two bundles beside it from its V8 code cache, which saves compiling it and
// everything that a probe or a scan calls (15 of 90 ms, 40 of 310). A cache from another V8 is refused by V8 itself, and then
// the bundle is compiled.
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
  scripts.get(name).runInThisContext()(exports, require, module, `${__dirname}/${name}.cjs`, __dirname);
}

run(process.argv[2] === 'scan' ? 'scan' : 'probe');

// For scripts/code-cache.cjs, which makes the caches from what has run.
module.exports = { scripts, run };
