import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { openPart } from '../../smtp/typed-line.js';

/** What readline has on its line when it draws. */
export interface Drawn {
  readonly prompt: string;
  readonly line: string;
}

/** The terminal as readline draws on it, with stars in the place of the secret behind a typed `AUTH PLAIN`. */
export class MaskedOutput extends Writable {
  readonly isTTY = true;
  drawn: () => Drawn = () => ({ prompt: '', line: '' });

  constructor(private readonly tty: WriteStream) {
    super({ decodeStrings: false });
    tty.on('resize', () => this.emit('resize'));
  }

  get columns(): number {
    return this.tty.columns;
  }

  override _write(text: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.tty.write(maskDrawn(String(text), this.drawn()));
    done();
  }
}

/** Of what readline writes, all that may be seen. It writes its whole line, or what was added to its end. */
export function maskDrawn(text: string, { prompt, line }: Drawn): string {
  const open = openPart(line);
  if (open === line.length || /^(?:\x1b\[[0-9;]*[A-Za-z])+$/.test(text)) return text;
  const shown = line.slice(0, open) + '*'.repeat(line.length - open);
  if (text === prompt + line) return prompt + shown;
  if (line.endsWith(text)) return shown.slice(line.length - text.length);
  return text.replace(/[^\0-\x1f\x7f]/g, '*');
}
