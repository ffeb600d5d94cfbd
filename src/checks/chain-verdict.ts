import { addressFamily } from '../core/address.js';
import type { Finding } from '../core/finding.js';
import type { VerifyErrorReport, VerifyReport } from '../core/report.js';
import type { ChainFacts } from '../core/chain-facts.js';
import { verifyCode } from '../x509/verify-codes.js';
import type { ChainCheck } from './check.js';
import { verifyRule, VERIFY_RULE_IDS } from './verify-findings.js';

/** Everything that verification found wrong, each error a finding with depth and certificate. */
export const chainVerdict: ChainCheck = {
  id: 'chain-verdict',
  ids: [...VERIFY_RULE_IDS, 'verification-not-judged', 'hostname-not-checked'],
  judge(facts) {
    const { verify, asked } = facts;
    if (verify === null) return [];
    const all = [
      ...distinct(verify.errors).flatMap((error) => verifyFindings(error, verify, facts)),
      ...overruled(verify),
      ...nameUnknown(facts),
    ];
    // What could not be read may be what is missing: the report's error makes it inconclusive, and these stay as notes.
    if (facts.chainUnread) return all.map((finding) => ({ ...finding, severity: 'warning' as const }));
    if (asked.judgeChain) return all;
    const open = all.filter((finding) => finding.severity === 'error' && !isAskedFor(finding, facts));
    const rest = all.filter((finding) => !open.includes(finding));
    return open.length === 0 ? rest : [notJudged(verify, open), ...rest];
  },
};

/** s_client prints 20, 21 and 27 for one missing issuer: one finding a rule and certificate is enough. */
function distinct(errors: readonly VerifyErrorReport[]): VerifyErrorReport[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = `${verifyRule(error.code).id} ${error.depth}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * TLSA records free a file's chain of the CAs' word, not of a revocation list: that is only there when someone has named it. Other
 * errors of the look-up depend on the path, and the one that the records make has them in its own verdict. Of a server revocation
 * is part of what --no-verify leaves unjudged; a staple may have told of it.
 */
function isAskedFor({ id }: Finding, { source }: ChainFacts): boolean {
  return source === 'file' && id === REVOKED;
}

const REVOKED = verifyRule(23).id;

function verifyFindings(error: VerifyErrorReport, verify: VerifyReport, facts: ChainFacts): Finding[] {
  if (isNameCode(error.code)) return nameFindings(error.code, verify, facts);
  const { reason } = verifyCode(error.code);
  const { id, fix, refs } = verifyRule(error.code);
  return [
    {
      id,
      severity: 'error',
      message: `${reason} (${error.code}) at depth ${error.depth}: ${error.subject}`,
      evidence: `${error.name} at depth ${error.depth}`,
      fix,
      refs,
    },
  ];
}

function isNameCode(code: number): code is 62 | 64 {
  return code === 62 || code === 64;
}

/** One for each host name (62) or address (64) that the certificate is not for. */
function nameFindings(code: 62 | 64, verify: VerifyReport, { chain }: ChainFacts): Finding[] {
  const { id, fix, refs } = verifyRule(code);
  const san = chain?.sent[0]?.san ?? [];
  const wrong = (verify.hostnames ?? [verify.hostname]).flatMap(({ name, result }) =>
    name !== null && result === 'mismatch' && (addressFamily(name) === 0) === (code === 62) ? [name] : [],
  );
  return (wrong.length === 0 ? ['this name'] : wrong).map((name) => ({
    id,
    severity: 'error',
    message: `the certificate is not for ${name} (${code}, ${verifyCode(code).reason})`,
    evidence: san.length === 0 ? 'the certificate has no subjectAltName' : san.join(', '),
    fix,
    refs,
  }));
}

/** OpenSSL refused what we accept: the stricter judge wins, whatever the reason. */
function overruled(verify: VerifyReport): Finding[] {
  if (verify.errors.length > 0 || verify.code === 0) return [];
  const rule = verifyRule(verify.code);
  return [
    {
      id: rule.id,
      severity: 'error',
      message: `OpenSSL says ${verify.code}, ${verify.reason}`,
      evidence: verify.name,
      fix: rule.fix,
      refs: rule.refs,
    },
  ];
}

function nameUnknown({ source, asked, verify, chain }: ChainFacts): Finding[] {
  if (verify === null || verify.hostname.result !== 'not-checked' || !asked.nameUnknown) return [];
  const san = chain?.sent[0]?.san ?? [];
  const name = san.find((entry) => entry.startsWith('DNS:') && !entry.includes('*'))?.slice(4);
  const option = source === 'server' ? '--servername' : '--host';
  return [
    {
      id: 'hostname-not-checked',
      severity: 'warning',
      message:
        source === 'server'
          ? 'the target is an address that the certificate does not carry, and no name was given to check'
          : 'no name was given, so it was not checked whom the certificate is for',
      evidence: san.length === 0 ? 'the certificate has no subjectAltName' : san.join(', '),
      fix: `give the name that clients use${name === undefined ? ' with' : ', such as'} ${option}${name === undefined ? '' : ` ${name}`}`,
      refs: ['RFC 9525 section 6'],
    },
  ];
}

function notJudged(verify: VerifyReport, open: readonly Finding[]): Finding {
  const ids = [...new Set(open.map((finding) => finding.id))];
  return {
    id: 'verification-not-judged',
    severity: 'info',
    message: `verification would have failed, and was not to be judged: ${ids.join(', ')}`,
    evidence: `${verify.code} ${verify.name}`,
  };
}
