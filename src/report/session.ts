import type { AuthAttemptReport } from '../core/auth-report.js';
import type { Report } from '../core/report.js';
import { field, layOut, type Block } from './layout.js';
import { describeAttempt } from './text/auth.js';
import { chainBlocks, pemBlocks, verifyBlocks } from './text/chain.js';
import { connectionBlocks, ehloBlocks, timeBlocks, tlsBlocks } from './text/connection.js';
import { errorBlocks, findingBlocks } from './text/findings.js';
import { verdict } from './text/verdict.js';

/* What is said about a server to who sits in a session with it: parts of its report, in the words that the whole has. */

interface Look {
  readonly color: boolean;
  readonly width: number;
}

/** Who answered and how far he is to be trusted, in a few lines; more where something is wrong. */
export function renderBrief(report: Report, look: Look & { readonly pem: boolean }): string {
  const { tls, findings } = report;
  const bad = findings.filter(({ severity }) => severity === 'error');
  const doubted =
    report.verify !== null && (report.verify.code !== 0 || report.verify.hostname.result !== 'match');
  return show(
    [
      verdict(report),
      ...errorBlocks(report),
      ...connectionBlocks(report),
      ...(tls === null
        ? []
        : [field('session', `${tls.protocol}, ${tls.cipher.name}, ${tls.group ?? 'no group'}`)]),
      ...(doubted ? verifyBlocks(report, false) : []),
      ...findingBlocks({ ...report, findings: bad }, false),
      ...(look.pem ? pemBlocks(report) : []),
    ],
    look,
  );
}

/** What was negotiated, and what EHLO offers. */
export function renderTls(report: Report, look: Look): string {
  const connection = [...connectionBlocks(report), ...tlsBlocks(report, true)];
  return show([...connection, ...ehloBlocks(report, true), ...timeBlocks(report)], look);
}

/** The chain and its verification. */
export function renderChain(report: Report, look: Look): string {
  return show([...chainBlocks(report), ...verifyBlocks(report, true)], look);
}

/** The chain as PEM, where the report holds it. */
export function renderPem(report: Report): string {
  return show(pemBlocks(report), { color: false, width: Infinity });
}

/** What a login came to. */
export function renderLogin(user: string, attempt: AuthAttemptReport, look: Look): string {
  return show([field('login', `${user}: ${describeAttempt(attempt)}`)], look);
}

function show(blocks: readonly Block[], look: Look): string {
  return blocks.length === 0 ? '' : layOut(blocks, look);
}
