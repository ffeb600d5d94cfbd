import {
  request as httpRequest,
  STATUS_CODES,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import type { ProxyServer } from '../../core/proxy.js';
import type { SmtpcheckError } from '../../core/errors.js';
import { loginError, notAProxy, proxyError } from './errors.js';
import { authorityOf, type Ask, type ProxyRequest } from './types.js';

/** Octets of a proxy's headers: more is no answer to CONNECT. */
const MAX_HEADERS = 16 * 1024;

/** Asks an HTTP proxy for a tunnel: CONNECT (RFC 9110 section 9.3.6), by node:http. Any 2xx opens it. */
export const askHttp: Ask = (asked, answer) => {
  const { socket, proxy } = asked;
  const authority = authorityOf(asked);
  const request = httpRequest({
    method: 'CONNECT',
    path: authority,
    headers: headersFor(authority, proxy),
    createConnection: () => socket,
    maxHeaderSize: MAX_HEADERS,
    insecureHTTPParser: false,
  });
  request.on('connect', (response, _socket, head) => {
    const error = statusError(response, asked, authority);
    // The mail server's first words may come in the segment of the proxy's answer.
    if (error === null && head.length > 0) socket.unshift(head);
    answer(error);
  });
  request.on('error', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }) =>
    answer(transportError(error, asked)),
  );
  request.end();
  return () => undefined;
};

function headersFor(authority: string, { login }: ProxyServer): OutgoingHttpHeaders {
  if (login === undefined) return { Host: authority };
  const token = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return { Host: authority, 'Proxy-Authorization': `Basic ${token}` };
}

/** Schemes of RFC 9110 section 11 that proxies ask for: in their own spelling here, whatever stands in the header. */
const SCHEMES = ['Basic', 'Digest', 'NTLM', 'Negotiate', 'Bearer'] as const;

/** A status that opens no tunnel. None of them is about the server for certain: a proxy has no word for that alone. */
function statusError(
  response: IncomingMessage,
  asked: ProxyRequest,
  authority: string,
): SmtpcheckError | null {
  const { statusCode = 0 } = response;
  const { where } = asked;
  if (statusCode >= 200 && statusCode < 300) return null;
  const serverSaid = statusLine(response, asked.proxy);
  // 401 would be the server's, if there were one that speaks HTTP; tinyproxy says it of a wrong password.
  if (statusCode === 407 || statusCode === 401) {
    const challenges = [response.headers['proxy-authenticate'] ?? ''].flat().join();
    const schemes = SCHEMES.filter((scheme) => new RegExp(`\\b${scheme}\\b`, 'i').test(challenges));
    return loginError(
      asked,
      `${serverSaid}${schemes.length === 0 ? '' : `; it takes ${schemes.join(', ')}`}`,
    );
  }
  // Node.js takes an interim answer for the last one; nobody sends any to CONNECT.
  if (statusCode < 200)
    return proxyError('proxy-failed', `${where} answers CONNECT with ${statusCode}`, { serverSaid });
  if (statusCode >= 500) {
    return proxyError('proxy-failed', `${where} could not connect to ${authority} (${statusCode})`, {
      hint: 'whether the server or the proxy is at fault is in its log',
      serverSaid,
    });
  }
  return proxyError('proxy-refused', `${where} refuses to connect to ${authority} (${statusCode})`, {
    hint: 'many HTTP proxies let CONNECT through to port 443 alone (tinyproxy: ConnectPort, Squid: SSL_ports)',
    serverSaid,
  });
}

/** In the proxy's own words, unless it heard a password: it could say that back. */
function statusLine({ statusCode = 0, statusMessage = '' }: IncomingMessage, { login }: ProxyServer): string {
  const words = login === undefined ? statusMessage : (STATUS_CODES[statusCode] ?? '');
  return `${statusCode} ${words}`.trim();
}

function transportError(
  error: NodeJS.ErrnoException & { rawPacket?: Buffer },
  asked: ProxyRequest,
): SmtpcheckError {
  const { where } = asked;
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return proxyError('not-a-proxy', `${where} answers with more than ${MAX_HEADERS / 1024} KiB of headers`);
  if (error.code?.startsWith('HPE_') === true)
    return notAProxy(asked, 'HTTP', error.rawPacket ?? Buffer.alloc(0));
  return proxyError('proxy-failed', `${where} closed the connection without an answer`);
}
