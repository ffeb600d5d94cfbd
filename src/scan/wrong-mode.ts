import { offerOf, suitesOf, TLS12 } from '../checks/scan/offer.js';
import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { Target } from '../core/target.js';
import { encodeClientHello, handshakeRecords } from '../wire/hello/client-hello.js';
import type { Prober } from './prober.js';

/** Errors that say what a port speaks instead, so that there is nothing to be asked of it as what it was taken for. */
export function isOtherMode({ code }: ReportError): boolean {
  return code === 'plaintext-on-implicit-tls' || code === 'not-smtp' || code === 'implicit-tls-port';
}

/**
 * A port with TLS from the first byte says nothing to a client that waits for a greeting. One hello tells it from a dead server: the
 * error, with what the port speaks where that was found out. `proberOf` gives a prober of the same server in another mode.
 */
export async function explainSilence(
  target: Target,
  error: ReportError,
  servername: string | null,
  proberOf: (other: Target) => Pick<Prober, 'askRaw'>,
): Promise<ReportError> {
  if (error.code !== 'silent' || error.phase !== 'banner' || target.mode === 'implicit') return error;
  const hello = offerOf({ version: TLS12, suites: suitesOf(TLS12), servername });
  const answer = await proberOf({ ...target, mode: 'implicit' }).askRaw({
    segments: handshakeRecords(encodeClientHello(hello)),
    recordVersion: 0x0301,
  });
  if (answer.kind === 'none' || answer.kind === 'garbled') return error;
  const host = target.literal === 6 ? `[${target.host}]` : target.host;
  return new SmtpcheckError(
    'implicit-tls-port',
    'banner',
    'the port speaks implicit TLS, not SMTP with STARTTLS',
    { hint: `write smtps://${host}:${target.port}, or add --implicit-tls` },
  ).toReport();
}
