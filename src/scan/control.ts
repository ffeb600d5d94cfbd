import { offerOf, VERSIONS } from '../checks/scan/offer.js';
import type { TlsReport } from '../core/report.js';
import type { ClientHello } from '../wire/hello/client-hello.js';

/**
 * The hello that should be accepted because a session with the same version and suite was negotiated: the first control for servers
 * that refuse by closing. Null without a session.
 */
export function helloOfSession(tls: TlsReport | null, servername: string | null): ClientHello | null {
  const id = tls?.cipher.id ?? null;
  const version = VERSIONS.find(({ name }) => name === tls?.protocol);
  if (version === undefined || id === null) return null;
  return offerOf({ version: version.id, suites: [Number(id)], servername });
}
