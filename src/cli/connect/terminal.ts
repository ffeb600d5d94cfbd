import { createInterface, type Interface } from 'node:readline';
import { openPart } from '../../smtp/typed-line.js';
import type { Terminal as Tty } from '../io.js';
import type { Turn } from '../../probe/connect/held-session.js';
import { Gate } from './gate.js';
import { MaskedOutput } from './masked-output.js';
import type { LineSource, Next } from './source.js';

const HISTORY = 1_000;

export interface TerminalOptions {
  readonly early: Uint8Array;
  /** Before `> `. */
  readonly name: string;
  /** What a command may go on with. */
  readonly complete: (line: string) => string[];
  /** Ctrl-C while nothing is asked. */
  readonly onInterrupt: () => void;
}

/** Lines that somebody types on a terminal, with editing and a history that ends with the session. */
export class Terminal implements LineSource {
  readonly interactive = true;
  readonly hidesAnswers = true;
  readonly #gate: Gate;
  readonly #output: MaskedOutput;
  readonly #history: string[] = [];
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(
    private readonly tty: Tty,
    private readonly options: TerminalOptions,
  ) {
    this.#gate = new Gate(tty.input, options.onInterrupt);
    this.#gate.feed(options.early);
    this.#output = new MaskedOutput(tty.output);
  }

  async next(turn: Turn): Promise<Next> {
    for (;;) {
      if (this.#stopped) return { kind: 'stopped' };
      const next = turn === 'answer' ? await this.#answer() : await this.#edit(turn);
      if (next !== 'again') return next;
    }
  }

  readonly askSecret = async (question: string): Promise<string | null> => {
    const hidden = await this.#hidden(`${question} `);
    return hidden.kind === 'line' ? hidden.text : null;
  };

  take(): null {
    return null;
  }

  discard(): void {
    this.#gate.discard();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#gate.stop();
  }

  close(): void {
    this.stop();
    this.#gate.close();
  }

  async #answer(): Promise<Next> {
    const hidden = await this.#hidden('answer (hidden, * cancels): ');
    if (hidden.kind === 'interrupted') return asLine('*');
    return hidden.kind === 'line' ? asLine(hidden.text) : { kind: hidden.kind };
  }

  async #hidden(question: string): ReturnType<Gate['readHidden']> {
    this.tty.output.write(question);
    const hidden = await this.#gate.readHidden();
    this.tty.output.write('\n');
    return hidden;
  }

  /** One line out of readline. What nobody may see again never gets into its history: each line has a readline of its own. */
  #edit(turn: Exclude<Turn, 'answer'>): Promise<Next | 'again'> {
    if (this.tty.input.readableEnded) return Promise.resolve({ kind: 'end' });
    const prompt = turn === 'mail' ? 'data> ' : `${this.options.name}> `;
    const lines = this.#open(turn, prompt);
    this.#output.drawn = () => ({ prompt, line: lines.line });
    return new Promise((resolve) => {
      let next: Next | 'again' = { kind: 'end' };
      const end = (outcome: Next | 'again'): void => {
        next = outcome;
        lines.close();
      };
      this.#cancel = () => end({ kind: 'stopped' });
      lines.on('line', (line) => {
        if (turn === 'command') this.#remember(line);
        end(asLine(line));
      });
      lines.on('SIGINT', () => end(lines.line === '' ? { kind: 'interrupted' } : 'again'));
      lines.on('SIGTSTP', () => this.#gate.suspend(() => lines.prompt(true)));
      lines.once('close', () => {
        this.#gate.shut();
        this.#cancel = () => undefined;
        if (next === 'again') this.tty.output.write('^C');
        if (next === 'again' || next.kind !== 'line') this.tty.output.write('\n');
        resolve(next);
      });
      lines.prompt();
      this.#gate.open();
    });
  }

  #open(turn: Turn, prompt: string): Interface {
    // In mail a tab is a tab, and no line of it is a command to come back to.
    const forCommands = {
      history: [...this.#history],
      historySize: HISTORY,
      completer: (line: string): [string[], string] => [this.options.complete(line), line],
    };
    return createInterface({
      input: this.#gate.input,
      output: this.#output,
      terminal: true,
      prompt,
      ...(turn === 'command' ? forCommands : { historySize: 0 }),
    });
  }

  #remember(line: string): void {
    const again = line === this.#history[0] || line.trim() === '';
    if (again || openPart(line) < line.length) return;
    this.#history.unshift(line);
    this.#history.splice(HISTORY);
  }
}

function asLine(text: string): Next {
  return { kind: 'line', line: Buffer.from(text) };
}
