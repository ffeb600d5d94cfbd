import type { Report } from '../../core/report.js';
import { isOfTheFile } from './file-keys.js';

/** Of a gate there are no such options: what a target is stands in its name, and what is no key of the file either is for another command. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/, or ask for less with --only/g, ''],
  [/, or (?:add --implicit-tls|leave --implicit-tls out)/g, ''],
  [/\badd --implicit-tls, or /g, ''],
  [/\btry --implicit-tls/g, 'try smtps://host:port'],
  [/\btry (?:with )?--lmtp\b/g, 'try lmtp://host:port'],
  [/\btry without --lmtp\b/g, 'try smtp://host:port'],
  [/\btry --tls1\.2\b/g, 'try smtpcheck tls --tls1.2'],
  [/\boutput of --debug\b/g, 'output of smtpcheck tls --debug'],
  [/\bgive one with --cert\b/g, 'a gate has none to show; smtpcheck tls takes one with --cert'],
];

/** `address` is a key of targets alone. */
const isKey = (name: string): boolean => isOfTheFile(name) || name === 'address';

/** `--rate 20/m` names an option of `scan`; of a gate it is the key `rate: 20/m` of the file. */
function inWordsOfTheFile(text: string): string {
  const plain = PHRASES.reduce((so, [from, to]) => so.replace(from, to), text);
  const keys: string[] = [];
  const said = plain.replace(
    /--([a-z][a-z-]+)(?:[ =](\d[\w/.]*))?/g,
    (whole, key: string, value?: string) => {
      if (!isKey(key)) return whole;
      keys.push(key);
      return value === undefined ? `"${key}"` : `"${key}: ${value}"`;
    },
  );
  return keys.length === 0 ? said : `${said} (in the file of the gate)`;
}

const hinted = <T extends { readonly fix?: string | undefined }>(one: T): T =>
  one.fix === undefined ? one : { ...one, fix: inWordsOfTheFile(one.fix) };

/** A report whose hints and fixes name what there is to change: the file, not options that `gate` does not have. */
export function withFileWords(report: Report): Report {
  const { error, findings, policy } = report;
  return {
    ...report,
    findings: findings.map(hinted),
    error: error?.hint === undefined ? error : { ...error, hint: inWordsOfTheFile(error.hint) },
    ...(policy === undefined ? {} : { policy: { ...policy, rules: policy.rules.map(hinted) } }),
  };
}
