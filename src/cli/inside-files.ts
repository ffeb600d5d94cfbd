import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { EXIT } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import { escapeForTerminal } from '../report/escape.js';
import { fileProblem } from './files.js';
import type { InsideFiles, Section } from './inside.js';
import type { Io } from './io.js';
import { sayError, sayWarning } from './say.js';

interface FileNames {
  readonly transcriptFile: string | undefined;
  readonly keylogFile: string | undefined;
  /** The value of SSLKEYLOGFILE, or empty. */
  readonly fromEnvironment: string;
}

/** Loaded only when there is a file to write. What cannot be opened is said in words: an error class of this bundle is another's. */
export function openInsideFiles(names: FileNames, io: Io): InsideFiles | { readonly problem: string } {
  const keylog = openKeylog(names, io);
  if (typeof keylog === 'string') return { problem: keylog };
  const { transcriptFile } = names;
  const transcript = transcriptFile === undefined ? null : openOutput('--transcript', transcriptFile, 'anew');
  if (typeof transcript === 'string') return { problem: transcript };
  const sections = transcript === null ? null : new Sections((text) => transcript.write(text));
  return {
    ...(keylog === null ? {} : { onKeylog: (line: string) => keylog.write(`${line}\n`) }),
    ...(sections === null ? {} : { section: (target: Target) => sections.begin(target) }),
    close: () => [keylog, transcript].flatMap((file) => file?.close(io) ?? []),
  };
}

/** A variable of the environment is no order for this run: where its file cannot be had, that is said and the run goes on. */
function openKeylog({ keylogFile, fromEnvironment }: FileNames, io: Io): Output | string | null {
  if (keylogFile !== undefined) return openOutput('--keylog', keylogFile, 'append');
  if (fromEnvironment === '') return null;
  const file = openOutput('SSLKEYLOGFILE', fromEnvironment, 'append');
  if (typeof file !== 'string') return file;
  sayWarning(io, file);
  return null;
}

/** A file that is written line by line, through to the system: what was measured is there whatever happens next. */
interface Output {
  write(text: string): void;
  close(io: Io): number[];
}

// Without O_NONBLOCK a FIFO that nobody reads would hold us, and Ctrl-C with us, for ever.
const OPEN = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;

/** Words that say why not, where it cannot be opened. */
function openOutput(option: string, file: string, how: 'anew' | 'append'): Output | string {
  let descriptor: number;
  try {
    // The secrets of TLS sessions are for nobody else to read.
    descriptor =
      how === 'append' ? openSync(file, OPEN, 0o600) : openSync(file, OPEN | constants.O_TRUNC, 0o666);
  } catch (error) {
    return `${option} cannot be written: ${file}: ${fileProblem(error)}`;
  }
  let failure: string | null = null;
  return {
    write: (text) => {
      if (failure !== null) return;
      try {
        writeFileSync(descriptor, text);
      } catch (error) {
        failure = `${option} was not written to its end: ${file}: ${fileProblem(error)}`;
      }
    },
    close: (io) => {
      closeSync(descriptor);
      if (failure === null) return [];
      if (option.startsWith('--')) sayError(io, { message: failure, hint: undefined });
      else sayWarning(io, failure);
      return option.startsWith('--') ? [EXIT.usage] : [];
    },
  };
}

/**
 * Several dialogues go on side by side. The first that is not over writes through; the others wait for their turn, so that each
 * stands in one piece, in the order of the targets.
 */
class Sections {
  private readonly open: { lines: string[]; over: boolean }[] = [];

  constructor(private readonly write: (text: string) => void) {}

  begin(target: Target): Section {
    const section = { lines: [heading(target)], over: false };
    this.open.push(section);
    this.flush();
    const add = (line: string): void => {
      section.lines.push(`${escapeForTerminal(line)}\n`);
      this.flush();
    };
    return {
      onDialogue: add,
      end: (report) => {
        if (report !== null) for (const line of closing(report)) add(line);
        section.over = true;
        this.flush();
      },
    };
  }

  private flush(): void {
    for (let first = this.open[0]; first !== undefined; first = this.open[0]) {
      const text = first.lines.splice(0).join('');
      if (text !== '') this.write(text);
      if (!first.over) return;
      this.open.shift();
    }
  }
}

function heading({ host, port }: Target): string {
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return `== ${escapeForTerminal(where)} ${new Date().toISOString()}\n`;
}

/** How it ended, with the words of the server that are in no reply. */
function closing({ outcome, error }: Report): string[] {
  if (error === null) return [`-- ${outcome}`];
  const { code, phase, message, serverSaid } = error;
  return [
    `-- ${outcome}: ${code} in phase ${phase}: ${message}`,
    ...(serverSaid === undefined ? [] : [`-- the server said: ${serverSaid}`]),
  ];
}
