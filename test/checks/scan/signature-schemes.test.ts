import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { signatureSchemes } from '../../../src/checks/scan/signature-schemes.js';
import type { ScanList, ScanProtocolReport, ScanScheme } from '../../../src/core/scan-report.js';
import { suiteById } from '../../../src/wire/names.js';
import {
  fakeContext,
  groupId,
  picked,
  protocol,
  rejected,
  schemeId,
  unknown,
  type Answerer,
  type FakeContext,
} from './support/asked.js';

const no12 = protocol('TLSv1.2', { answer: 'rejected', evidence: 'alert 70' });
const no13 = protocol('TLSv1.3', { answer: 'rejected', evidence: 'alert 70' });
const TLS13 = protocol('TLSv1.3', { suites: [['TLS_AES_128_GCM_SHA256', 'x25519']] });
const RSA = protocol('TLSv1.2', {
  suites: [
    ['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048'],
    ['AES128-SHA', null, 'rsa 2048'],
  ],
});
const CERTIFICATES_SIGNED_WITH = 50;

async function run(
  answer: Answerer,
  protocols: readonly ScanProtocolReport[],
): Promise<{ ctx: FakeContext; tls12: ScanList<ScanScheme>; tls13: ScanList<ScanScheme> }> {
  const ctx = fakeContext(answer, { facts: { protocols } });
  const [tls12, tls13] = await signatureSchemes.run(ctx);
  if (tls12 === undefined || tls13 === undefined) throw new Error('two lists are due');
  return { ctx, tls12, tls13 };
}

const names = ({ accepted }: ScanList<ScanScheme>): string[] => accepted.map(({ name }) => name);

/** Signs with the first of these that is offered. */
const signs =
  (version: number, has: readonly string[], refusal: HelloResult = rejected(40)): Answerer =>
  ({ schemes }) => {
    const scheme = has.map(schemeId).find((id) => schemes.includes(id));
    if (scheme === undefined) return refusal;
    return picked({
      version,
      group: 0x1d,
      flight: { signatureScheme: scheme, certificates: [Buffer.from(`certificate of ${scheme}`)] },
    });
  };

describe('signature schemes of TLS 1.2', () => {
  it('are found by elimination, with suites that are signed', async () => {
    const { ctx, tls12, tls13 } = await run(
      signs(0x0303, ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256', 'rsa_pkcs1_sha1']),
      [RSA, no13],
    );
    expect(names(tls12)).toEqual(['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256', 'rsa_pkcs1_sha1']);
    expect(tls13.skipped).toBe('TLSv1.3 is not accepted');
    expect(ctx.asked).toHaveLength(4);
    expect(ctx.asked.every(({ suites }) => suites.length === 1)).toBe(true);
    // The chain may be signed in any way.
    expect(ctx.asked.every(({ extensions }) => extensions.includes(CERTIFICATES_SIGNED_WITH))).toBe(true);
    expect(ctx.chains.all()).toHaveLength(3);
  });

  /*
   * OpenSSL picks the suite first and looks for a way to sign then: asked with suites of both kinds at once it takes one of RSA, and
   * refuses when no scheme of RSA is left, though it could sign with its ECDSA key. sslscan 2.0.7 misses those for that reason.
   */
  it('are asked for one kind of key at a time', async () => {
    const both = protocol('TLSv1.2', {
      suites: [
        ['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048'],
        ['ECDHE-ECDSA-AES128-GCM-SHA256', 'x25519', 'ec prime256v1'],
      ],
    });
    const suiteFirst: Answerer = (asked, options) => {
      const rsa = asked.suites.some((id) => suiteById(id)?.openssl?.includes('RSA'));
      const has = rsa ? ['rsa_pkcs1_sha256'] : ['ecdsa_secp256r1_sha256', 'ed25519'];
      return signs(0x0303, has)(asked, options);
    };
    const { tls12 } = await run(suiteFirst, [both, no13]);
    expect(names(tls12)).toEqual(['rsa_pkcs1_sha256', 'ecdsa_secp256r1_sha256', 'ed25519']);
    expect(tls12.unknown).toBeNull();
  });

  it('are not counted twice where two kinds of key leave them open', async () => {
    const both = protocol('TLSv1.2', {
      suites: [
        ['ECDHE-RSA-AES128-GCM-SHA256', 'x25519', 'rsa 2048'],
        ['ECDHE-ECDSA-AES128-GCM-SHA256', 'x25519', 'ec prime256v1'],
      ],
    });
    const { tls12, ctx } = await run(signs(0x0303, ['rsa_pkcs1_sha256'], unknown('unreached')), [both, no13]);
    const offered = ctx.asked[0]?.schemes.length ?? 0;
    expect(tls12).toMatchObject({
      accepted: [{ name: 'rsa_pkcs1_sha256' }],
      unknown: { count: offered - 1 },
    });
  });

  it('one that was not offered is an answer, and a finding', async () => {
    const old: Answerer = () => picked({ flight: { signatureScheme: schemeId('rsa_pkcs1_sha1') } });
    const { tls12 } = await run(old, [RSA, no13]);
    expect(names(tls12)).toEqual(['rsa_pkcs1_sha1']);
    expect(tls12).toMatchObject({ unknown: null, notOffered: [{ name: 'rsa_pkcs1_sha1' }] });
    expect(idsOf([tls12])).toEqual(['sha1-signature-accepted', 'signature-not-offered']);
  });

  it.each([
    ['silence', unknown('silent')],
    ['another alert', unknown('alert', 'alert 80')],
    ['a close', unknown('closed')],
    ['no connection', unknown('unreached')],
    ['a flight that was cut', picked({ cut: 'the connection broke' })],
  ])('%s is no no', async (_how, refusal) => {
    const { tls12 } = await run(signs(0x0303, ['rsa_pkcs1_sha256'], refusal), [RSA, no13]);
    expect(names(tls12)).toEqual(['rsa_pkcs1_sha256']);
    expect(tls12.unknown?.count).toBeGreaterThan(10);
    expect(signatureSchemes.unknown([tls12])).toHaveLength(1);
  });

  it('that are all refused are unknown: a server that signs has one', async () => {
    const { tls12, ctx } = await run(() => rejected(40), [RSA, no13]);
    expect(tls12).toMatchObject({ accepted: [], unknown: { reason: 'alert 40, to all of them' } });
    // With and without the extension about the certificates.
    expect(ctx.asked).toHaveLength(2);
  });

  it('a server that chokes on the extension about certificates is asked without', async () => {
    const answer: Answerer = (asked, options) =>
      asked.extensions.includes(CERTIFICATES_SIGNED_WITH)
        ? rejected(40)
        : signs(0x0303, ['rsa_pkcs1_sha256'])(asked, options);
    const { tls12 } = await run(answer, [RSA, no13]);
    expect(tls12).toMatchObject({ accepted: [{ name: 'rsa_pkcs1_sha256' }], unknown: null });
  });

  it('are skipped where nothing is signed, and unknown where that is not known', async () => {
    const unsigned = protocol('TLSv1.2', { suites: [['AES128-SHA', null, 'rsa 2048']] });
    expect((await run(() => rejected(40), [unsigned, no13])).tls12.skipped).toContain('signed');
    const unsure = { ...unsigned, unknown: { count: 1, reason: 'no connection' } };
    expect((await run(() => rejected(40), [unsure, no13])).tls12.unknown?.reason).toBe('no connection');
  });
});

describe('signature schemes of TLS 1.3', () => {
  it('are read from CertificateVerify, with a share of the group that the server likes', async () => {
    const { tls13, ctx } = await run(signs(0x0304, ['ed25519', 'rsa_pss_rsae_sha256']), [no12, TLS13]);
    expect(names(tls13)).toEqual(['ed25519', 'rsa_pss_rsae_sha256']);
    expect(ctx.asked.map(({ shares }) => shares.map(({ group }) => group))).toEqual([[0x1d], [0x1d], [0x1d]]);
  });

  it('are asked for with another share when the server wants one', async () => {
    const wants = groupId('secp384r1');
    const choosy: Answerer = (asked, options) =>
      asked.shares.some(({ group }) => group === wants)
        ? signs(0x0304, ['rsa_pss_rsae_sha256'])(asked, options)
        : picked({ version: 0x0304, group: wants, flight: null });
    const { tls13, ctx } = await run(choosy, [no12, TLS13]);
    expect(names(tls13)).toEqual(['rsa_pss_rsae_sha256']);
    expect(ctx.asked).toHaveLength(3);
  });

  it('are unknown when it wants a share that nothing can be agreed with', async () => {
    const mlkem: Answerer = () => picked({ version: 0x0304, group: groupId('MLKEM768'), flight: null });
    const { tls13 } = await run(mlkem, [no12, TLS13]);
    expect(tls13.accepted).toEqual([]);
    expect(tls13.unknown?.reason).toContain('MLKEM768');
  });

  it('are unknown when it asks for a share that it was given', async () => {
    const { tls13 } = await run(() => picked({ version: 0x0304, group: 0x1d, flight: null }), [no12, TLS13]);
    expect(tls13.unknown?.reason).toContain('x25519');
  });

  it('are unknown when its flight cannot be opened', async () => {
    const sealed: Answerer = () => picked({ version: 0x0304, group: 0x1d, cut: 'it does not open' });
    expect((await run(sealed, [no12, TLS13])).tls13.unknown?.reason).toBe('it does not open');
    const strange = protocol('TLSv1.3', { suites: [['TLS_AEGIS_256_SHA512', 'x25519']] });
    expect((await run(sealed, [no12, strange])).tls13.unknown?.reason).toContain('opened here');
  });
});

const list = (accepted: string[], parts: Partial<ScanList<ScanScheme>> = {}): ScanList<ScanScheme> => ({
  protocol: 'TLSv1.2',
  accepted: accepted.map((name) => ({ name, id: '' })),
  unknown: null,
  notOffered: [],
  skipped: null,
  ...parts,
});

const idsOf = (data: readonly ScanList<ScanScheme>[]): string[] =>
  signatureSchemes.judge(data, undefined as never).map(({ id }) => id);

describe('the judgement', () => {
  it.each([
    [['rsa_pkcs1_sha256', 'ecdsa_secp256r1_sha256', 'rsa_pkcs1_sha224'], []],
    [['ecdsa_sha1'], ['sha1-signature-accepted']],
    [
      ['rsa_pkcs1_md5', 'dsa_sha1'],
      ['md5-signature-accepted', 'sha1-signature-accepted'],
    ],
  ])('of %j is %j', (accepted, expected) => {
    expect(idsOf([list(accepted)])).toEqual(expected);
    for (const id of expected) expect(signatureSchemes.ids).toContain(id);
  });
});
