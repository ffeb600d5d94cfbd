import type { Finding } from '../core/finding.js';
import type { TlsReport } from '../core/report.js';
import { TLS_VERSIONS } from '../core/tls-names.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { groupByName, groupById, schemeById, schemeByName, suiteName } from '../wire/names.js';
import type { TlsCheck } from './check.js';

/** A pin that was not honoured is a failure: what was negotiated is compared with what was asked (design section 2.4). */
export const pinsHonoured: TlsCheck = {
  id: 'pins-honoured',
  ids: ['pin-not-honoured', 'alpn-not-negotiated'],
  judge(facts) {
    const { tls, asked } = facts;
    if (tls === null) return [];
    const findings = [
      versionPin(tls, facts),
      suitePin(tls, facts),
      groupPin(tls, facts),
      schemePin(tls, facts),
    ];
    if (
      facts.handshakeCompleted &&
      asked.alpn.length > 0 &&
      (tls.alpn === null || !asked.alpn.includes(tls.alpn))
    ) {
      findings.push({
        id: 'alpn-not-negotiated',
        severity: 'error',
        message: `ALPN ${asked.alpn.join(', ')} was asked for, and the server chose ${tls.alpn ?? 'none'}`,
        refs: ['RFC 7301 section 3.2'],
      });
    }
    return findings.filter((finding) => finding !== null);
  },
};

export function versionPin(tls: Pick<TlsReport, 'protocol'>, { asked }: ProbeFacts): Finding | null {
  const value = (name: string | undefined): number | undefined =>
    TLS_VERSIONS.find((v) => v.name === name)?.value;
  const got = value(tls.protocol);
  const min = value(asked.pins.minVersion) ?? 0;
  const max = value(asked.pins.maxVersion) ?? 0xffff;
  if (got !== undefined && got >= min && got <= max) return null;
  const wanted = [asked.pins.minVersion, asked.pins.maxVersion].filter((v) => v !== undefined).join(' to ');
  return notHonoured('protocol', wanted, tls.protocol);
}

export function suitePin(tls: Pick<TlsReport, 'cipher'>, { asked }: ProbeFacts): Finding | null {
  const { suites } = asked.pins;
  if (suites === undefined || suites.some((id) => id === Number(tls.cipher.id))) return null;
  return notHonoured('cipher', suites.map(suiteName).join(', '), tls.cipher.name);
}

function groupPin(tls: TlsReport, { asked }: ProbeFacts): Finding | null {
  const { groups } = asked.pins;
  if (groups === undefined) return null;
  const got = tls.group === null ? undefined : groupByName(tls.group)?.id;
  if (got !== undefined && groups.includes(got)) return null;
  const wanted = groups.map((id) => groupById(id)?.iana).join(', ');
  return notHonoured(
    'group',
    wanted,
    tls.group ?? (tls.groupBits === null ? 'none (RSA key exchange)' : `DH, ${tls.groupBits} bits`),
  );
}

function schemePin(tls: TlsReport, { asked }: ProbeFacts): Finding | null {
  const { schemes } = asked.pins;
  if (schemes === undefined) return null;
  const got = tls.signatureScheme === null ? undefined : schemeByName(tls.signatureScheme)?.id;
  if (got !== undefined && schemes.includes(got)) return null;
  return notHonoured(
    'signature scheme',
    schemes.map((id) => schemeById(id)?.iana).join(', '),
    tls.signatureScheme ?? 'none',
  );
}

function notHonoured(what: string, wanted: string, got: string): Finding {
  return {
    id: 'pin-not-honoured',
    severity: 'error',
    message: `the ${what} was pinned to ${wanted}, and ${got} was negotiated`,
    evidence: got,
  };
}
