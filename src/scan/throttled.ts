import type { ErrorCode, ReportError } from '../core/errors.js';

/** A server's own words for "not now" (RFC 5321 section 4.2.1: 4yz). */
const SAYS_NOT_NOW: readonly ErrorCode[] = ['service-closing', 'starttls-temporary'];
/** What a firewall or a full queue of connections does, once a server is known to be there. */
const IS_NOT_THERE: readonly ErrorCode[] = ['connection-refused', 'connect-timeout', 'unreachable'];
/** No answers to anything that was asked, as long as TLS was not begun. */
const BREAKS_OFF: readonly ErrorCode[] = [
  'connection-closed',
  'connection-reset',
  'silent',
  'deadline-exceeded',
];

/** In the place of TLS, on a port where it should begin at once: Exim says 421 so when it has enough connections. */
const IN_PLACE_OF_TLS: readonly ErrorCode[] = ['tls-garbled', 'plaintext-on-implicit-tls'];

/** Whether a server has put us off: what it said, or did not say, then answers nothing and is to be asked again. */
export function saysNotNow({ code, serverSaid }: ReportError): boolean {
  if (IN_PLACE_OF_TLS.includes(code)) return serverSaid?.startsWith('421') === true;
  return (
    SAYS_NOT_NOW.includes(code) || (code === 'greeting-rejected' && serverSaid?.startsWith('4') === true)
  );
}

/** The same of a server that has answered before, where being gone is the same as having had enough. */
export function isThrottled(error: ReportError): boolean {
  const { code, phase } = error;
  if (saysNotNow(error) || IS_NOT_THERE.includes(code)) return true;
  return phase !== 'handshake' && phase !== 'ehlo-after-tls' && BREAKS_OFF.includes(code);
}
