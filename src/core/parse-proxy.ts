import { usageError, type SmtpcheckError } from './errors.js';
import { parseTarget } from './parse-target.js';
import type { ProxyServer, ProxyProtocol } from './proxy.js';

const EXAMPLE = 'such as socks5h://127.0.0.1:1080 or http://proxy.example.org:3128';

/** Port 1080 is IANA's for SOCKS; there is none that every HTTP proxy would use. */
const DEFAULT_PORTS: Readonly<Record<ProxyProtocol, number | null>> = {
  socks5: 1080,
  socks5h: 1080,
  http: null,
};

const OTHER_SCHEMES: Readonly<Record<string, string>> = {
  socks: 'socks5h:// lets the proxy look names up, socks5:// looks them up here',
  socks4: 'SOCKS 4 is not spoken; most of its proxies speak socks5:// too',
  socks4a: 'SOCKS 4 is not spoken; most of its proxies speak socks5h:// too',
  https: 'a proxy that is itself behind TLS is not spoken to; http:// asks one in the clear for CONNECT',
};

/** User names and passwords of RFC 1929 have one octet for their length. */
const MAX_LOGIN = 255;

/**
 * Reads `socks5://[user@]host[:port]`, `socks5h://…` or `http://[user@]host:port`. The password comes apart from it, for what is typed
 * can be read by every user of the machine.
 * @throws SmtpcheckError `usage`; no message repeats what may hold a secret.
 */
export function parseProxy(text: string, password?: string): ProxyServer {
  const [, scheme = '', userinfo, rest = ''] =
    /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:(.*)@)?(.*)$/s.exec(text) ?? [];
  const protocol = protocolOf(scheme);
  if (userinfo?.includes(':') === true)
    throw usageError(
      'the proxy is given with a password, which every user of the machine can read',
      'leave it out, and set SMTPCHECK_PROXY_PASSWORD',
    );
  const { host, port } = hostAndPort(protocol, rest.replace(/\/$/, ''));
  const login = userinfo === undefined ? undefined : loginOf(protocol, userinfo, password);
  return { protocol, host, port, ...(login === undefined ? {} : { login }) };
}

function protocolOf(scheme: string): ProxyProtocol {
  const name = scheme.toLowerCase();
  if (Object.hasOwn(DEFAULT_PORTS, name)) return name as ProxyProtocol;
  if (name === '') throw usageError('the proxy is named without saying what it speaks', EXAMPLE);
  throw usageError(
    `a proxy of the kind ${JSON.stringify(name)} is not known`,
    Object.hasOwn(OTHER_SCHEMES, name) ? OTHER_SCHEMES[name] : EXAMPLE,
  );
}

function hostAndPort(protocol: ProxyProtocol, text: string): { host: string; port: number } {
  if (/[/?#]/.test(text)) throw notAProxy('nothing can follow its port');
  const usual = DEFAULT_PORTS[protocol];
  // What is a host and a port is what it is for targets; -1 tells that there was none.
  let target;
  try {
    target = parseTarget(text, { port: usual ?? -1, mode: 'starttls' });
  } catch {
    throw notAProxy('it is no host with a port');
  }
  if (target.port < 0) throw usageError('the port of the HTTP proxy is missing', EXAMPLE);
  return { host: target.host, port: target.port };
}

function notAProxy(what: string): SmtpcheckError {
  return usageError(`the proxy cannot be read: ${what}`, EXAMPLE);
}

function loginOf(protocol: ProxyProtocol, userinfo: string, password = ''): ProxyServer['login'] {
  const user = decoded(userinfo);
  if (password === '')
    throw usageError('the proxy is given with a user and no password', 'set SMTPCHECK_PROXY_PASSWORD');
  // RFC 7617 section 2: the first colon ends the user.
  if (user === '' || (protocol === 'http' && user.includes(':'))) throw notAProxy('its user is none');
  if (protocol !== 'http' && [user, password].some((part) => Buffer.byteLength(part) > MAX_LOGIN))
    throw usageError(`SOCKS takes at most ${MAX_LOGIN} octets of user and of password`);
  return { user, password };
}

function decoded(userinfo: string): string {
  try {
    return decodeURIComponent(userinfo);
  } catch {
    throw notAProxy('its user has a % that is no escape (write it as %25)');
  }
}
