import { createSecureContext } from 'node:tls';

/** The part of `SecureContext.context` that loads a server's certificates. Semi-public: tested on every Node we name. */
interface NativeContext {
  /** SSL_CTX_use_certificate_chain_file, out of memory. */
  setCert?: (pem: string) => void;
}

/**
 * Why OpenSSL would not load this PEM text as the certificates of a server, in its words; null when it does. A second reader
 * beside our own: what it refuses, no mail server that stands on OpenSSL can start with.
 */
export function opensslRefusal(pem: string): string | null {
  // Level 0: a weak key is for the verdict to judge. An empty list of CAs spares Node the reading of its own.
  const context = createSecureContext({ ca: [], ciphers: 'ALL:@SECLEVEL=0' }).context as NativeContext;
  try {
    context.setCert?.(pem);
    return null;
  } catch (error) {
    return `OpenSSL cannot load it: ${error instanceof Error ? error.message : String(error)}`;
  }
}
