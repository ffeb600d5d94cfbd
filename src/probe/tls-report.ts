import type { TlsReport } from '../core/report.js';
import type { ResumptionReport } from '../core/resumption-report.js';
import { TLS_VERSIONS } from '../core/tls-names.js';
import type { TlsFacts } from '../net/tls-session.js';
import { groupById, hexId, schemeById, suiteById } from '../wire/names.js';

const TLS13 = 0x0304;

/**
 * The negotiated parameters, read from the server's own bytes; there also when the handshake was not completed, as far
 * as the server came. Null without a ServerHello.
 */
export function tlsReport(facts: TlsFacts, resumption: ResumptionReport | null = null): TlsReport | null {
  const { flight } = facts;
  const hello = flight.serverHello;
  if (hello === null) return null;
  const version = TLS_VERSIONS.find((v) => v.value === hello.version);
  const suite = suiteById(hello.cipherSuite);
  const id = hexId(hello.cipherSuite);
  const group = flight.group === null ? null : groupById(flight.group);
  const is13 = hello.version === TLS13;
  return {
    protocol: version?.name ?? `unknown (${hexId(hello.version)})`,
    cipher: {
      name: facts.negotiated?.cipher ?? suite?.openssl ?? suite?.iana ?? id,
      iana: suite?.iana ?? null,
      id,
      bits: suite?.bits ?? null,
    },
    group: flight.group === null ? null : (group?.iana ?? hexId(flight.group)),
    groupBits: flight.dhBits ?? group?.bits ?? null,
    signatureScheme:
      flight.signatureScheme === null
        ? null
        : (schemeById(flight.signatureScheme)?.iana ?? hexId(flight.signatureScheme)),
    extendedMasterSecret: is13 ? null : hello.extendedMasterSecret,
    secureRenegotiation: is13 ? null : hello.renegotiationInfo,
    encryptThenMac: is13 ? null : hello.encryptThenMac,
    compression: hello.compression !== 0,
    alpn: flight.alpn,
    ocspStapled: flight.ocspStaple !== null,
    sessionResumed: facts.sessionResumed,
    clientCertificateRequested: flight.certificateRequest,
    ...(resumption === null ? {} : { resumption }),
  };
}
