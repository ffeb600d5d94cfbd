import type { Certificate, TrustStore } from '../certificate-types.js';
import { parseCertificate } from '../certificate.js';
import { sameBytes } from '../der.js';
import { formatName, nameEquals } from '../name.js';
import { verifySignature } from '../signature.js';
import { verifyCode } from '../verify-codes.js';
import { firstError, verifyChain } from '../verify.js';
import { orNull } from '../verify/or-null.js';
import { signatureMeetsLevel } from '../verify/strength.js';
import { keyHash } from './cert-id.js';
import type { BasicResponse, ResponderId } from './types.js';

/** Key purpose of a delegated responder (RFC 6960 section 4.2.2.2). */
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

export interface SignerInput {
  readonly issuer: Certificate;
  readonly now: number;
  readonly authLevel: number;
}

/** Who signed the response: their subject, and why they are not to be believed, or null when they are. */
export interface Signer {
  readonly responder: string;
  readonly fault: string | null;
}

/**
 * Finds the certificate whose key signed the response, as the ResponderID names it: the issuer itself, or one that the issuer
 * delegated this to, which came along (RFC 6960 section 4.2.2.2). OpenSSL's OCSP_basic_verify with the issuer as the anchor.
 */
export function judgeSigner(basic: BasicResponse, input: SignerInput): Signer {
  const embedded = basic.certificates.flatMap((der) => orNull(() => parseCertificate(der)) ?? []);
  const named = [input.issuer, ...embedded].filter((cert) => isNamed(cert, basic.responder));
  const signer = named.find((cert) => hasSigned(cert, basic));
  const responder = describe(signer ?? named[0], basic.responder);
  if (named.length === 0) {
    return { responder, fault: 'the responder is neither the issuer nor in the response' };
  }
  if (signer === undefined) return { responder, fault: 'its signature is wrong' };
  if (!signatureMeetsLevel(basic, input.authLevel)) {
    return { responder, fault: `its signature is too weak for level ${input.authLevel}` };
  }
  return { responder, fault: delegationFault(signer, input) };
}

/** RFC 6960 section 4.2.1: the key's hash is always SHA-1. */
function isNamed(certificate: Certificate, responder: ResponderId): boolean {
  if (responder.type === 'name') return nameEquals(certificate.subject, responder.name);
  const hash = keyHash(certificate, 'sha1');
  return hash !== null && sameBytes(hash, responder.hash);
}

function hasSigned({ publicKey }: Certificate, basic: BasicResponse): boolean {
  if (publicKey === null) return false;
  const algorithm = { oid: basic.signatureOid, params: basic.signatureParams };
  return verifySignature(publicKey, algorithm, basic.signedData, basic.signature);
}

/**
 * Why the issuer has not delegated its word to this certificate, or null. Like OpenSSL, keyUsage is not asked for, and the
 * responder's own revocation is not looked up (RFC 6960 section 4.2.2.2.1 leaves that to the client).
 */
function delegationFault(signer: Certificate, { issuer, now, authLevel }: SignerInput): string | null {
  if (signer === issuer) return null;
  const result = verifyChain({
    chain: [signer],
    trust: onlyTrust(issuer),
    now,
    authLevel,
    purpose: 'any',
    partialChain: true,
  });
  const error = firstError(result);
  if (error !== null) {
    const { code, reason } = verifyCode(error.code);
    return `the responder's certificate does not verify: ${reason} (${code})`;
  }
  const [, above] = result.path;
  if (above === undefined || !sameBytes(above.der, issuer.der)) {
    return "the responder's certificate was not issued by the certificate's issuer";
  }
  // anyExtendedKeyUsage does not do: RFC 6960 section 4.2.2.2 wants the delegation spelled out.
  if (!(signer.extendedKeyUsage ?? []).includes(OCSP_SIGNING)) {
    return "the responder's certificate lacks the key purpose OCSPSigning";
  }
  return null;
}

function onlyTrust(issuer: Certificate): TrustStore {
  return {
    bySubject: (name) => (nameEquals(name, issuer.subject) ? [issuer] : []),
    describe: () => 'the issuer alone',
  };
}

function describe(signer: Certificate | undefined, responder: ResponderId): string {
  if (signer !== undefined) return formatName(signer.subject);
  if (responder.type === 'name') return formatName(responder.name);
  return `key hash ${Buffer.from(responder.hash).toString('hex')}`;
}
