import type { ChainFacts } from '../../core/chain-facts.js';
import type { Finding } from '../../core/finding.js';
import type { ChainReport, VerifyReport } from '../../core/report.js';
import type { ScanCertificate } from '../../core/scan-report.js';
import { certificateHealth } from '../certificate-health.js';
import { chainHealth } from '../chain-health.js';
import { chainVerdict } from '../chain-verdict.js';
import { expiry } from '../expiry.js';
import type { ScanJudgement } from './context.js';

export const CERTIFICATE_FINDINGS: readonly string[] = [
  'other-chain-untrusted',
  'other-chain-expiring',
  'other-chain-flawed',
  'default-certificate-differs',
  'server-name-required',
];

/** A chain with its verdict. */
type Verified = ScanCertificate & { readonly chain: ChainReport; readonly verify: VerifyReport };

const isVerified = (certificate: ScanCertificate): certificate is Verified =>
  certificate.chain !== null && certificate.verify !== null;

/** Those beside the one that the report's own `chain` is about, which has been judged as such. */
export function judgeCertificates(data: readonly ScanCertificate[], { asked }: ScanJudgement): Finding[] {
  const others = data.filter(isVerified).filter(({ main }) => !main);
  return [
    ...others.flatMap((other) => judgeChain(other, asked)),
    ...others.filter(isDefaultOnly).map((other) => differs(other, data)),
    ...data.flatMap(nameRequired),
  ];
}

const isDefaultOnly = ({ servernames }: ScanCertificate): boolean =>
  servernames.every((name) => name === null);

/** Codes for a name or an address that the certificate is not for. */
const WRONG_NAME: readonly number[] = [62, 64];

const hasWrongName = ({ errors }: VerifyReport): boolean =>
  errors.some(({ code }) => WRONG_NAME.includes(code));

const wordsFor = (other: Verified): string =>
  `the chain with the key ${other.key ?? 'of an unknown kind'}, shown ${isDefaultOnly(other) ? 'without SNI' : 'to who asks for it'}`;

/** The checks of any chain, put under ids of this one's: that the first chain is flawless says nothing of the others. */
function judgeChain(other: Verified, asked: ScanJudgement['asked']): Finding[] {
  const facts = factsOf(other, asked);
  const about = (id: string, { message, ...finding }: Finding): Finding => ({
    ...finding,
    id,
    message: `${wordsFor(other)}: ${message}`,
  });
  const verdict = judgesTrust(other) ? chainVerdict.judge({ ...facts, verify: judgedVerdict(other) }) : [];
  const health = [...chainHealth.judge(facts), ...certificateHealth.judge(facts)];
  return [
    ...verdict.map((finding) => about('other-chain-untrusted', finding)),
    ...expiry.judge(facts).map((finding) => about('other-chain-expiring', finding)),
    ...health
      .filter(({ severity }) => severity !== 'info')
      .map((finding) => about('other-chain-flawed', finding)),
  ];
}

/** Of a chain that is shown without a name, that it has another one is a finding of its own. */
function judgedVerdict(other: Verified): VerifyReport {
  if (!isDefaultOnly(other)) return other.verify;
  return { ...other.verify, errors: other.verify.errors.filter(({ code }) => !WRONG_NAME.includes(code)) };
}

const judgesTrust = (other: Verified): boolean =>
  other.verify.errors.length === 0 || judgedVerdict(other).errors.length > 0;

function factsOf({ chain, verify }: Verified, asked: ScanJudgement['asked']): ChainFacts {
  return {
    source: 'server',
    chain,
    chainUnread: false,
    certificateSent: true,
    opensslAsked: true,
    verify,
    publicAnchor: false,
    ocsp: null,
    // That there is no name to check is said of the first chain.
    asked: { ...asked, certificatePins: [], nameUnknown: false },
  };
}

function differs(other: Verified, data: readonly ScanCertificate[]): Finding {
  const { verify, chain } = other;
  const named = data.find(({ servernames }) => servernames.some((name) => name !== null));
  const wrong = hasWrongName(verify);
  const subject = chain.sent[0]?.subject ?? '';
  return {
    id: 'default-certificate-differs',
    severity: wrong ? 'warning' : 'info',
    message: wrong
      ? `without SNI the server shows another certificate, which is not for ${verify.hostname.name ?? 'this name'}: clients that verify and send no name, as Postfix does unless told to, will refuse it`
      : 'without SNI the server shows another certificate',
    evidence: `${subject}; with SNI: ${named?.chain?.sent[0]?.subject ?? 'unknown'}`,
    fix: 'make the certificate of the name that the MX record or the clients use the default one',
    refs: ['RFC 6066 section 3', 'RFC 7672 section 8.1'],
  };
}

function nameRequired({ answer, evidence, servernames }: ScanCertificate): Finding[] {
  if (answer !== 'rejected' || !servernames.includes(null)) return [];
  return [
    {
      id: 'server-name-required',
      severity: 'warning',
      message: 'without SNI the server refuses the handshake: many mail servers send none',
      evidence: evidence ?? '',
      fix: 'give it a default certificate',
      refs: ['RFC 6066 section 3'],
    },
  ];
}
