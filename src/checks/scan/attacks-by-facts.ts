import type { ScanAttack, ScanFacts } from '../../core/scan-report.js';
import { hadVersions, traitOf } from './trait.js';

/** CRIME and insecure renegotiation: what traits show. */
export function byFacts(facts: Readonly<ScanFacts>, renegotiation: boolean | null): ScanAttack[] {
  return [...crime(facts), ...insecureRenegotiation(facts, renegotiation)];
}

function crime({ extensions }: Readonly<ScanFacts>): ScanAttack[] {
  if (extensions === undefined) return [];
  const found = traitOf(extensions, 'compression');
  return [
    {
      id: 'crime',
      name: 'CRIME',
      cve: ['CVE-2012-4929'],
      answer: found?.answer ?? 'unknown',
      evidence: found?.evidence ?? 'whether it compresses is not known',
    },
  ];
}

const RENEGOTIATION = {
  id: 'insecure-renegotiation',
  name: 'insecure renegotiation',
  cve: ['CVE-2009-3555'],
};

/**
 * Who is on the path begins a session, and hands it to a client as a renegotiation (CVE-2009-3555): that takes a server that lets clients
 * renegotiate and does not bind the two together as RFC 5746 has it.
 */
function insecureRenegotiation(
  { protocols, extensions, renegotiation }: Readonly<ScanFacts>,
  ofSession: boolean | null,
): ScanAttack[] {
  const { accepted, doubt } = hadVersions(protocols, (name) => name !== 'SSLv2' && name !== 'TLSv1.3');
  const say = (answer: ScanAttack['answer'], evidence: string): ScanAttack[] => [
    { ...RENEGOTIATION, answer, evidence },
  ];
  if (accepted.length === 0)
    return doubt === null ? say('no', 'the server has no version below TLS 1.3') : say('unknown', doubt);
  const carriedOut = traitOf(renegotiation, 'insecure-renegotiation');
  if (carriedOut?.answer === 'yes') return say('yes', carriedOut.evidence);
  const secure = traitOf(extensions, 'secure-renegotiation') ?? ofFirst(ofSession);
  if (secure === null) return extensions === undefined ? [] : say('unknown', 'RFC 5746 was not asked for');
  if (secure.answer !== 'no') return say(secure.answer === 'yes' ? 'no' : 'unknown', secure.evidence);
  if (carriedOut === undefined)
    return say('yes', `${secure.evidence}; whether clients may renegotiate was not asked`);
  return say(carriedOut.answer, `${secure.evidence}; ${carriedOut.evidence}`);
}

/** What the first session says, where nobody has asked for more. */
function ofFirst(secure: boolean | null): { answer: 'yes' | 'no' | 'unknown'; evidence: string } | null {
  if (secure === null) return null;
  return secure
    ? { answer: 'yes', evidence: 'renegotiation_info in ServerHello' }
    : { answer: 'no', evidence: 'no renegotiation_info in ServerHello' };
}
