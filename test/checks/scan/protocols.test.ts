import { describe, expect, it } from 'vitest';
import type { ScanProtocolReport, ScanSuite } from '../../../src/core/scan-report.js';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { SCAN_CHECKS } from '../../../src/checks/scan/index.js';
import { suitesOf } from '../../../src/checks/scan/offer.js';
import { protocols } from '../../../src/checks/scan/protocols.js';
import { QUICK_SCOPE, WHOLE_SCOPE } from '../../../src/checks/scan/scope.js';
import { encodeClientHello } from '../../../src/wire/hello/client-hello.js';
import { suiteById } from '../../../src/wire/names.js';
import {
  fakeContext,
  NOTHING_ASKED,
  picked,
  REJECTED,
  unknown,
  versionOf,
  type FakeServer,
} from './support.js';

const VERSION_ALERT: HelloResult = {
  answer: 'rejected',
  evidence: 'alert 70 (protocol_version)',
  alert: 70,
};

/** A server with these suites by version, in its own order or in the client's. */
function serverWith(
  has: Readonly<Record<number, readonly number[]>>,
  order: 'server' | 'client' = 'server',
): FakeServer {
  return (hello) => {
    const version = versionOf(hello);
    const suites = has[version];
    if (suites === undefined) return VERSION_ALERT;
    const pick =
      order === 'server'
        ? suites.find((id) => hello.suites.includes(id))
        : hello.suites.find((id) => suites.includes(id));
    return pick === undefined ? REJECTED : picked(version, pick);
  };
}

const by = (found: readonly ScanProtocolReport[], name: string): ScanProtocolReport | undefined =>
  found.find((one) => one.name === name);

/** Of a server that has TLS 1.0, 1.2 and 1.3. */
const WITHOUT_TLS_1_1 = [
  'SSLv2 rejected',
  'SSLv3 rejected',
  'TLSv1 accepted',
  'TLSv1.1 rejected',
  'TLSv1.2 accepted',
  'TLSv1.3 accepted',
];

describe('protocols and suites', () => {
  it('finds exactly what the server has', async () => {
    const has = { 0x0301: [0x002f], 0x0303: [0xc02f, 0x002f, 0xc030], 0x0304: [0x1301, 0x1302] };
    const ctx = fakeContext(serverWith(has));
    const found = await protocols.run(ctx);
    expect(found.map(({ name, answer }) => `${name} ${answer}`)).toEqual(WITHOUT_TLS_1_1);
    expect(by(found, 'TLSv1.2')?.suites.map(({ id }) => id)).toEqual(['0xc02f', '0x002f', '0xc030']);
    expect(protocols.unknown(found)).toEqual([]);
  });

  it.each(['server', 'client'] as const)('says that the order is the %s’s', async (order) => {
    const found = await protocols.run(fakeContext(serverWith({ 0x0303: [0xc02f, 0x002f, 0xc030] }, order)));
    expect(by(found, 'TLSv1.2')?.order).toBe(order);
  });

  // The server's order may happen to be ours: only the list turned round tells.
  it('takes no order for the client’s that is the server’s own by chance', async () => {
    const ours = suitesOf(0x0303).filter((id) => [0xc02f, 0x002f, 0xc030].includes(id));
    const found = await protocols.run(fakeContext(serverWith({ 0x0303: ours })));
    expect(by(found, 'TLSv1.2')?.order).toBe('server');
  });

  it('takes a lower version in the answer for a no to the higher one', async () => {
    const found = await protocols.run(fakeContext(() => picked(0x0301, 0x002f)));
    expect(by(found, 'TLSv1.2')).toMatchObject({ answer: 'rejected', evidence: 'answered with TLSv1' });
  });

  it('asks without its extensions a server that chokes on them', async () => {
    const server = serverWith({ 0x0303: [0xc02f] });
    const found = await protocols.run(
      fakeContext((hello, nth) =>
        hello.extensions.some(({ type }) => type === 15) ? unknown('closed') : server(hello, nth),
      ),
    );
    expect(by(found, 'TLSv1.2')?.suites.map(({ id }) => id)).toEqual(['0xc02f']);
  });

  it.each(['closed', 'silent', 'garbled', 'alert', 'unreached'] as const)(
    'calls nothing rejected that was %s',
    async (kind) => {
      const found = await protocols.run(
        fakeContext(() => unknown(kind), {
          askSslv2: () => Promise.resolve({ answer: 'inconclusive', evidence: 'nothing' }),
        }),
      );
      expect(found.map(({ answer }) => answer)).toEqual(Array(6).fill('inconclusive'));
      expect(protocols.unknown(found).length).toBe(6);
    },
  );
});

describe('a server that refuses large hellos in words', () => {
  const has = { 0x0301: [0x002f], 0x0303: [0xc02f, 0x002f], 0x0304: [0x1301] };
  const large: FakeServer = (hello, nth) =>
    encodeClientHello(hello).length > 300 && versionOf(hello) in has ? REJECTED : serverWith(has)(hello, nth);

  /** TLS 1.2 was negotiated in the first session, and the scan said that the server does not have it; nor TLS 1.0, which it has. */
  it.each([WHOLE_SCOPE, QUICK_SCOPE])(
    'has the versions that a small one finds, and nobody knows the rest',
    async (scope) => {
      const found = await protocols.run(fakeContext(large, { scope }));
      expect(found.map(({ name, answer }) => `${name} ${answer}`)).toEqual(WITHOUT_TLS_1_1);
      expect(by(found, 'TLSv1.2')).toMatchObject({
        suites: [{ name: 'ECDHE-RSA-AES128-GCM-SHA256' }],
        unknown: { reason: 'alert 40 (handshake_failure) to large hellos alone: a small one is accepted' },
      });
      expect(protocols.unknown(found)).toHaveLength(3);
    },
  );

  it('costs one question where a refusal says nothing of the version, and none where it does', async () => {
    const asked = async (refusal: HelloResult): Promise<number> => {
      const ctx = fakeContext(
        (hello, nth) =>
          versionOf(hello) === 0x0301 ? refusal : serverWith({ 0x0304: [0x1301] })(hello, nth),
        { scope: QUICK_SCOPE },
      );
      expect(by(await protocols.run(ctx), 'TLSv1')?.answer).toBe('rejected');
      return ctx.asked.filter((hello) => versionOf(hello) === 0x0301).length;
    };
    expect(await asked(VERSION_ALERT)).toBe(1);
    const pieces = Math.ceil(suitesOf(0x0301).length / 64);
    expect(await asked(REJECTED)).toBe(1 + pieces + 1);
  });
});

describe('protocols and suites with --quick', () => {
  // 0xc018 and 0x0034 are anonymous, 0x0005 has RC4.
  const has = { 0x0303: [0xc02f, 0x002f, 0xc018, 0x0034, 0x0005], 0x0304: [0x1301, 0x1302] };

  it('takes few connections for one suite and one of each weak kind, and says that this is not all', async () => {
    const ctx = fakeContext(serverWith(has), { scope: QUICK_SCOPE });
    const found = await protocols.run(ctx);
    expect(by(found, 'TLSv1.2')?.suites.map(({ id }) => id)).toEqual(['0xc02f', '0xc018', '0x0005']);
    expect(by(found, 'TLSv1.3')?.suites.length).toBe(1);
    expect(found.filter(({ answer }) => answer === 'accepted').every(({ partial }) => partial)).toBe(true);
    expect(ctx.asked.length).toBeLessThan(12);
    expect(protocols.unknown(found)).toEqual([]);
  });

  it('finds the same kinds of weak suites as a whole scan', async () => {
    const kinds = async (quick: boolean): Promise<string[]> => {
      const data = await protocols.run(
        fakeContext(serverWith(has), { scope: quick ? QUICK_SCOPE : WHOLE_SCOPE }),
      );
      const target = { host: 'mail.example.org', port: 587, mode: 'starttls', literal: 0 } as const;
      const judged = protocols.judge(data, { target, scan: { protocols: data } } as never);
      return judged.map(({ id }) => id).sort();
    };
    expect(await kinds(true)).toEqual(await kinds(false));
    expect(await kinds(true)).toEqual(['anonymous-suites-accepted', 'rc4-suites-accepted']);
  });
});

const suite = (id: number): ScanSuite => ({
  name: suiteById(id)?.openssl ?? suiteById(id)?.iana ?? '',
  iana: suiteById(id)?.iana ?? null,
  id: '',
  bits: suiteById(id)?.bits ?? null,
  keyExchange: null,
  group: null,
  groupBits: null,
  certificate: null,
});

const report = (name: ScanProtocolReport['name'], ...ids: number[]): ScanProtocolReport => ({
  name,
  answer: 'accepted',
  evidence: 'ServerHello',
  suites: ids.map(suite),
  order: 'server',
  unknown: null,
});

describe('what is wrong with protocols and suites', () => {
  const judge = (data: readonly ScanProtocolReport[], port = 25): Record<string, string> =>
    Object.fromEntries(
      protocols
        .judge(data, {
          target: { host: 'mail.example.org', port, mode: 'starttls', literal: 0 },
          scan: { protocols: data },
          asked: NOTHING_ASKED,
        })
        .map(({ id, severity }) => [id, severity]),
    );

  it.each([
    ['a modern one', report('TLSv1.3', 0x1301), {}],
    ['SSLv3', report('SSLv3', 0x002f), { 'ssl-3-accepted': 'error' }],
    ['TLS 1.0', report('TLSv1', 0x002f), { 'tls-1-0-accepted': 'warning' }],
    ['TLS 1.1', report('TLSv1.1', 0x002f), { 'tls-1-1-accepted': 'warning' }],
    ['NULL', report('TLSv1.2', 0x003b), { 'null-suites-accepted': 'error' }],
    ['EXPORT', report('TLSv1.2', 0x0008), { 'export-suites-accepted': 'error' }],
    ['DES', report('TLSv1.2', 0x0009), { 'des-suites-accepted': 'error' }],
    ['RC4', report('TLSv1.2', 0x0005), { 'rc4-suites-accepted': 'warning' }],
    ['3DES', report('TLSv1.2', 0x000a), { 'short-block-suites-accepted': 'warning' }],
    ['IDEA', report('TLSv1.2', 0x0007), { 'short-block-suites-accepted': 'warning' }],
    ['anonymous', report('TLSv1.2', 0xc018), { 'anonymous-suites-accepted': 'info' }],
    ['AES', report('TLSv1.2', 0xc02f, 0x002f, 0x009c, 0xcca8), {}],
  ] as const)('%s', (_what, data, findings) => {
    expect(judge([data])).toEqual(findings);
  });

  it('takes suites without a certificate for worse where passwords are sent', () => {
    expect(judge([report('TLSv1.2', 0xc018)], 587)).toEqual({ 'anonymous-suites-accepted': 'warning' });
  });

  it('fails a server with nothing modern, and not one about which that is not known', () => {
    const no = (
      name: ScanProtocolReport['name'],
      answer: ScanProtocolReport['answer'],
    ): ScanProtocolReport => ({
      ...report(name),
      answer,
    });
    expect(judge([no('TLSv1.2', 'rejected'), no('TLSv1.3', 'rejected')])).toEqual({
      'no-modern-protocol': 'error',
    });
    expect(judge([no('TLSv1.2', 'rejected'), no('TLSv1.3', 'inconclusive')])).toEqual({});
  });
});

describe('the registry', () => {
  it('has ids, keys and findings once each, and every check behind those it needs', () => {
    const ids = SCAN_CHECKS.map(({ id }) => id);
    const keys = SCAN_CHECKS.map(({ key }) => key);
    const findings = SCAN_CHECKS.flatMap((check) => check.ids);
    for (const list of [ids, keys, findings]) expect(new Set(list).size).toBe(list.length);
    for (const [i, { after }] of SCAN_CHECKS.entries())
      for (const id of after) expect(ids.slice(0, i)).toContain(id);
  });
});
