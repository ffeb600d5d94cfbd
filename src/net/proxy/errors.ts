import type { ProxyRequest } from './types.js';
import { SmtpcheckError, type ErrorCode } from '../../core/errors.js';

/*
 * What a proxy says of itself says nothing about the mail server: such errors are inconclusive, whatever they are. Only what it
 * reports of the server, in the words of its protocol, stands for what we would have seen ourselves.
 */

export function proxyError(
  code: Extract<ErrorCode, `proxy-${string}` | 'not-a-proxy'>,
  message: string,
  details: { readonly hint?: string | undefined; readonly serverSaid?: string | undefined } = {},
): SmtpcheckError {
  return new SmtpcheckError(code, 'connect', message, details);
}

/** What a login that is wanting or wrong looks like, in either protocol. */
export function loginError({ where, proxy }: ProxyRequest, serverSaid?: string): SmtpcheckError {
  return proxy.login !== undefined
    ? proxyError('proxy-auth', `${where} does not take the user and the password`, {
        hint: 'the password is in SMTPCHECK_PROXY_PASSWORD',
        serverSaid,
      })
    : proxyError('proxy-auth', `${where} asks for a user and a password`, {
        hint: 'name the user in --proxy (socks5h://user@host:port), and set SMTPCHECK_PROXY_PASSWORD',
        serverSaid,
      });
}

interface Lookalike {
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint?: string;
}

const LOOKALIKES: readonly Lookalike[] = [
  { pattern: /^HTTP\//, what: 'HTTP', hint: 'an HTTP proxy is http://host:port' },
  { pattern: /^\x05/, what: 'SOCKS', hint: 'a SOCKS proxy is socks5h://host:port' },
  {
    pattern: /^[2-5][0-9]{2}[ -]/,
    what: 'SMTP',
    hint: 'the proxy comes behind --proxy, the mail server alone',
  },
  { pattern: /^SSH-/, what: 'SSH', hint: 'ssh -D 1080 HOST gives a SOCKS proxy on 127.0.0.1:1080' },
  { pattern: /^[\x15\x16]\x03[\x00-\x04]/, what: 'TLS', hint: 'a proxy behind TLS is not spoken to' },
];

/** First octets that are not the protocol of a proxy. What heard a password could say it back: its words are left out then. */
export function notAProxy(
  { where, proxy }: ProxyRequest,
  spoken: 'SOCKS 5' | 'HTTP',
  heard: Uint8Array,
): SmtpcheckError {
  const said = Buffer.from(heard.buffer, heard.byteOffset, Math.min(heard.length, 200)).toString('latin1');
  const known = LOOKALIKES.find(({ pattern, what }) => pattern.test(said) && !spoken.startsWith(what));
  return proxyError(
    'not-a-proxy',
    `${where} does not speak ${spoken}${known === undefined ? '' : `, but ${known.what}`}`,
    {
      hint: known?.hint ?? 'is this the port of the proxy?',
      serverSaid: proxy.login === undefined ? said : undefined,
    },
  );
}
