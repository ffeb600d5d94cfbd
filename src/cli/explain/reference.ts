import type { Explanation, Setting } from '../../policy/explain/explanation.js';
import { EXPLANATIONS } from '../../policy/explain/index.js';
import { KINDS } from './text.js';

const HEAD = `# What smtpcheck can find, and what to change

Made by scripts/rules.mjs from the explanations in src/policy/explain; do not edit. \`smtpcheck explain ID\` prints one of them.

Ids are interfaces. Postfix's parameters are those of postconf(5) of 3.7, Exim's options those of the specification of 4.96; what is
newer says so. Exim's lines stand in the main configuration unless a comment says where else; Debian makes it from
\`/etc/exim4\` with \`update-exim4.conf\`. The daemon has to be told of the change: \`systemctl reload exim4\`. An option stands there once:
what two explanations say of one, such as of \`tls_require_ciphers\`, has to be joined.
`;

/** docs/rules.md as it has to be. */
export function reference(): string {
  const kinds = Object.keys(KINDS) as Explanation['kind'][];
  return [HEAD, ...kinds.map(sectionOf)].join('\n');
}

function sectionOf(kind: Explanation['kind']): string {
  const those = EXPLANATIONS.filter((one) => one.kind === kind);
  const name = `${KINDS[kind].charAt(0).toUpperCase()}${KINDS[kind].slice(1)}s`;
  return [`## ${name}`, ...those.map(entry)].join('\n\n');
}

function entry(one: Explanation): string {
  const { what, why, attack, measured, fix, refs } = one;
  const number = one.number === undefined ? '' : `${one.number} `;
  return [
    `### ${number}${one.id}`,
    `${sentence(one.title)} ${escaped(what)}`,
    `**Why.** ${escaped(why)}`,
    ...(attack === undefined ? [] : [`**Attack.** ${escaped(attack)}`]),
    `**Measured.** ${escaped(measured)}`,
    ...(fix.postfix === undefined ? [] : [settingOf('Postfix', fix.postfix)]),
    ...(fix.exim === undefined ? [] : [settingOf('Exim', fix.exim)]),
    ...(fix.other === undefined ? [] : [`**Otherwise.** ${escaped(fix.other)}`]),
    ...(refs.length === 0 ? [] : [`See ${escaped(refs.join('; '))}.`]),
  ].join('\n\n');
}

function settingOf(server: string, { lines, manual, note }: Setting): string {
  const remark = note === undefined ? '' : ` ${sentence(note)}`;
  return `**${server}.** ${escaped(manual)}.${remark}\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

/** Titles and notes have no capital and no period; ids and options keep their own letters. */
const sentence = (text: string): string => `${escaped(text.charAt(0).toUpperCase() + text.slice(1))}.`;

/** What Markdown would take for its own. */
const escaped = (text: string): string => text.replace(/[\\`*<[\]|]|\b_|_\b/g, '\\$&');
