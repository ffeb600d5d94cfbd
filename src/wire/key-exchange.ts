import { suiteById } from './names.js';

/** What a suite's ServerKeyExchange looks like. */
export interface KeyExchange {
  /** `none`: the message is not sent, or holds nothing but the hint; `unknown`: a form that is not read here. */
  readonly kind: 'dhe' | 'ecdhe' | 'rsa-export' | 'srp' | 'none' | 'unknown';
  /** The message begins with a psk_identity_hint (RFC 4279 section 2). */
  readonly pskHint: boolean;
  /** The server signs its parameters. */
  readonly signed: boolean;
}

const UNKNOWN: KeyExchange = { kind: 'unknown', pskHint: false, signed: false };

/**
 * The key exchange of a suite up to TLS 1.2, by its name: `TLS_ECDHE_RSA_WITH_…` is signed ECDHE. Static (EC)DH, RSA and
 * Kerberos send no ServerKeyExchange.
 */
export function keyExchangeOf(suiteId: number): KeyExchange {
  const suite = suiteById(suiteId);
  if (suite === undefined || suite.tls13) return UNKNOWN;
  return suite.iana === null ? byOpensslName(suite.openssl ?? '') : byIanaName(suite.iana);
}

function byIanaName(name: string): KeyExchange {
  const [, words = ''] = /^TLS_(.+?)_WITH_/.exec(name) ?? [];
  const pskHint = /(^|_)PSK/.test(words);
  const anonymous = words.includes('anon') || pskHint;
  if (words.startsWith('ECDHE_') || words === 'ECDH_anon')
    return { kind: 'ecdhe', pskHint, signed: !anonymous };
  if (words.startsWith('DHE_') || words.startsWith('DH_anon'))
    return { kind: 'dhe', pskHint, signed: !anonymous };
  if (words.startsWith('SRP_SHA')) return { kind: 'srp', pskHint, signed: words !== 'SRP_SHA' };
  // RFC 2246 section 7.4.3: an ephemeral RSA key of 512 bits, signed with the long one.
  if (words === 'RSA_EXPORT') return { kind: 'rsa-export', pskHint, signed: true };
  if (/^(RSA|DH|ECDH|KRB5|PSK|GOSTR)/.test(words)) return { kind: 'none', pskHint, signed: false };
  return UNKNOWN;
}

/** Suites that were never registered have nothing but OpenSSL's name. */
function byOpensslName(name: string): KeyExchange {
  if (name.startsWith('ECDHE-')) return { kind: 'ecdhe', pskHint: false, signed: true };
  if (name.startsWith('DHE-') || name.startsWith('EXP1024-DHE-'))
    return { kind: 'dhe', pskHint: false, signed: true };
  if (name.startsWith('EXP1024-')) return { kind: 'rsa-export', pskHint: false, signed: true };
  return name.includes('GOST') ? { kind: 'none', pskHint: false, signed: false } : UNKNOWN;
}
