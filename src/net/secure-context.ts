import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import type { TlsPins } from '../core/probe-options.js';
import { groupById, hexId, schemeById, suiteById, suiteName } from '../wire/names.js';

/** A client certificate, as PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
}

export interface TlsSettings {
  /** Asks for no ticket (RFC 5077), which leaves the session ID. */
  readonly noTicket?: boolean;
  /** Lets the client renegotiate, also with a server without RFC 5746. Nothing that is said after it may be judged. */
  readonly renegotiation?: boolean;
}

/**
 * An OpenSSL context that offers what the pins say and trusts nothing yet: anchors are added when the chain is known.
 * The handshake stays at security level 0, so that weak servers can be seen; the verdict has a level of its own.
 * @throws SmtpcheckError `library-cannot-offer` when OpenSSL refuses what was asked (exit 4, not 1: the server was not heard),
 * `file-unreadable` when opening the client's key would take for ever.
 */
export async function createProbeContext(
  pins: TlsPins,
  client: ClientCertificate | undefined,
  settings: TlsSettings = {},
): Promise<SecureContext> {
  const groups = pins.groups?.map((id) => groupById(id)?.openssl[0] ?? hexId(id)).join(':');
  const sigalgs = pins.schemes?.map((id) => schemeById(id)?.openssl[0] ?? hexId(id)).join(':');
  requireEverySuite(pins);
  // Node reads PEM alone, and has its own words for what is none.
  if (client?.key.includes('-----BEGIN ') === true) {
    const { refuseCostlyKey } = await import('../x509/key-budget.js');
    refuseCostlyKey(client.key, 'the key of the client certificate');
  }
  try {
    return createSecureContext({
      // An empty list, not none: with none, or with any certificate, Node 20 parses all of its 140 roots (25 ms).
      ca: [],
      minVersion: pins.minVersion ?? 'TLSv1',
      maxVersion: pins.maxVersion ?? 'TLSv1.3',
      ciphers: cipherString(pins),
      ...(groups === undefined ? {} : { ecdhCurve: groups }),
      ...(sigalgs === undefined ? {} : { sigalgs }),
      ...client,
      secureOptions: secureOptions(settings),
    });
  } catch (error) {
    throw contextError(error, pins, client);
  }
}

function secureOptions({ noTicket, renegotiation }: TlsSettings): number {
  const { SSL_OP_LEGACY_SERVER_CONNECT, SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
  // A server without RFC 5746 is reported, not refused. Renegotiation is: a server could show another certificate
  // after the one that was judged, and answer EHLO under that.
  return (
    SSL_OP_LEGACY_SERVER_CONNECT |
    (renegotiation === true ? constants.SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION) |
    (noTicket === true ? SSL_OP_NO_TICKET : 0)
  );
}

/**
 * OpenSSL leaves suites that it does not have out of a list without a word, so each is tried on its own.
 * @throws SmtpcheckError `library-cannot-offer`
 */
function requireEverySuite(pins: TlsPins): void {
  const old = (pins.suites ?? []).filter((id) => suiteById(id)?.tls13 !== true);
  if ((pins.suites ?? []).length < 2) return;
  for (const id of old) {
    try {
      createSecureContext({ ca: [], ciphers: `${suiteName(id)}:@SECLEVEL=0` });
    } catch (error) {
      throw contextError(error, { versionPinned: false, suites: [id] }, undefined);
    }
  }
}

/** The part of `SecureContext.context` that sets anchors. Semi-public in Node: tested on every Node we name. */
interface NativeContext {
  addCACert?: (pem: string) => void;
  /** X509_V_FLAG_PARTIAL_CHAIN, the `allowPartialTrustChain` of createSecureContext. */
  setAllowPartialTrustChain?: () => void;
}

/** Adds trust anchors to a context that exists. With `partial`, any of them ends a chain, not only a self-signed one. */
export function addAnchors(context: SecureContext, pems: readonly string[], partial: boolean): void {
  const native = context.context as NativeContext;
  if (typeof native.addCACert !== 'function') {
    throw new SmtpcheckError(
      'internal',
      'trust',
      'this Node.js has no addCACert: no trust anchor can be set',
    );
  }
  for (const pem of pems) native.addCACert(pem);
  // Without it OpenSSL refuses what we would accept, which is the safe side.
  if (partial) native.setAllowPartialTrustChain?.();
}

function cipherString(pins: TlsPins): string {
  if (pins.suites === undefined) return 'DEFAULT:@SECLEVEL=0';
  const names = pins.suites.map(suiteName);
  const only13 = pins.suites.every((id) => suiteById(id)?.tls13 === true);
  // OpenSSL needs one suite of the old kind in the list even where only TLS 1.3 is spoken (facts: NO_CIPHER_MATCH).
  return `${names.join(':')}${only13 ? ':ALL' : ''}:@SECLEVEL=0`;
}

function contextError(error: unknown, pins: TlsPins, client: ClientCertificate | undefined): SmtpcheckError {
  const text = error instanceof Error ? error.message : String(error);
  if (
    client !== undefined &&
    /PEM|key values mismatch|decrypt|passphrase|no start line|asn1|DECODER|cert/i.test(text)
  ) {
    const wrong = client.passphrase !== undefined && /bad decrypt|bad password|mac verify/i.test(text);
    const hint = wrong
      ? 'the passphrase is wrong'
      : /bad decrypt|passphrase|interrupted|cancelled/i.test(text)
        ? 'the key is encrypted: name its passphrase with --passphrase-file'
        : 'do --cert and --key belong together, and are both PEM?';
    return new SmtpcheckError('usage', 'arguments', `the client certificate cannot be used: ${text}`, {
      hint,
      cause: error,
    });
  }
  const asked = [
    ...(pins.suites ?? []).map(suiteName),
    ...(pins.groups ?? []).map((id) => groupById(id)?.iana),
    ...(pins.schemes ?? []).map((id) => schemeById(id)?.iana),
  ].join(', ');
  return new SmtpcheckError(
    'library-cannot-offer',
    'handshake',
    `OpenSSL ${process.versions.openssl} cannot offer ${asked === '' ? 'this' : asked}: ${text}`,
    {
      hint: 'nothing is known about the server from this; leave it out, or look with another tool',
      cause: error,
    },
  );
}
