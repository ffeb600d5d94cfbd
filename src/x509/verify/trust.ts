import type { Certificate, TrustSettings } from '../certificate-types.js';
import { PURPOSE } from '../oid.js';
import { isSelfSigned } from './issued.js';
import type { VerifyState } from './state.js';

/** OpenSSL's X509_TRUST_TRUSTED, X509_TRUST_REJECTED and X509_TRUST_UNTRUSTED. */
export type TrustAnswer = 'trusted' | 'rejected' | 'untrusted';

/**
 * What trust settings say by themselves, null when they say nothing (OpenSSL's obj_trust): what is rejected wins, and a list of
 * trusted purposes without this one rejects too, for in a partial chain its absence could not be told from having no list.
 */
export function trustBySettings(
  settings: TrustSettings | null,
  purpose: VerifyState['purpose'],
): 'trusted' | 'rejected' | null {
  if (settings === null) return null;
  // A list for any purpose speaks of servers too; where no purpose is asked for, OpenSSL looks for that one word alone.
  const wanted: readonly string[] =
    purpose === 'sslserver' ? [PURPOSE.serverAuth, PURPOSE.any] : [PURPOSE.any];
  const names = (list: readonly string[]): boolean => list.some((oid) => wanted.includes(oid));
  if (names(settings.rejected)) return 'rejected';
  if (settings.trusted === null) return null;
  return names(settings.trusted) ? 'trusted' : 'rejected';
}

/**
 * Whether a certificate of the store ends a path (OpenSSL's X509_check_trust): what its settings reject never does, what they
 * trust does wherever it stands, and without a list of trusted purposes a self-signed one does.
 */
export function trustIn(state: VerifyState, certificate: Certificate): TrustAnswer {
  return explicitTrust(state, certificate) ?? (isSelfSigned(certificate) ? 'trusted' : 'untrusted');
}

/** The same by the settings alone: being self-signed is not enough (X509_TRUST_NO_SS_COMPAT). */
export function explicitTrust(
  { trust, purpose }: VerifyState,
  certificate: Certificate,
): 'trusted' | 'rejected' | null {
  return trustBySettings(trust.settingsOf?.(certificate) ?? null, purpose);
}
