import type { ChainFacts } from '../core/chain-facts.js';
import type { Finding } from '../core/finding.js';
import type { CertificateReport } from '../core/report.js';
import type { ChainCheck } from './check.js';
import { longestValidity } from './validity-limits.js';

const DAY = 86_400_000;
const SHORT_RSA_BITS = 2048;

/** What is unwise about single certificates of the path, whether or not they verify. */
export const certificateHealth: ChainCheck = {
  id: 'certificate-health',
  ids: [
    'weak-signature',
    'short-rsa-key',
    'validity-too-long',
    'san-missing',
    'server-auth-missing',
    'leaf-is-ca',
    'key-shared',
  ],
  judge(facts) {
    const { chain } = facts;
    const leaf = chain?.path[0];
    if (chain === null || leaf === undefined) return [];
    const pathFindings = chain.path.flatMap((cert, depth) => [
      ...weakSignature(cert, depth, facts),
      ...shortKey(cert, depth, facts),
    ]);
    return [...pathFindings, ...leafFindings(leaf, facts), ...sharedKeys(facts)];
  },
};

/** Verification has said so already, with one of these codes, of the certificate at this depth. */
function isSaid({ verify }: ChainFacts, depth: number, codes: readonly number[]): boolean {
  return verify?.errors.some((error) => error.depth === depth && codes.includes(error.code)) === true;
}

/** A root's own signature protects nothing, so its digest does not matter. */
function weakSignature(cert: CertificateReport, depth: number, facts: ChainFacts): Finding[] {
  const signature = [cert.signatureAlgorithm, cert.signatureDigest ?? ''].join(' ').trim();
  const digest = /md2|md4|md5|sha1(?![0-9])/i.exec(signature)?.[0];
  if (digest === undefined || cert.selfSigned || isSaid(facts, depth, [68])) return [];
  return [
    {
      id: 'weak-signature',
      severity: 'warning',
      message: `the certificate at depth ${depth} is signed with ${digest.toUpperCase()}, for which forgeries can be made: ${cert.subject}`,
      evidence: signature,
      fix: 'have it issued again with SHA-256 or better',
      refs: ['RFC 9155', 'RFC 6151', 'CA/B BR 7.1.3.2'],
    },
  ];
}

function shortKey(cert: CertificateReport, depth: number, facts: ChainFacts): Finding[] {
  const { type, bits } = cert.key;
  if (!type.startsWith('rsa') || bits === null || bits >= SHORT_RSA_BITS) return [];
  if (isSaid(facts, depth, [66, 67])) return [];
  return [
    {
      id: 'short-rsa-key',
      severity: 'warning',
      message: `the certificate at depth ${depth} has an RSA key of ${bits} bits: ${cert.subject}`,
      evidence: `${type} ${bits}`,
      fix: 'use an RSA key of 2048 bits or more, or ECDSA P-256',
      refs: ['RFC 9325 section 4.5', 'NIST SP 800-57 part 1'],
    },
  ];
}

function leafFindings(leaf: CertificateReport, facts: ChainFacts): Finding[] {
  const findings: Finding[] = [...validityTooLong(leaf, facts)];
  if (!leaf.san.some((name) => /^(?:DNS|IP):/.test(name))) {
    findings.push({
      id: 'san-missing',
      severity: 'warning',
      message:
        'the certificate has no DNS name or address in its subjectAltName; current clients do not look at the CN',
      evidence: leaf.subject,
      fix: 'have it issued again with the host name as a DNS subjectAltName',
      refs: ['RFC 9525 section 6.3'],
    });
  }
  if (leaf.extendedKeyUsage === null) {
    findings.push({
      id: 'server-auth-missing',
      severity: facts.publicAnchor ? 'warning' : 'info',
      message: 'the certificate does not say that it is for servers (extended key usage serverAuth)',
      fix: 'have it issued with extendedKeyUsage = serverAuth: some clients insist on it',
      refs: ['RFC 5280 section 4.2.1.12', 'CA/B BR 7.1.2.7.10'],
    });
  }
  return [...findings, ...leafIsCa(leaf, facts)];
}

/** A file in the wrong order verifies without a complaint when it begins with a CA that is trusted. */
function leafIsCa(leaf: CertificateReport, { chain }: ChainFacts): Finding[] {
  if (!leaf.ca) return [];
  const other = chain?.sent.find((cert) => !cert.ca);
  return [
    {
      id: 'leaf-is-ca',
      severity: other === undefined ? 'warning' : 'error',
      message:
        other === undefined
          ? 'the certificate of the server is that of a CA: who has its key can issue others'
          : `the first certificate is a CA's, and the server's own comes later: ${other.subject}`,
      evidence: leaf.subject,
      fix:
        other === undefined
          ? "use a certificate for the server that this CA has issued, and keep the CA's key elsewhere"
          : "put the server's certificate first, then the intermediate that signed it, and so on",
      refs: ['RFC 5280 section 4.2.1.9', 'RFC 8446 section 4.4.2'],
    },
  ];
}

function validityTooLong(leaf: CertificateReport, { publicAnchor }: ChainFacts): Finding[] {
  const issued = Date.parse(leaf.notBefore);
  const days = (Date.parse(leaf.notAfter) - issued) / DAY;
  const limit = longestValidity(issued);
  // What binds public CAs is nobody's business in a private one.
  if (!publicAnchor || limit === null || !(days > limit)) return [];
  return [
    {
      id: 'validity-too-long',
      severity: 'warning',
      message: `the certificate is valid for ${Math.ceil(days)} days, more than the ${limit} that public CAs may give`,
      evidence: `${leaf.notBefore} to ${leaf.notAfter}`,
      fix: 'have it issued again: some clients refuse such certificates',
      refs: ['CA/B BR 6.3.2', 'CA/B Ballot SC-081v3'],
    },
  ];
}

/** Cross-signed certificates share a key and a name; two names with one key are two holders of one secret. */
function sharedKeys({ chain }: ChainFacts): Finding[] {
  const certs = [...(chain?.sent ?? []), ...(chain?.path ?? [])];
  const byKey = new Map<string, Set<string>>();
  for (const { spkiSha256, subject } of certs) {
    byKey.set(spkiSha256, (byKey.get(spkiSha256) ?? new Set()).add(subject));
  }
  return [...byKey].flatMap(([spki, subjects]): Finding[] => {
    if (subjects.size < 2) return [];
    return [
      {
        id: 'key-shared',
        severity: 'warning',
        message: `${subjects.size} certificates of the chain have the same key: ${[...subjects].join('; ')}`,
        evidence: `spki-sha256:${spki}`,
        fix: 'make a key of its own for each: who holds one could act as the other',
        refs: ['NIST SP 800-57 part 1 section 5.2'],
      },
    ];
  });
}
