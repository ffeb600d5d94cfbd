import { createServer, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { probeTls } from '../../src/probe/tls.js';
import type { Report } from '../../src/core/report.js';
import { assertValidReport } from '../support/schema.js';
import { findingIds } from '../support/probe.js';
import { der } from '../x509/support/der-writer.js';
import { caKey, DAY, HOUR, leafKey, purposes, respond, single } from '../x509/support/ocsp-cases.js';
import {
  byName,
  certId,
  GOOD,
  revoked,
  timeOf,
  UNKNOWN,
  type SingleSpec,
} from '../x509/support/ocsp-writer.js';
import { memoryStore } from '../x509/verify/fixtures.js';
import { ca, issue, keyUsage, notCa, san, subjectKeyId } from '../x509/verify/issue.js';

/*
 * What a server staples decides: a revoked certificate fails with OpenSSL's own number, whatever else is well with it; a bad
 * staple is a warning, and a failure where the certificate demands a good one. A server that staples nothing is no finding.
 */

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const HOST = 'mail.smtpcheck.test';
const root = issue({
  subject: 'CA',
  key: caKey,
  extensions: [ca(), keyUsage(0x06), subjectKeyId(caKey)],
});
const usual = { subject: HOST, issuer: 'CA', key: leafKey, signer: caKey };
const plain = issue({ ...usual, extensions: [notCa, san(HOST), purposes(SERVER_AUTH)] });
const demanding = issue({
  ...usual,
  extensions: [
    notCa,
    san(HOST),
    purposes(SERVER_AUTH),
    ['1.3.6.1.5.5.7.1.24', false, der(0x30, der(0x02, [5]))],
  ],
});

/** A response about the certificate, made now. */
function response(leaf: typeof plain, changes: Partial<SingleSpec> = {}): Buffer {
  const now = Date.now();
  const about = single({
    id: certId(leaf.cert, root.cert),
    thisUpdate: timeOf(now - HOUR),
    nextUpdate: timeOf(now + DAY),
    ...changes,
  });
  return Buffer.from(
    respond({ responder: byName(root.cert), producedAt: timeOf(now - HOUR), singles: [about] }),
  );
}

/** A server with implicit TLS that says what SMTP asks for, and staples `staple`. */
async function probe(leaf: typeof plain, staple: Buffer | null, options: TlsOptions = {}): Promise<Report> {
  const server = createServer({ cert: leaf.pem, key: leaf.keyPem, ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('220 x ESMTP\r\n');
    socket.on('data', (data: Buffer) => {
      socket.write(data.toString().startsWith('QUIT') ? '221 bye\r\n' : '250 x\r\n');
    });
  });
  server.on(
    'OCSPRequest',
    (_cert: unknown, _issuer: unknown, done: (error: null, der: Buffer | null) => void) => {
      done(null, staple);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const report = await probeTls(
      { host: '127.0.0.1', port, mode: 'implicit', literal: 4 },
      { trust: memoryStore([root.cert]), servername: HOST, timeoutMs: 5000 },
    );
    assertValidReport(JSON.parse(JSON.stringify(report)));
    return report;
  } finally {
    server.close();
  }
}

const hour = (): number => Date.now() - HOUR;

describe.each([['TLSv1.2'], ['TLSv1.3']] as const)('a staple in %s', (maxVersion) => {
  it('that is good is told, and nothing more', async () => {
    const report = await probe(plain, response(plain), { maxVersion });
    expect(report).toMatchObject({ outcome: 'pass', ocsp: { result: 'good' }, tls: { ocspStapled: true } });
    expect(findingIds(report)).toEqual([]);
  });

  it('that says revoked fails with OpenSSL’s 23, though both judges call the chain OK', async () => {
    const report = await probe(plain, response(plain, { status: revoked(hour(), 1) }), { maxVersion });
    expect(report).toMatchObject({
      outcome: 'fail',
      exitCode: 1,
      ocsp: { result: 'revoked', revocationReason: 'keyCompromise' },
      verify: {
        code: 23,
        name: 'X509_V_ERR_CERT_REVOKED',
        depth: 0,
        errors: [{ code: 23, depth: 0 }],
        judges: { openssl: 0, own: 0 },
      },
    });
    expect(findingIds(report)).toEqual(['certificate-revoked']);
  });
});

describe('a staple', () => {
  it.each<readonly [string, Partial<SingleSpec>, string, string]>([
    [
      'out of date',
      { thisUpdate: timeOf(Date.now() - 9 * DAY), nextUpdate: timeOf(Date.now() - DAY) },
      'stale',
      'ocsp-stale',
    ],
    ['of a responder that does not know', { status: UNKNOWN }, 'unknown', 'ocsp-unknown'],
    ['about another certificate', { id: certId(root.cert, root.cert) }, 'invalid', 'ocsp-invalid'],
  ])('%s is a warning, and a failure where a good one is demanded', async (_what, changes, result, id) => {
    const one = await probe(plain, response(plain, changes));
    expect(one).toMatchObject({ outcome: 'pass', verify: { code: 0 }, ocsp: { result } });
    expect(one.findings).toMatchObject([{ id, severity: 'warning' }]);
    const other = await probe(demanding, response(demanding, changes));
    expect(other).toMatchObject({ outcome: 'fail', ocsp: { result } });
    expect(other.findings).toMatchObject([{ id, severity: 'error' }]);
  });

  it('that is garbage breaks nothing', async () => {
    const report = await probe(plain, Buffer.from('garbage'));
    expect(report).toMatchObject({ outcome: 'pass', ocsp: { result: 'invalid' } });
  });

  it('is missed where the certificate demands one, and nowhere else', async () => {
    expect(findingIds(await probe(plain, null))).toEqual([]);
    const report = await probe(demanding, null);
    expect(report.outcome).toBe('fail');
    expect(findingIds(report)).toEqual(['must-staple-without-staple']);
    expect((await probe(demanding, response(demanding, { status: GOOD }))).outcome).toBe('pass');
  });
});
