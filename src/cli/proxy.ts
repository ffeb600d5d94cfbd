import { usageError } from '../core/errors.js';
import { parseProxy } from '../core/parse-proxy.js';
import type { ProxyServer } from '../core/proxy.js';
import type { TlsArgs } from './args/tls.js';
import type { Io } from './io.js';

/**
 * The proxy of --proxy, with its password out of the environment. ALL_PROXY and its like are not looked at: what a check of a server
 * goes through has to stand in its command line.
 * @throws SmtpcheckError `usage`
 */
export function openProxy(
  url: string,
  { family, targets, address }: Pick<TlsArgs, 'family' | 'targets' | 'address'>,
  { env }: Io,
): ProxyServer {
  const proxy = parseProxy(url, env['SMTPCHECK_PROXY_PASSWORD']);
  if (family !== 0 && proxy.protocol !== 'socks5' && address === undefined) {
    const byName = targets.find(({ literal }) => literal === 0);
    if (byName !== undefined)
      throw usageError(
        `-${family} cannot be had: with ${proxy.protocol}:// the proxy looks ${byName.host} up`,
        'with socks5:// it is looked up here; --address names an address',
      );
  }
  return proxy;
}
