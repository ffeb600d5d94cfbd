import { describe, expect, it } from 'vitest';
import { verifyCode, verifyCodeNumber, verifyCodes } from '../../src/x509/verify-codes.js';

describe('verify codes', () => {
  it('have every number from 0 to 95 once, and no two share a name', () => {
    expect(verifyCodes().map(({ code }) => code)).toEqual(Array.from({ length: 96 }, (_, code) => code));
    expect(new Set(verifyCodes().map(({ name }) => name)).size).toBe(96);
  });

  it('are found by number and by name', () => {
    expect(verifyCode(0)).toEqual({ code: 0, name: 'X509_V_OK', reason: 'ok' });
    expect(verifyCode(20)).toEqual({
      code: 20,
      name: 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      reason: 'unable to get local issuer certificate',
    });
    expect(verifyCodeNumber('X509_V_ERR_CERT_HAS_EXPIRED')).toBe(10);
  });

  it.each([-1, 96, 1000, NaN])('give a name and OpenSSL’s words to %s, which nobody knows', (code) => {
    const { name, reason } = verifyCode(code);
    expect(name).toBe(`X509_V_ERR_${code}`);
    expect(reason).toBe('unknown certificate verification error');
  });
});
