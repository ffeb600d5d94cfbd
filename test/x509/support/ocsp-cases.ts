import { expect } from 'vitest';
import type { OcspReport } from '../../../src/core/ocsp-report.js';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { verifyOcsp, type VerifyOcspInput } from '../../../src/x509/ocsp.js';
import { ca, ecKey, issue, keyUsage, notCa, san, type IssueSpec } from '../verify/issue.js';
import { der, oid, type ExtensionSpec } from './der-writer.js';
import {
  basicDer,
  byName,
  certId,
  GOOD,
  responseDer,
  timeOf,
  type ResponseSpec,
  type SingleSpec,
} from './ocsp-writer.js';

/** A CA, a server's certificate and a responder, and good responses about it to be changed. */

export const NOW = Date.UTC(2026, 0, 10, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

export const [caKey, leafKey, otherKey, responderKey] = [ecKey(), ecKey(), ecKey(), ecKey()];

export const issuer = issue({ subject: 'CA', key: caKey, extensions: [ca(), keyUsage(0x06)] }).cert;
export const mail = (changes: Partial<IssueSpec> = {}): Certificate =>
  issue({
    subject: 'mail.smtpcheck.test',
    issuer: 'CA',
    key: leafKey,
    signer: caKey,
    extensions: [notCa, san('mail.smtpcheck.test')],
    ...changes,
  }).cert;
export const leaf = mail();
export const otherLeaf = mail();

export const purposes = (...oids: readonly string[]): ExtensionSpec => [
  '2.5.29.37',
  false,
  der(0x30, ...oids.map(oid)),
];
export const responder = (changes: Partial<IssueSpec> = {}): Certificate =>
  issue({
    subject: 'OCSP responder',
    issuer: 'CA',
    key: responderKey,
    signer: caKey,
    extensions: [notCa, purposes(OCSP_SIGNING)],
    ...changes,
  }).cert;

export const single = (changes: Partial<SingleSpec> = {}): SingleSpec => ({
  id: certId(leaf, issuer),
  status: GOOD,
  thisUpdate: timeOf(NOW - HOUR),
  nextUpdate: timeOf(NOW + DAY),
  ...changes,
});

/** A good BasicOCSPResponse of the issuer itself, changed. */
export const basic = (changes: Partial<ResponseSpec> = {}): Uint8Array =>
  basicDer({
    responder: byName(issuer),
    producedAt: timeOf(NOW - HOUR),
    singles: [single()],
    key: caKey,
    signer: 'ecdsa-sha256',
    certificates: [],
    ...changes,
  });

export const respond = (changes: Partial<ResponseSpec> = {}): Uint8Array => responseDer(basic(changes));

export const respondWith = (changes: Partial<SingleSpec>): Uint8Array =>
  respond({ singles: [single(changes)] });

/** A good response of a delegated responder. */
export const delegate = (cert: Certificate, changes: Partial<ResponseSpec> = {}): Uint8Array =>
  respond({ responder: byName(cert), key: responderKey, certificates: [cert], ...changes });

export const ask = (response: Uint8Array, changes: Partial<VerifyOcspInput> = {}): OcspReport =>
  verifyOcsp({ response, leaf, issuer, now: NOW, authLevel: 2, sent: [leaf], ...changes });

export const expectInvalid = (report: OcspReport, reason: RegExp): void => {
  expect(report).toMatchObject({ result: 'invalid', thisUpdate: null, revokedAt: null });
  expect(report.reason).toMatch(reason);
};
