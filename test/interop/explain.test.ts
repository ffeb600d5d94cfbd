import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/core/parse-target.js';
import type { Report } from '../../src/core/report.js';
import { EXPLANATIONS, explanationOf } from '../../src/policy/explain/index.js';
import { openTrust } from '../../src/probe/trust.js';
import { probeScan } from '../../src/scan/scan.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { chainFiles } from './support/tls-servers.js';

/*
 * Whoever pastes a line from an explanation has no way of knowing that a parameter is misspelt: Postfix keeps it and passes over it.
 * So each line goes through a real postconf, as a shell reads it, and some of them through a Postfix that is running.
 */

const HAS_POSTFIX = requireTool('postfix');

/** Parameters that came after the Postfix that is here may be unknown to it; the note has to say so. */
const NEWER: Readonly<Record<string, RegExp>> = { tls_ffdhe_auto_groups: /Postfix 3\.(?:8|10)/ };

const MASTER_CF = ['smtp', 'submission', 'submissions']
  .map((name) => `${name} inet n - y - - smtpd\n`)
  .join('');

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-explain-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LONG_AGO = new Date('2020-01-01');

/** Runs the lines as they stand, with commands that are told another folder. */
function typed(lines: readonly string[], config: string): { code: number | null; said: string } {
  const shell = `
    postconf() { command postconf -c "${config}" "$@"; }
    postfix() { [ "$*" = reload ] || [ "$*" = stop ] || [ "$*" = start ]; }
    set -e
    ${lines.join('\n')}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8' });
  // Postfix waits a second or two before it reads a file that was changed just now.
  for (const file of ['main.cf', 'master.cf']) utimesSync(join(config, file), LONG_AGO, LONG_AGO);
  return { code: status, said: stdout + stderr };
}

const postconf = (config: string, ...args: string[]): { stdout: string; stderr: string } =>
  spawnSync('postconf', ['-c', config, ...args], { encoding: 'utf8' });

const SETTINGS = [
  ...new Map(
    EXPLANATIONS.flatMap(({ id, fix }) => {
      const { postfix } = fix;
      return postfix === undefined ? [] : [[postfix.lines.join('\n'), { id, ...postfix }] as const];
    }),
  ).values(),
];

/** What the lines set: `name = value` of main.cf, `service/type/name=value` of master.cf. */
function assignments(lines: readonly string[]): { name: string; value: string }[] {
  return lines.flatMap((line) =>
    [...line.matchAll(/(["'])([a-z0-9_/]+) ?= ?(.*?)\1/g)].map(([, , name = '', value = '']) => ({
      name,
      value,
    })),
  );
}

describe.skipIf(!HAS_POSTFIX)('the lines for Postfix', () => {
  it.each(SETTINGS.map((setting) => [setting.id, setting] as const))(
    'are taken, and set what they say: %s',
    (_, { lines, note = '' }) => {
      const config = mkdtempSync(join(folder, 'etc-'));
      writeFileSync(
        join(config, 'main.cf'),
        'compatibility_level = 3.6\nmyhostname = mx.example.test\nmydomain = example.test\n',
      );
      writeFileSync(join(config, 'master.cf'), MASTER_CF);
      utimesSync(join(config, 'main.cf'), LONG_AGO, LONG_AGO);
      expect(typed(lines, config)).toEqual({ code: 0, said: '' });
      const set = assignments(lines);
      expect(set.length).toBeGreaterThan(0);
      const main = postconf(config, '-n');
      const master = postconf(config, '-P');
      const there = [...main.stdout.split('\n'), ...master.stdout.split('\n')].map((line) => line.trim());
      const unknown = set.filter(({ name }) => main.stderr.includes(`unused parameter: ${name}=`));
      for (const { name, value } of set) {
        const known = !unknown.some((one) => one.name === name);
        if (known) expect(there).toContain(`${name} = ${value}`.trim());
        else expect(note).toMatch(NEWER[name] ?? /^$/);
      }
      const warnings = `${main.stderr}${master.stderr}`.split('\n').filter((line) => line !== '');
      expect(warnings).toHaveLength(unknown.length);
    },
  );
});

/** Key and chain of a fixture in one file, as `smtpd_tls_chain_files` wants them. */
function chainFile(id: string): string {
  const { cert, key } = chainFiles(id);
  const file = join(folder, `${id}.chain.pem`);
  writeFileSync(file, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'), { mode: 0o600 });
  return file;
}

async function scan({ port }: PostfixInstance, only: readonly string[]): Promise<Report> {
  const trust = openTrust({ caFiles: [join(FIXTURES_DIR, 'roots', 'lab-root-rsa.pem')] });
  return probeScan(parseTarget('127.0.0.1', { port }), {
    trust,
    servername: 'mail.smtpcheck.test',
    only,
  });
}

const idsOf = ({ findings }: Report): string[] => [...new Set(findings.map(({ id }) => id))];

/** The lines, and the file that its comments spell out, in the folder of this Postfix. */
function apply(id: string, { dir }: PostfixInstance): void {
  const config = join(dir, 'etc');
  const lines =
    explanationOf(id)?.fix.postfix?.lines.map((line) => line.replaceAll('/etc/postfix', config)) ?? [];
  const file = lines.flatMap((line) => /^# {3}(.*)/.exec(line)?.[1] ?? []);
  if (file.length > 0) writeFileSync(join(config, 'openssl.cnf'), `${file.join('\n')}\n`);
  expect(typed(lines, config)).toEqual({ code: 0, said: '' });
}

/** Every protocol, group and suite that the OpenSSL here has, whatever the system's own settings forbid. */
const WIDE = {
  smtpd_tls_protocols: '>=TLSv1',
  tls_medium_cipherlist: 'ALL:@SECLEVEL=0',
  tls_config_file: 'none',
};

describe.skipIf(!HAS_POSTFIX)('a Postfix that accepts all it can', () => {
  let postfix: PostfixInstance;
  beforeAll(async () => {
    postfix = await startPostfix({ chainFiles: [chainFile('good-rsa')], main: WIDE });
  }, 30_000);
  afterAll(() => postfix.stop());

  const main = (): string => join(postfix.dir, 'etc', 'main.cf');
  const reload = (): void =>
    void execFileSync('postfix', ['-c', join(postfix.dir, 'etc'), 'reload'], { stdio: 'ignore' });

  it.each([
    ['tls-1-0-accepted', ['protocols']],
    ['tls-1-1-accepted', ['protocols']],
    ['anonymous-suites-accepted', ['protocols']],
    ['dh-prime-weak', ['protocols', 'dh-primes']],
    ['dh-prime-common', ['protocols', 'dh-primes']],
    ['sha1-signature-accepted', ['protocols', 'signature-schemes']],
  ])('has the fault %s no more once the lines were typed', { timeout: 30_000 }, async (id, only) => {
    const before = readFileSync(main(), 'utf8');
    expect(idsOf(await scan(postfix, only))).toContain(id);
    apply(id, postfix);
    reload();
    const after = await scan(postfix, only);
    writeFileSync(main(), before);
    reload();
    expect(after.error).toBeNull();
    expect(idsOf(after)).not.toContain(id);
  });

  it('decides by its own order once the line was typed', { timeout: 30_000 }, async () => {
    const order = async (): Promise<unknown> =>
      (await scan(postfix, ['protocols'])).scan?.protocols?.find(({ name }) => name === 'TLSv1.2')?.order;
    expect(await order()).toBe('client');
    apply('server-order-missing', postfix);
    reload();
    expect(await order()).toBe('server');
    expect(postfix.log()).not.toMatch(/fatal: |warning: (?!TLS library problem)/);
  });
});
