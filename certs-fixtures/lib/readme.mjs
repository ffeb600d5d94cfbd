// Writes the table of cases into README.md, between its two markers, from the manifest.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as prettier from 'prettier';

const README = join(import.meta.dirname, '..', 'README.md');
const BEGIN = '<!-- cases: written by generate.mjs -->';
const END = '<!-- end of cases -->';

const codes = ({ all }) => all.map(([code, depth]) => `${code} @ ${depth}`).join(', ') || 'ok';

function row({ id, purpose, openssl }) {
  const [zero, two] = [codes(openssl[0]), codes(openssl[2])];
  return `| \`${id}\` | ${purpose.replaceAll('|', '\\|').replaceAll('*', '\\*')} | ${zero} | ${zero === two ? 'same' : two} |`;
}

export async function writeTable(manifest) {
  const text = await readFile(README, 'utf8');
  const [head, rest] = text.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (tail === undefined) throw new Error('README.md has lost its markers');
  const table = ['| case | what it is for | level 0 | level 2 |', '|---|---|---|---|', ...manifest.map(row)];
  const filled = [head, BEGIN, '\n\n', table.join('\n'), '\n\n', END, tail].join('');
  const options = await prettier.resolveConfig(README);
  await writeFile(README, await prettier.format(filled, { ...options, filepath: README }));
}
