import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../src/policy/explain/explanation.js';
import { EXPLANATIONS } from '../../src/policy/explain/index.js';
import { runCli, runMain } from '../support/run-cli.js';

const explain = (...words: string[]): ReturnType<typeof runMain> => runMain(['explain', ...words]);
const POSTFIX_LINE =
  'postconf -e "smtpd_tls_protocols = >=TLSv1.2" "smtpd_tls_mandatory_protocols = >=TLSv1.2"';

describe('explain', () => {
  it('says what it is, why, the attack, how it was measured, and the lines to type', async () => {
    const { code, stdout, stderr } = await explain('TLS-1-0-accepted');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^tls-1-0-accepted: the server accepts TLS 1\.0 \(finding\)\n/);
    for (const label of ['what', 'why', 'attack', 'measured', 'manual', 'see'])
      expect(stdout).toMatch(new RegExp(`^ *${label}: \\S`, 'm'));
    expect(stdout).toContain(`\n   ${POSTFIX_LINE}\n   postfix reload\n`);
    expect(stdout).toContain('\n   tls_require_ciphers = NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2\n');
  });

  it('wraps its words to the window, and never a line that is to be typed', async () => {
    const { stdout } = await runMain(['explain', 'tls-1-0-accepted'], { columns: 60 });
    const lines = stdout.split('\n');
    expect(lines).toContain(`   ${POSTFIX_LINE}`);
    expect(lines.filter((line) => line.length > 60).every((line) => /^ {3}\S/.test(line))).toBe(true);
  });

  it('is coloured on a terminal alone', async () => {
    const plain = await explain('10');
    const painted = await runMain(['explain', '10'], { stdoutIsTty: true });
    const without = await runMain(['explain', '10'], { stdoutIsTty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\x1b');
    expect(painted.stdout).toContain('\x1b[');
    expect(without.stdout).toBe(plain.stdout);
  });

  it.each([
    [['10'], ['X509_V_ERR_CERT_HAS_EXPIRED']],
    [['x509_v_err_cert_has_expired'], ['X509_V_ERR_CERT_HAS_EXPIRED']],
    [
      ['connection-refused', '62', 'auth-on-mx'],
      ['connection-refused', 'X509_V_ERR_HOSTNAME_MISMATCH', 'auth-on-mx'],
    ],
  ])('gives %j as JSON, a line each, in order', async (words, ids) => {
    const { code, stdout } = await explain('--json', ...words);
    expect(code).toBe(0);
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Explanation);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found).toEqual(ids.map((id) => EXPLANATIONS.find((one) => one.id === id)));
  });

  it('lists everything once a kind, and as JSON all of it', async () => {
    const { code, stdout } = await runMain(['explain', '--list'], { columns: 1000 });
    expect(code).toBe(0);
    const ids = [...stdout.matchAll(/^ {3}(?: ?\d+ )?([A-Za-z0-9_-]+) {2,}\S/gm)].map(([, id]) => id);
    expect(ids).toEqual(EXPLANATIONS.map(({ id }) => id));
    const json = await explain('--list', '--json');
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Explanation),
    ).toEqual(EXPLANATIONS);
  });

  it.each([
    [['tls-1-0-acepted'], /did you mean tls-1-0-accepted/],
    [['cert_has_expird'], /did you mean .*CERT_HAS_EXPIRED/],
    [['renegotiation'], /did you mean insecure-renegotiation, insecure-client-renegotiation/],
    [['999'], /numbers are verify codes/],
    [['10', 'nonsense'], /--list has everything/],
    [['x\x1b[2J'], /--list has everything/],
    [['--list', '10'], /smtpcheck: error: --list goes without an id/],
    [[], /such as: smtpcheck explain tls-1-0-accepted/],
    [['--json'], /such as: smtpcheck explain tls-1-0-accepted/],
    [['--jsn', '10'], /did you mean --json/],
  ])('refuses %j with a hint, and prints nothing else', async (words, hint) => {
    const { code, stdout, stderr } = await explain(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(hint);
    expect(stderr).not.toContain('\x1b');
  });
});

describe('the bundle of explain', () => {
  it('is all that is loaded, and holds all of the words', async () => {
    const { code, stdout } = await runCli(['explain', 'dh-prime-composite']);
    expect(code).toBe(0);
    expect(stdout).toContain('is no prime');
    const bundle = readFileSync(new URL('../../dist/explain.cjs', import.meta.url), 'utf8');
    for (const other of ['full.cjs', 'probe.cjs', 'yargs']) expect(bundle).not.toContain(other);
    for (const elsewhere of ['probe.cjs', 'full.cjs'])
      expect(readFileSync(new URL(`../../dist/${elsewhere}`, import.meta.url), 'latin1')).not.toContain(
        'LOGJAM: who has done the work',
      );
  });
});
