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
      ...distinct(verify.errors).map((error) => verifyFinding(error, verify, facts)),
      ...overruled(verify),
      ...nameUnknown(facts),
    ];
    // What could not be read may be what is missing: the report's error makes it inconclusive, and these stay as notes.
    if (facts.chainUnread) return all.map((finding) => ({ ...finding, severity: 'warning' as const }));
    if (asked.judgeChain) return all;
    const open = all.filter((finding) => finding.severity === 'error');
    const rest = all.filter((finding) => finding.severity !== 'error');
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

function verifyFinding(error: VerifyErrorReport, verify: VerifyReport, facts: ChainFacts): Finding {
  const rule = verifyRule(error.code);
  const { reason } = verifyCode(error.code);
  const names = error.code === 62 || error.code === 64;
  const san = facts.chain?.sent[0]?.san ?? [];
  return {
    id: rule.id,
    severity: 'error',
    message: names
      ? `the certificate is not for ${verify.hostname.name ?? 'this name'} (${error.code}, ${reason})`
      : `${reason} (${error.code}) at depth ${error.depth}: ${error.subject}`,
    evidence: names
      ? san.length === 0
        ? 'the certificate has no subjectAltName'
        : san.join(', ')
      : `${error.name} at depth ${error.depth}`,
    fix: rule.fix,
    refs: rule.refs,
  };
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
  return {
    id: 'verification-not-judged',
    severity: 'info',
    message: `verification would have failed, and was not to be judged: ${open.map((finding) => finding.id).join(', ')}`,
    evidence: `${verify.code} ${verify.name}`,
  };
}
