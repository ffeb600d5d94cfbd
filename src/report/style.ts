/** What a piece of text means to the reader; the only vocabulary of colour. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'note' | 'dim';

/** A painter adds colour around text and never changes the text. */
export type Painter = (tone: Tone, text: string) => string;

// SGR parameters (ECMA-48 section 8.3.117). The sixteen basic colours only, so that the user's palette decides.
const SGR: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  good: '1;32',
  warn: '1;33',
  bad: '1;31',
  note: '36',
  dim: '2',
};

/** The painter for a terminal with colours, or one that leaves text alone. */
export function painter(color: boolean): Painter {
  if (!color) return (_tone, text) => text;
  return (tone, text) => (tone === 'plain' || text === '' ? text : `\x1b[${SGR[tone]}m${text}\x1b[0m`);
}
