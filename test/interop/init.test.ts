import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { smtpcheck } from './support/smtpcheck.js';

/* What `init` expects of a real server holds for it, and does not for one that is less strict. */

const ready = requireTool('postfix');

let folder = '';
let postfix: PostfixInstance;

beforeAll(async () => {
  if (!ready) return;
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-init-'));
  const part = (name: string): string => readFileSync(join(FIXTURES_DIR, 'chains', name), 'utf8');
  const chain = join(folder, 'chain.pem');
  writeFileSync(chain, part('good-rsa.key.pem') + part('good-rsa.pem'), { mode: 0o600 });
  postfix = await startPostfix({
    chainFiles: [chain],
    main: { smtpd_tls_protocols: '>=TLSv1.2', smtpd_tls_mandatory_protocols: '>=TLSv1.2' },
    services: { strict: { smtpd_tls_security_level: 'encrypt' } },
  });
});

afterAll(async () => {
  if (!ready) return;
  await postfix.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!ready)('init, of a Postfix', () => {
  const trust = ['--servername', 'mail.smtpcheck.test', '--ca-path', join(FIXTURES_DIR, 'ca-dir')];
  const targets = (): string[] => [
    `127.0.0.1:${postfix.port}`,
    `127.0.0.1:${postfix.servicePorts['strict'] ?? 0}`,
  ];

  it('expects what holds, and the gate says so', async () => {
    const file = join(folder, 'smtpcheck.yaml');
    const init = await smtpcheck(['init', ...targets(), ...trust, '--profile', 'submission', '-o', file]);
    expect(init).toMatchObject({ exitCode: 0, stdout: '' });
    const text = readFileSync(file, 'utf8');
    const entries = text.split(/^ {2}- host: /m).slice(1);
    expect(entries).toHaveLength(2);
    for (const entry of entries) expect(entry).toContain('min-tls: "1.2"');
    expect(entries[0]).toContain('starttls: offered');
    expect(entries[1]).toContain('starttls: required');
    // Debian's Postfix has anonymous suites, with a prime of 1024 bits that only they have, and one of the two takes mail without TLS.
    expect(new Set(text.match(/(?<=- \{ rule: )[\w-]+/g))).toEqual(
      new Set(['tls-not-enforced', 'anonymous-suites-accepted']),
    );
    expect(await smtpcheck(['gate', file, '--quiet'])).toMatchObject({ exitCode: 1, stderr: '' });
    const mended = text
      .replace(/^# waivers:$/m, 'waivers:')
      .replaceAll(/^# ( {2}- \{.*)""/gm, '$1"in the lab"');
    writeFileSync(file, mended);
    expect(await smtpcheck(['gate', file, '--quiet'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('expects what does not hold of the other', async () => {
    const [open = '', strict = ''] = targets();
    const init = await smtpcheck(['init', strict, ...trust, '--profile', 'mx', '-o', '-']);
    expect(init.exitCode).toBe(0);
    const file = join(folder, 'other.yaml');
    writeFileSync(file, init.stdout.replaceAll(strict, open));
    const gate = await smtpcheck(['gate', file]);
    expect(gate.exitCode).toBe(1);
    expect(gate.stdout).toContain('expected-starttls');
  });
});
