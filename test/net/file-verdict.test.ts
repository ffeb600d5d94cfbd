import { describe, expect, it } from 'vitest';
import { askOpenssl } from '../../src/net/file-verdict.js';
import { parsePemCertificates } from '../../src/x509/certificate.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { verifyCodeByReason, verifyCodes } from '../../src/x509/verify-codes.js';
import { lastCode, verifyChain } from '../../src/x509/verify.js';
import { CASES, findCase, inputOf, memoryStore, type FixtureCase } from '../x509/verify/fixtures.js';

/*
 * `cert` judges a file with both judges. OpenSSL's own verdict is had by beginning a handshake in memory, without the
 * private key; what it says has to be what `openssl s_client` said of the same chain on a real server.
 */

const NAME_CODES: readonly number[] = [62, 64];

/** What s_client ended on, the name left aside: here none is asked for. */
function expectedCode({ openssl }: FixtureCase): number {
  const codes = openssl['0'].all.map(([code]) => code).filter((code) => !NAME_CODES.includes(code));
  return codes.at(-1) ?? 0;
}

const asked = CASES.filter(({ at, depth }) => at === undefined && depth === undefined);

describe('OpenSSL’s verdict on a chain out of a file', () => {
  it('is the one that s_client recorded, for every fixture', { timeout: 30_000 }, async () => {
    const differing: string[] = [];
    for (const one of asked) {
      const { chain, trust } = inputOf(one, 0);
      const { code, refusal } = await askOpenssl(chain, trust, false);
      if (code !== expectedCode(one)) {
        differing.push(`${one.id}: ${String(code)} (${String(refusal)}), s_client ${expectedCode(one)}`);
      }
    }
    expect(asked.length).toBeGreaterThan(140);
    expect(differing).toEqual([]);
  });

  it('knows partial chains', async () => {
    const { chain } = inputOf(findCase('good-deep'), 0);
    const middle = memoryStore(chain.slice(1, 2));
    const input = { chain, trust: middle, now: Date.now(), authLevel: 0 };
    for (const partialChain of [false, true]) {
      const { code } = await askOpenssl(chain, middle, partialChain);
      expect(code).toBe(lastCode(verifyChain({ ...input, partialChain })));
      expect(code === 0).toBe(partialChain);
    }
  });

  it('is no verdict, never OK, where OpenSSL does not take the certificate', async () => {
    const none: Certificate[] = [];
    expect(await askOpenssl(none, memoryStore([]), false)).toMatchObject({ code: null });
    const { chain, trust } = inputOf(findCase('good-deep'), 0);
    // 100 KiB is the most that OpenSSL reads of a chain.
    const long = [...chain, ...Array.from({ length: 300 }, () => chain[1] as Certificate)];
    const { code, refusal } = await askOpenssl(long, trust, false);
    expect(code).toBeNull();
    expect(refusal).toMatch(/excessive message size/);
  });

  /** A server that shows one killed the process: Node.js 20 dies of a question for the verdict of a handshake that has none. */
  it('is no verdict where the certificate does not go with the suite: DSA', async () => {
    const chain = parsePemCertificates(DSA).certificates;
    expect(chain[0]?.publicKey?.asymmetricKeyType).toBe('dsa');
    const { code, refusal } = await askOpenssl(chain, memoryStore(chain), false);
    expect(code).toBeNull();
    expect(refusal).toMatch(/wrong certificate type/);
  });

  it('is told by words that differ for every code', () => {
    for (const { code, reason } of verifyCodes()) expect(verifyCodeByReason(reason)).toBe(code);
    expect(verifyCodeByReason('no words of OpenSSL')).toBeNull();
  });
});

/** `openssl req -x509 -newkey dsa`, 1024 bits. */
const DSA = `-----BEGIN CERTIFICATE-----
MIIC9DCCAqKgAwIBAgIUThN/xNSXgDZeuGI3OdCXprvpSRYwCwYJYIZIAWUDBAMC
MB4xHDAaBgNVBAMME21haWwuc210cGNoZWNrLnRlc3QwIBcNMjYxMTI1MDk0NzEy
WhgPMjEyNjExMDEwOTQ3MTJaMB4xHDAaBgNVBAMME21haWwuc210cGNoZWNrLnRl
c3QwggG/MIIBNAYHKoZIzjgEATCCAScCgYEA08yXN8LU1Zqkvp3SkIvJXhp0UqEQ
EIMcvG0p1HOj1RxlQxeefslASxht0+TyrowqFz6UWWeFDHyNjeJRCOZWBfB+rsO3
qoQX0lnqHp6wzL33Io/XRvWf6EZ7l/e2qzbPZiCQJG0t19UokLKWaQcn49aqv4Xm
7YVS9zz+O7USE/8CHQCXaa6Jm+Y6UDp1y09UjX9BFEz1AuypPiMMI3WpAoGBAMzv
Z8R2vDI8K5KyaN/vIibM/LRzp/ziJsL0Pxkf7KUfj2hLqoeiHZeObHKMOMfHnMMr
f3qd+0NKnH4cjMIeIDcKImfJoTOaahwF+u4pyV2kuY0bu6maP5s40+XHPBG4AJhW
Y1CDCnkbI6t6S5cYIAQu4IfHXhvqTUfqJ8nYx+JTA4GEAAKBgFe2WLUy5MKqGEGK
OCuBDeRWFt0YyyO7kLeUg3bleo7qj8yoITARN3e7a/FxRgJ+Jke+iXg6dvFM61IJ
RySp7Y0O5XMTH0drLG0PP0lol6ikbZm8Co9aFO1k9cWO3Fu6xm6unOljb4L+91r/
NFm1TgFPSpKqV79qYTk1dYZGwUUvo1MwUTAdBgNVHQ4EFgQUM7rYHfFa28X0ADhk
Q97cTP+YyUowHwYDVR0jBBgwFoAUM7rYHfFa28X0ADhkQ97cTP+YyUowDwYDVR0T
AQH/BAUwAwEB/zALBglghkgBZQMEAwIDPwAwPAIcCsTZhL/mdFgw0zQsJVtR6GPV
BHsLc+2ZoXGQ4gIcAvR9gspHsvspSoRlZMDNTRlsCPHgK2YSO43MWA==
-----END CERTIFICATE-----
`;
