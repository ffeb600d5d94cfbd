import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import net, { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/*
 * A probe pays for everything in its bundle, at every start (bench/README.md). What a plain `smtpcheck tls host` has no use for
 * came into it once by a single import, and nothing but a measurement saw it.
 */
const bundle = (name: string): string =>
  readFileSync(new URL(`../../dist/${name}`, import.meta.url), 'latin1');

describe('the bundle of a probe', () => {
  it.each([
    ['revocation lists', 'parseCrls', 'crl.cjs'],
    ['the cost of keys', 'refuseCostlyKey', 'key-budget.cjs'],
    ['name constraints', 'checkNameConstraints', 'verify-rare.cjs'],
    ['looking lists up', 'checkRevocation', 'verify-rare.cjs'],
    ['strictness', 'checkStrictly', 'verify-rare.cjs'],
    ['OCSP', 'verifyOcsp', 'ocsp.cjs'],
    ['yargs and every other command', 'commandLine', 'full.cjs'],
    ['logins', 'probeAuth', 'full.cjs'],
    ['scans', 'probeScan', 'scan.cjs'],
    ['TLSA records', 'parseTlsaRecords', 'full.cjs'],
  ])('leaves out %s', (_what, name, where) => {
    // The name in quotes or behind a point is how it asks for the other bundle.
    const defined = (text: string): boolean =>
      new RegExp(`function ${name}\\b|\\b${name}\\d* ?= ?(?:async )?[(f]`).test(text);
    expect(defined(bundle(where))).toBe(true);
    expect(defined(bundle('probe.cjs'))).toBe(false);
  });

  it('is not much larger than it was when its start was measured', () => {
    expect(bundle('probe.cjs').length).toBeLessThan(300_000);
  });
});

describe('the bundle of all commands', () => {
  it('leaves the parser of YAML and the validator of schemas to those that read files of such', () => {
    const having = (word: RegExp): string[] =>
      readdirSync(new URL('../../dist/', import.meta.url))
        .filter((name) => name.endsWith('.cjs') && word.test(bundle(name)))
        .sort();
    expect(having(/function parseAllDocuments\d*\(/)).toEqual(['gate-file.cjs']);
    expect(having(/\.Ajv = /)).toEqual(['gate-file.cjs', 'report-schema.cjs']);
  });
});

describe('a bundle with a code cache', () => {
  // V8 refuses a cache that does not fit without a word: the command works, and is 15 or 40 ms slower.
  it.each(['probe', 'scan'])('%s: the cache is one that V8 takes', (name) => {
    const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
    const taken = `const { readFileSync } = require('node:fs');
      const [source, cachedData] = ['cjs', 'cache'].map((end) => readFileSync('${dist}${name}.' + end));
      const { cachedDataRejected } = new (require('node:vm').Script)(source.toString('latin1'), { cachedData });
      console.log(cachedDataRejected === false);`;
    expect(execFileSync(process.execPath, ['-e', taken], { encoding: 'utf8' })).toBe('true\n');
  });
});

describe('the library', () => {
  it("leaves Node's modules as they are", async () => {
    await import('../../src/index.js');
    expect(net.isIP).toBe(isIP);
    expect(isIP.toString()).not.toContain('addressFamily');
  });
});
