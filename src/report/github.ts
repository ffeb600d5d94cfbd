import type { Report } from '../core/report.js';
import { casesToTell, detailsOf, type Case } from './cases.js';
import { escapeForTerminal } from './escape.js';
import type { RenderOptions } from './format.js';
import { subjectOf } from './labels.js';

/**
 * Workflow commands of GitHub Actions: an annotation for everything that is wrong, and one notice for what is right. Every line is a
 * command of ours, so that nothing which a server sent can begin one. GitHub shows the first ten errors of a step: what is broken goes
 * before what is not known.
 */
export function renderGithub(report: Report, options: RenderOptions): string {
  const [verdict, ...rest] = casesToTell(report, options.describe);
  const subject = subjectOf(report);
  const wrong = WRONG.flatMap((weight) => rest.filter((one) => one.weight === weight));
  // The verdict alone says why where nothing else does.
  const reasons = wrong.some((one) => one.weight === verdict?.weight) ? wrong : [verdict, ...wrong];
  const shown = verdict?.weight === 'good' ? [verdict, ...wrong] : reasons;
  return shown.map((one) => (one === undefined ? '' : annotation(one, subject, options))).join('');
}

const WRONG = ['bad', 'unknown', 'warning'] as const;

const COMMANDS = { bad: 'error', unknown: 'error', warning: 'warning', good: 'notice' } as const;

function annotation(one: Case, subject: string, { artifact }: RenderOptions): string {
  const properties = {
    ...(artifact === undefined ? {} : { file: artifact }),
    title: `smtpcheck ${one.origin === 'verdict' ? one.result : one.id} ${subject}`,
  };
  const inFront = Object.entries(properties).map(([name, value]) => `${name}=${inProperty(value)}`);
  const details = detailsOf(one).map(([label, text]) => `${label}: ${escapeForTerminal(text)}`);
  const message = [escapeForTerminal(`${subject}: ${one.message}`), ...details].join('\n');
  return `::${COMMANDS[one.weight]} ${inFront.join(',')}::${inData(message)}\n`;
}

/** As `escapeData` of GitHub's toolkit. */
function inData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As `escapeProperty` of GitHub's toolkit. */
function inProperty(text: string): string {
  return inData(escapeForTerminal(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
