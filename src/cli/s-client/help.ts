import { S_CLIENT } from '../catalogue/s-client.js';
import { FLAGS } from './flags.js';
import type { SClientFlag } from './flags/flag.js';

/** Columns of `-flag VALUE`; longer ones have a line of their own. */
const WIDTH = 28;

const SECTIONS: readonly { readonly kind: SClientFlag['kind']; readonly title: string }[] = [
  { kind: 'mapped', title: 'What stands for something:' },
  { kind: 'idle', title: 'What is left out, since nothing changes by it:' },
  { kind: 'refused', title: 'What cannot be used, and why or what to do:' },
];

/** `smtpcheck s_client -help`: every flag, and what it becomes. */
export function flagTable(): string {
  const sections = SECTIONS.map(({ kind, title }) => {
    const flags = Object.entries(FLAGS).filter(([, flag]) => flag.kind === kind);
    return `${title}\n${flags.map(([name, flag]) => row(name, flag)).join('')}`;
  });
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `smtpcheck s_client [flags of openssl s_client] [HOST:PORT]
${S_CLIENT.summary}

The native command is printed on stderr, and run: smtpcheck connect where there is something to say on stdin, otherwise smtpcheck tls. Of several flags the last one counts.
`;

function row(name: string, { value, words }: SClientFlag): string {
  const flag = `  -${name}${value === undefined ? '' : ` ${value}`}`;
  return flag.length < WIDTH ? `${flag.padEnd(WIDTH)}${words}\n` : `${flag}\n${' '.repeat(WIDTH)}${words}\n`;
}
