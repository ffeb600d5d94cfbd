import type { Report, TlsReport } from '../../core/report.js';
import { ALL_PROTOCOLS } from '../allowed.js';
import { changed, type Change } from './change.js';

/** What was negotiated; where one side did not get that far, what it was is not known. */
export function compareSessions(before: Report, after: Report): readonly Change[] {
  const [old, fresh] = [before.tls, after.tls];
  if (old === null && fresh === null) return [];
  if (old === null || fresh === null)
    return changed('session', 'handshake', inShort(before), inShort(after), null);
  const rank = (tls: TlsReport): number => ALL_PROTOCOLS.findIndex((name) => name === tls.protocol);
  return [
    ...changed('session', 'version', old.protocol, fresh.protocol, rank(fresh) < rank(old)),
    ...changed('session', 'cipher', old.cipher.name, fresh.cipher.name),
    ...changed('session', 'group', old.group, fresh.group),
    ...changed('session', 'signature scheme', old.signatureScheme, fresh.signatureScheme),
    ...flag('extended master secret', old.extendedMasterSecret, fresh.extendedMasterSecret, false),
    ...flag('secure renegotiation', old.secureRenegotiation, fresh.secureRenegotiation, false),
    ...flag('encrypt-then-MAC', old.encryptThenMac, fresh.encryptThenMac, false),
    ...flag('compression', old.compression, fresh.compression, true),
    ...flag('client certificate', old.clientCertificateRequested, fresh.clientCertificateRequested, null),
    ...changed('session', 'ALPN', old.alpn, fresh.alpn),
  ];
}

function inShort({ tls, error }: Report): string {
  if (tls !== null) return `${tls.protocol} ${tls.cipher.name}`;
  return `not known: ${error?.message ?? 'there was no handshake'}`;
}

/** Null is a version in which there is no such thing. */
function flag(what: string, before: boolean | null, after: boolean | null, bad: boolean | null): Change[] {
  if (before === null || after === null) return [];
  return changed(
    'session',
    what,
    before ? 'yes' : 'no',
    after ? 'yes' : 'no',
    bad === null ? null : after === bad,
  );
}
