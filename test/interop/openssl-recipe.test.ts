import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorEntries } from '../../src/trust/anchor-files.js';
import { indexAnchors } from '../../src/trust/anchor-index.js';
import { parsePemCertificates } from '../../src/x509/certificate.js';
import type { Certificate, TrustStore } from '../../src/x509/certificate-types.js';
import type { VerifyInput } from '../../src/x509/verify-types.js';
import { verifyChain } from '../../src/x509/verify.js';
import { countCalls, opensslSource, readRecipe, type RecipeCase } from './support/recipe.js';
import { requirePeer, requireTool } from './support/require.js';

/*
 * OpenSSL's own suite for X509_verify_cert, test/recipes/25-test_verify.t, put to our path validation. Recipe and
 * certificates are read from the source tree that OPENSSL_SOURCE names (Debian: apt-get source --download-only openssl).
 */

const tree = opensslSource();
const missing = tree === null ? 'OPENSSL_SOURCE names no unpacked source tree of it' : undefined;
const ready = requirePeer('OpenSSL’s own tests', missing) && requireTool('openssl');
const source = tree ?? '';
const path = (name: string): string => join(source, 'test/certs', `${name}.pem`);

/** What is no business of a mail server's chain, each with the reason. */
function leftOut({ purpose, options }: RecipeCase): string | null {
  if (purpose === 'sslclient') return 'client certificates are not verified here';
  if (options.includes('-policy_check'))
    return 'certificate policies are not checked unless asked for, and cannot be';
  if (options.includes('@prov')) return 'the same again with the FIPS provider';
  if (options.includes('-vfyopt')) return 'SM2 signatures: no TLS suite of Node.js has them';
  return null;
}

function certificatesOf(name: string): Certificate[] {
  const { certificates, skipped } = parsePemCertificates(readFileSync(path(name), 'latin1'));
  if (skipped > 0) throw new Error(`${name} has a certificate that cannot be read`);
  return certificates;
}

/** The value behind an option of the case. */
function valueOf({ options }: RecipeCase, option: string): number | undefined {
  const at = options.lastIndexOf(option);
  return at < 0 ? undefined : Number(options[at + 1]);
}

/** Not openCaFile: that refuses a file whose certificates are all distrusted. */
function storeOf(names: readonly string[]): TrustStore {
  const index = indexAnchors(names.flatMap((name) => anchorEntries(readFileSync(path(name))).entries));
  return {
    bySubject: (name) => index.bySubject(name),
    settingsOf: (certificate) => index.settingsOf(certificate),
    describe: () => names.join(' '),
  };
}

function inputOf(one: RecipeCase): VerifyInput {
  const depth = valueOf(one, '-verify_depth');
  const at = valueOf(one, '-attime');
  return {
    chain: [...certificatesOf(one.certificate).slice(0, 1), ...one.untrusted.flatMap(certificatesOf)],
    trust: storeOf(one.trusted),
    now: at === undefined ? Date.now() : at * 1000,
    authLevel: valueOf(one, '-auth_level') ?? 1,
    purpose: one.purpose === 'sslserver' ? 'sslserver' : 'any',
    partialChain: one.options.includes('-partial_chain'),
    x509Strict: one.options.includes('-x509_strict'),
    ...(depth === undefined ? {} : { depth }),
  };
}

/** Every `error NN at D depth lookup` that `openssl verify` prints for the case. */
function askOpenssl(one: RecipeCase): string[] {
  const files = (option: string, names: readonly string[]): string[] =>
    names.flatMap((name) => [option, path(name)]);
  const { stdout, stderr } = spawnSync(
    'openssl',
    [
      ...['verify', '-auth_level', '1', ...(one.purpose === '' ? [] : ['-purpose', one.purpose])],
      ...one.options,
      ...files('-trusted', one.trusted),
      ...files('-untrusted', one.untrusted),
      path(one.certificate),
    ],
    { encoding: 'utf8' },
  );
  return [...`${stdout}${stderr}`.matchAll(/^error (\d+) at (\d+) depth lookup/gm)].map(
    ([, code = '', depth = '']) => `${code}@${depth}`,
  );
}

const title = ({ description, certificate, trusted, untrusted, options }: RecipeCase): string =>
  `${description}: ${certificate} [${trusted.join(' ')}] [${untrusted.join(' ')}] ${options.join(' ')}`;

describe.skipIf(!ready)('OpenSSL’s 25-test_verify.t', () => {
  const all = ready ? readRecipe(source) : [];
  const judged = all.filter((one) => leftOut(one) === null);

  it('is read whole', () => {
    expect(all.length).toBe(countCalls(source));
    expect(all.filter(({ purpose }) => purpose === 'sslserver').length).toBeGreaterThanOrEqual(82);
    expect(all.filter((one) => one.purpose === 'sslserver' && leftOut(one) !== null)).toEqual([]);
  });

  it('says accept or refuse as the recipe says, in every case', () => {
    const differing = judged.filter((one) => (verifyChain(inputOf(one)).errors.length === 0) !== one.accept);
    expect(differing.map(title)).toEqual([]);
    console.log(
      `25-test_verify.t: ${judged.length} of ${all.length} cases, ` +
        `${judged.filter(({ purpose }) => purpose === 'sslserver').length} of them sslserver, 0 differences`,
    );
  });

  it('begins with the same errors at the same depths as openssl verify', { timeout: 60_000 }, () => {
    const differing = judged.flatMap((one) => {
      const ours = verifyChain(inputOf(one)).errors.map(({ code, depth }) => `${code}@${depth}`);
      const theirs = askOpenssl(one);
      // openssl verify ends at the first error that it does not count as harmless.
      const same =
        theirs.length === 0 ? ours.length === 0 : theirs.join() === ours.slice(0, theirs.length).join();
      return same ? [] : [`${title(one)}: openssl ${theirs.join(' ')}, ours ${ours.join(' ')}`];
    });
    expect(differing).toEqual([]);
  });
});
