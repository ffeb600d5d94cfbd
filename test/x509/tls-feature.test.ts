import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { mustStaple } from '../../src/x509/tls-feature.js';
import { leaf, mail } from './support/ocsp-cases.js';

describe('must-staple', () => {
  const feature = (...value: readonly number[]): Certificate =>
    mail({ extensions: [['1.3.6.1.5.5.7.1.24', false, Uint8Array.from(value)]] });

  it.each<[string, Certificate, boolean]>([
    ['no extension', leaf, false],
    ['status_request', feature(0x30, 3, 2, 1, 5), true],
    ['status_request_v2', feature(0x30, 3, 2, 1, 17), true],
    ['both', feature(0x30, 6, 2, 1, 5, 2, 1, 17), true],
    ['another feature', feature(0x30, 3, 2, 1, 23), false],
    ['256 times as much', feature(0x30, 4, 2, 2, 5, 0), false],
    ['no feature', feature(0x30, 0), false],
    ['what cannot be read', feature(0x30, 3, 2, 2, 5), true],
    ['octets behind the list', feature(0x30, 0, 0), true],
  ])('with %s', (_what, cert, expected) => {
    expect(mustStaple(cert)).toBe(expected);
  });
});
