import { describe, expect, it } from 'vitest';
import { certificates } from '../../../src/checks/scan/certificates.js';
import type { HelloResult, ScanContext, ScanJudgement } from '../../../src/checks/scan/context.js';
import { suiteFamilies, typesOfSuite } from '../../../src/checks/scan/key-types.js';
import { QUICK_SCOPE, WHOLE_SCOPE } from '../../../src/checks/scan/scope.js';
import type { ChainReport, VerifyReport } from '../../../src/core/report.js';
import type { ScanCertificate, ScanProtocolReport } from '../../../src/core/scan-report.js';
import { E7, LEAF, VERIFIED, X1 } from '../../report/sample-parts.js';
import { toCertificateReport } from '../../../src/x509/certificate-report.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { ders } from '../../wire/support/capture.js';
import { NOTHING_ASKED } from './support.js';
import {
  fakeContext,
  picked,
  protocol,
  rejected,
  schemeId,
  suiteId,
  unknown,
  type Answerer,
  type Asked,
  type FakeContext,
} from './support/asked.js';

const NAME = 'mail.smtpcheck.test';

/** A self-signed certificate with a key of P-384. */
const P384 = Buffer.from(
  'MIIBsTCCATagAwIBAgIUCm5q3pqeBrLmlUIrzxWo/DOt34MwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEcDM4NDAeFw0yNjExMjUx' +
    'MTAxNDBaFw0zNjExMjIxMTAxNDBaMA8xDTALBgNVBAMMBHAzODQwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAAQz67ErGI1IcBmDUe2w' +
    'It6vU7Ne+m/tuqGGioZnelFTs+XF/HSfS+i/+rsXFAqW3/d1IkCe6ZCaLcKJGJ0l/frzA1S10CkJ4qz1LEOZV9KgPDxT5BeBgfvr' +
    '70aRJQi1N6SjUzBRMB0GA1UdDgQWBBTYcSMCi4Jqkmwy+RqVq5ilh3FguDAfBgNVHSMEGDAWgBTYcSMCi4Jqkmwy+RqVq5ilh3Fg' +
    'uDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA2kAMGYCMQCUkxD5vPmj7hGOWe0kuf7e0NZs8WixdTkhoV1xarIUZIZ7rRyG' +
    '3uxRIHmCEm5RHOICMQDOGAYuIvPb6QK4NF04GfxCrRLbaCPOvhIE03jVzPE7swM3bTBBknYn2P5gAlgID6w=',
  'base64',
);

/** Which scheme each chain of the fixtures is shown for, in TLS 1.3. */
const SCHEMES: Readonly<Record<string, string>> = {
  'good-rsa': 'rsa_pss_rsae_sha256',
  'expired-leaf': 'ecdsa_secp256r1_sha256',
  'good-ecdsa': 'ecdsa_secp256r1_sha256',
  'good-ed25519': 'ed25519',
};

/** A server of TLS 1.3 with chains by name; `''` is who gives none. */
const shows =
  (chains: Readonly<Record<string, readonly string[]>>, refusal: HelloResult = rejected(40)): Answerer =>
  ({ servername, schemes }) => {
    const chain = (chains[servername ?? ''] ?? []).find((id) => schemes.includes(schemeOf(id)));
    if (chain === undefined) return refusal;
    return picked({
      version: 0x0304,
      group: 0x1d,
      flight: { signatureScheme: schemeOf(chain), certificates: ders(chain) },
    });
  };

const schemeOf = (chain: string): number => schemeId(SCHEMES[chain] ?? '');

const TLS13 = [protocol('TLSv1.3', { suites: [['TLS_AES_128_GCM_SHA256', 'x25519']] })];

const report = (list: readonly Uint8Array[]): ChainReport => {
  const sent = list.map((der) => toCertificateReport(parseCertificate(der), 0, { pem: false }));
  return { sent, path: sent };
};

interface Setting {
  readonly protocols?: readonly ScanProtocolReport[];
  /** Chains that others have seen with the name: the first is that of the first session. */
  readonly seen?: readonly string[];
  readonly parts?: Partial<ScanContext>;
}

async function run(answer: Answerer, { protocols = TLS13, seen = ['good-rsa'], parts = {} }: Setting = {}) {
  const verify: ScanContext['verify'] = ({ ders: list }) =>
    Promise.resolve({ chain: report(list), verify: VERIFIED });
  const [first] = seen;
  const base = { chain: first === undefined ? null : report(ders(first)) };
  const ctx = fakeContext(answer, { verify, base: base as never, facts: { protocols }, ...parts });
  for (const id of seen) ctx.chains.note(ders(id), ctx.servername);
  const data = await certificates.run(ctx);
  return { ctx, data };
}

const lines = (data: readonly ScanCertificate[]): string[] =>
  data.map(({ answer, key, main, servernames }) =>
    [answer, key, ...servernames.map((name) => name ?? 'bare'), ...(main ? ['main'] : [])].join(' '),
  );

const servernames = ({ asked }: FakeContext): string[] => asked.map(({ servername }) => servername ?? 'bare');

describe('the chains that are found in TLS 1.3', () => {
  it('of a server with one: two questions, without a name and for all other keys', async () => {
    const { ctx, data } = await run(shows({ [NAME]: ['good-rsa'], '': ['good-rsa'] }));
    expect(lines(data)).toEqual([`accepted rsa 2048 ${NAME} bare main`]);
    expect(servernames(ctx)).toEqual(['bare', NAME]);
    expect(ctx.asked[1]?.schemes).not.toContain(schemeId('rsa_pss_rsae_sha256'));
    expect(certificates.unknown(data)).toEqual([]);
  });

  it('of each kind of key, with and without a name', async () => {
    const all = ['good-ecdsa', 'good-rsa', 'good-ed25519'];
    const { ctx, data } = await run(shows({ [NAME]: all, '': all }), { seen: ['good-ecdsa'] });
    expect(lines(data)).toEqual([
      `accepted ec prime256v1 ${NAME} bare main`,
      `accepted rsa 2048 ${NAME} bare`,
      `accepted ed25519 253 ${NAME} bare`,
    ]);
    expect(servernames(ctx)).toEqual(['bare', NAME, NAME, NAME, 'bare', 'bare']);
  });

  it('one that is shown without a name alone', async () => {
    const { data } = await run(shows({ [NAME]: ['good-rsa'], '': ['expired-leaf'] }));
    expect(lines(data)).toEqual([`accepted rsa 2048 ${NAME} main`, 'accepted ec prime256v1 bare']);
  });

  it('no question where all ways to sign were asked for, but those without a name', async () => {
    const signatureSchemes = [
      {
        protocol: 'TLSv1.2',
        accepted: [],
        unknown: null,
        notOffered: [],
        skipped: 'TLSv1.2 is not accepted',
      },
      { protocol: 'TLSv1.3', accepted: [], unknown: null, notOffered: [], skipped: null },
    ] as const;
    const facts = { protocols: TLS13, signatureSchemes };
    const answer = shows({ [NAME]: ['good-rsa'], '': ['good-rsa'] });
    const { ctx } = await run(answer, { parts: { facts } });
    expect(servernames(ctx)).toEqual(['bare']);
    const { ctx: nameless } = await run(answer, { parts: { facts, servername: null } });
    expect(nameless.asked).toEqual([]);
  });

  /** What was picked had answered for the schemes of the other key, whose chain then nobody had seen: a gate passed without it. */
  it('where a policy asked for some ways to sign alone: those of other keys are still to come', async () => {
    const signatureSchemes = [
      { protocol: 'TLSv1.3', accepted: [], unknown: null, notOffered: [], skipped: null, asked: ['0x0807'] },
    ] as const;
    const all = ['good-ed25519', 'good-rsa'];
    const { data } = await run(shows({ [NAME]: all, '': all }), {
      seen: ['good-ed25519'],
      parts: {
        facts: { protocols: TLS13, signatureSchemes },
        scope: { ...WHOLE_SCOPE, schemes: () => [] },
      },
    });
    expect(data.map(({ key }) => key)).toEqual(['ed25519 253', 'rsa 2048']);
  });

  /** GnuTLS takes a certificate of each curve. The second was shown by a scan alone: a gate passed a server without having seen it. */
  it.each(['TLSv1.3', 'TLSv1.2'] as const)('of each curve, with %s', async (newest) => {
    const shown = { P256: ders('good-ecdsa'), P384: [P384] };
    const answer: Answerer = ({ schemes, groups }) => {
      const takes = (scheme: string, curve: number): boolean =>
        newest === 'TLSv1.3' ? schemes.includes(schemeId(scheme)) : groups.includes(curve);
      const certificates = takes('ecdsa_secp256r1_sha256', 0x17)
        ? shown.P256
        : takes('ecdsa_secp384r1_sha384', 0x18)
          ? shown.P384
          : null;
      return certificates === null
        ? rejected(40)
        : picked({
            version: newest === 'TLSv1.3' ? 0x0304 : 0x0303,
            group: 0x1d,
            flight: { signatureScheme: 0x0503, certificates },
          });
    };
    const old = protocol('TLSv1.2', {
      suites: [['ECDHE-ECDSA-AES128-GCM-SHA256', 'x25519', 'ec prime256v1']],
    });
    const protocols = newest === 'TLSv1.3' ? TLS13 : [old];
    const { data } = await run(answer, { protocols, seen: ['good-ecdsa'] });
    expect(lines(data)).toEqual([
      `accepted ec prime256v1 ${NAME} bare main`,
      `accepted ec secp384r1 ${NAME} bare`,
    ]);
  });

  it('no more than three questions for --quick', async () => {
    const all = ['good-ecdsa', 'good-rsa', 'good-ed25519'];
    const { ctx, data } = await run(shows({ [NAME]: all, '': all }), {
      seen: ['good-ecdsa'],
      parts: { scope: QUICK_SCOPE },
    });
    expect(ctx.asked).toHaveLength(3);
    expect(data.map(({ key }) => key)).toEqual(['ec prime256v1', 'rsa 2048', 'ed25519 253']);
    expect(certificates.unknown(data)).toEqual([]);
  });

  it('a server that shows one chain to everybody, whatever is offered, is not asked for ever', async () => {
    const stubborn: Answerer = () =>
      picked({ version: 0x0304, flight: { signatureScheme: 0x0804, certificates: ders('good-rsa') } });
    const { ctx } = await run(stubborn);
    expect(ctx.asked.length).toBeLessThan(5);
  });
});

describe('a server that shows no chain', () => {
  it('without a name wants one: that it shows one with it is the proof', async () => {
    for (const refusal of [rejected(40), unknown('alert', 'alert 112 (unrecognized_name)')]) {
      const { data } = await run(shows({ [NAME]: ['good-rsa'] }, refusal));
      expect(lines(data)).toContain('rejected  bare');
      expect(judge(data)).toContain('warning server-name-required');
    }
  });

  /* Nothing can be agreed with ML-KEM alone: every hello is refused, for the group and not for the name. */
  it('to any hello that can be opened has not said anything of names or keys', async () => {
    const { data, ctx } = await run(() => rejected(40));
    expect(lines(data)).toEqual([`accepted rsa 2048 ${NAME} main`, 'inconclusive  bare']);
    expect(certificates.unknown(data)).toEqual(['certificates without SNI (alert 40)']);
    expect(judge(data)).toEqual([]);
    expect(ctx.asked).toHaveLength(2);
  });

  it('is asked with TLS 1.2 then', async () => {
    const old = protocol('TLSv1.2', { suites: [['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048']] });
    const answer: Answerer = ({ version }) =>
      version === 0x0304 ? rejected(40) : picked({ flight: { certificates: ders('good-rsa') } });
    const { data } = await run(answer, { protocols: [old, ...TLS13] });
    expect(lines(data)).toEqual([`accepted rsa 2048 ${NAME} bare main`]);
  });

  it.each([
    ['silence', unknown('silent')],
    ['a close', unknown('closed')],
    ['no connection', unknown('unreached')],
    ['an unopened flight', picked({ version: 0x0304, cut: 'it does not open' })],
  ])('by %s has others that are not known', async (_how, refusal) => {
    const { data } = await run(shows({ [NAME]: ['good-rsa'], '': ['good-rsa'] }, refusal));
    expect(lines(data)).toContain(`inconclusive  ${NAME}`);
    expect(certificates.unknown(data)).toHaveLength(1);
  });

  it('that can be read leaves the chain unknown', async () => {
    const parts = { verify: () => Promise.resolve({ chain: null, verify: null }) };
    const { data } = await run(shows({ [NAME]: ['good-rsa'], '': ['good-rsa'] }), { parts });
    expect(certificates.unknown(data)).toEqual([
      'certificates with and without SNI (a certificate of it cannot be read)',
    ]);
  });
});

describe('up to TLS 1.2', () => {
  const protocols = [
    protocol('TLSv1.2', {
      suites: [
        ['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048'],
        ['ECDHE-ECDSA-AES128-GCM-SHA256', 'x25519', 'ec prime256v1'],
        ['ADH-AES128-SHA', null],
      ],
    }),
  ];

  /* OpenSSL picks the suite before it looks whether it can sign for it. */
  const suiteFirst: Answerer = ({ suites, schemes }) => {
    const rsa = suites.includes(suiteId('ECDHE-RSA-AES128-GCM-SHA256'));
    const chain = (rsa ? ['good-rsa'] : ['good-ecdsa', 'good-ed25519']).find((id) =>
      schemes.some((scheme) => scheme === schemeOf(id)),
    );
    return chain === undefined ? rejected(40) : picked({ flight: { certificates: ders(chain) } });
  };

  it('one family of keys is asked for at a time', async () => {
    const { ctx, data } = await run(suiteFirst, { protocols, seen: ['good-rsa', 'good-ecdsa'] });
    expect(data.map(({ key }) => key)).toEqual(['rsa 2048', 'ec prime256v1', 'ed25519 253']);
    const anonymous = (asked: Asked): boolean => asked.suites.includes(suiteId('ADH-AES128-SHA'));
    expect(ctx.asked.some(anonymous)).toBe(false);
  });

  /** Asked for RSA-PSS with suites of RSA's own key exchange beside, a server picked one of those, and the other chain was never seen. */
  it('a key that can only sign is asked for with suites that are signed', async () => {
    const both = [
      protocol('TLSv1.2', {
        suites: [
          ['AES128-SHA', null, 'rsa 2048'],
          ['ECDHE-RSA-AES128-SHA', 'x25519', 'rsa 2048'],
        ],
      }),
    ];
    const clientOrder: Answerer = ({ suites, schemes }) => {
      if (suites.includes(suiteId('AES128-SHA')))
        return picked({ flight: { certificates: ders('good-rsa') } });
      const pss = !schemes.includes(schemeId('rsa_pss_rsae_sha256'));
      return picked({ flight: { certificates: ders(pss ? 'good-rsa-pss-key' : 'good-rsa') } });
    };
    const { data } = await run(clientOrder, { protocols: both });
    expect(data.map(({ key }) => key)).toEqual(['rsa 2048', 'rsa-pss 2048']);
  });

  it.each([
    ['ECDHE-RSA-AES128-SHA', ['rsa', 'rsa-pss']],
    ['DHE-RSA-AES128-SHA', ['rsa', 'rsa-pss']],
    ['AES128-SHA', ['rsa']],
    ['EXP-RC4-MD5', ['rsa']],
    ['EXP1024-RC4-SHA', ['rsa']],
    ['ECDHE-ECDSA-AES128-SHA', ['ec', 'ed25519', 'ed448']],
    ['ECDH-ECDSA-AES128-SHA', ['ec']],
    ['ECDH-RSA-AES128-SHA', ['ec']],
    ['DHE-DSS-AES128-SHA', ['dsa']],
    ['ADH-AES128-SHA', []],
    ['AECDH-AES128-SHA', []],
    ['PSK-AES128-CBC-SHA', []],
    ['DHE-PSK-AES128-CBC-SHA', []],
    ['RSA-PSK-AES128-CBC-SHA', ['rsa']],
    ['SRP-AES-128-CBC-SHA', []],
    ['SRP-RSA-AES-128-CBC-SHA', ['rsa', 'rsa-pss']],
    ['GOST2012-KUZNYECHIK-KUZNYECHIKOMAC', ['gost']],
    ['TLS_AES_128_GCM_SHA256', []],
  ])('%s brings %j', (suite, types) => {
    expect(typesOfSuite(suiteId(suite))).toEqual(types);
    expect(suiteFamilies([suiteId(suite)])).toHaveLength(types.length === 0 ? 0 : 1);
  });
});

describe('SSLv2', () => {
  it('shows a leaf without its chain, which is no other chain when the leaf is known', async () => {
    const [leaf = Buffer.alloc(0)] = ders('good-rsa');
    const [stranger = Buffer.alloc(0)] = ders('good-ecdsa');
    const ctx = fakeContext(() => rejected(40), {});
    ctx.chains.note(ders('good-rsa'), NAME);
    expect(ctx.chains.noteAlone(leaf)).toBe('rsa 2048');
    expect(ctx.chains.all()).toHaveLength(1);
    expect(ctx.chains.noteAlone(stranger)).toBe('ec prime256v1');
    const { data } = await run(shows({ [NAME]: ['good-rsa'], '': ['good-rsa'] }), {
      parts: { chains: ctx.chains },
    });
    const [, alone] = data;
    expect(alone).toMatchObject({ verify: null, evidence: 'SSLv2 carries no more than the leaf' });
    expect(judge(data)).toEqual([]);
  });
});

const verdict = (...codes: readonly (readonly [number, string])[]): VerifyReport => ({
  ...VERIFIED,
  code: codes[0]?.[0] ?? 0,
  errors: codes.map(([code, name]) => ({ code, name, depth: 0, subject: LEAF.subject })),
  hostname: codes.some(([code]) => code === 62)
    ? { name: NAME, result: 'mismatch', matched: null }
    : VERIFIED.hostname,
});

const OTHER = { ...LEAF, subject: 'CN=other.example.org', san: ['DNS:other.example.org'] };
const LASTING = { ...E7, notAfter: '2040-01-01T00:00:00.000Z' };
const NOW = Date.parse(LEAF.notBefore) + 86_400_000;

const shown = (changes: Partial<ScanCertificate> = {}): ScanCertificate => ({
  answer: 'accepted',
  evidence: null,
  main: false,
  key: 'rsa 2048',
  servernames: [NAME],
  chain: { sent: [LEAF, LASTING], path: [LEAF, LASTING, X1] },
  verify: VERIFIED,
  ...changes,
});

function judge(data: readonly ScanCertificate[], judgeChain = true): string[] {
  const context = { asked: { ...NOTHING_ASKED, judgeChain, now: NOW } } as unknown as ScanJudgement;
  const findings = certificates.judge(data, context);
  for (const { id } of findings) expect(certificates.ids).toContain(id);
  return findings.map(({ id, severity }) => `${severity} ${id}`);
}

describe('the judgement', () => {
  const expired = verdict([10, 'X509_V_ERR_CERT_HAS_EXPIRED']);
  const wrongName = verdict([62, 'X509_V_ERR_HOSTNAME_MISMATCH']);
  const other = { chain: { sent: [OTHER, LASTING], path: [OTHER, LASTING, X1] }, servernames: [null] };

  it.each<readonly [string, Partial<ScanCertificate>, readonly string[]]>([
    ['one that verifies', {}, []],
    ['one that does not', { verify: expired }, ['error other-chain-untrusted']],
    ['one for another name, shown with ours', { verify: wrongName }, ['error other-chain-untrusted']],
    ['the first, which is judged elsewhere', { main: true, verify: expired }, []],
    ['another one without a name', other, ['info default-certificate-differs']],
    [
      'one for another name, shown without',
      { ...other, verify: wrongName },
      ['warning default-certificate-differs'],
    ],
    [
      'one that has expired, and is for another name, shown without',
      {
        ...other,
        verify: verdict([10, 'X509_V_ERR_CERT_HAS_EXPIRED'], [62, 'X509_V_ERR_HOSTNAME_MISMATCH']),
      },
      ['error other-chain-untrusted', 'warning default-certificate-differs'],
    ],
    [
      'one that lacks its intermediate, which the store has',
      { chain: { sent: [LEAF], path: [LEAF, LASTING, X1] } },
      ['warning other-chain-flawed'],
    ],
    [
      'one that carries its root',
      { chain: { sent: [LEAF, LASTING, { ...X1, selfSigned: true }], path: [LEAF, LASTING, X1] } },
      [],
    ],
    [
      'one that is about to expire',
      {
        chain: {
          sent: [{ ...LEAF, notAfter: new Date(NOW + 3_600_000).toISOString() }, LASTING],
          path: [{ ...LEAF, notAfter: new Date(NOW + 3_600_000).toISOString() }, LASTING, X1],
        },
      },
      ['warning other-chain-expiring'],
    ],
    ['one without a verdict', { verify: null, answer: 'inconclusive' }, []],
    [
      'a refusal without a name',
      { answer: 'rejected', servernames: [null], chain: null, verify: null, key: null },
      ['warning server-name-required'],
    ],
  ])('of %s', (_what, changes, expected) => {
    expect(judge([shown({ main: true }), shown(changes)])).toEqual(expected);
  });

  it('is none of trust where that is not to be judged', () => {
    expect(judge([shown({ verify: expired })], false)).toEqual(['info other-chain-untrusted']);
  });

  it('says which chain it means', () => {
    const data = [shown({ main: true }), shown({ verify: expired, key: 'ec prime256v1' })];
    const context = { asked: { ...NOTHING_ASKED, now: NOW } } as unknown as ScanJudgement;
    const [finding] = certificates.judge(data, context);
    expect(finding?.message).toContain('ec prime256v1');
    expect(finding?.message).toContain('certificate has expired (10)');
  });
});
