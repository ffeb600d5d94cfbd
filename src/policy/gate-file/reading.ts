import { SmtpcheckError } from '../../core/errors.js';
import type { Problem } from './problems.js';
import type { PathProblem } from './schema-words.js';
import type { Vocabulary } from './vocabulary.js';
import type { Located, Path } from './yaml-text.js';

/** A file that is being read: what is wrong with it is gathered, so that all of it is said at once. */
export class Reading {
  private readonly found: Problem[];

  constructor(
    private readonly file: string,
    private readonly located: Located,
    readonly words: Vocabulary,
    private readonly ofSchema: readonly PathProblem[],
  ) {
    this.found = [...ofSchema];
  }

  get problems(): readonly Problem[] {
    return this.found;
  }

  /** Whether what stands at a path is what its schema asks for. */
  isSound(path: Path): boolean {
    return !this.ofSchema.some((problem) => path.every((step, i) => problem.path[i] === step));
  }

  /** Of a mapping, what is as its schema has it: the rest was complained of, and is no reason not to look at this. */
  soundPart<T extends object>(value: T, path: Path): Partial<T> {
    const sound = Object.entries(value).filter(([key]) => this.isSound([...path, key]));
    return Object.fromEntries(sound) as Partial<T>;
  }

  lineOf(path: Path): number {
    return this.located.at(path).line;
  }

  /** Such as `smtpcheck.yaml:17:5`. */
  whereIs(path: Path): string {
    const { line, column } = this.located.at(path);
    return `${this.file}:${line}:${column}`;
  }

  complain(path: Path, message: string, hint?: string, part: 'key' | 'value' = 'value'): void {
    this.found.push({ ...this.located.at(path, part), message, hint });
  }

  /** What `read` gives, or nothing, and its usage error is told with the place. */
  attempt<T>(path: Path, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      this.complain(path, error.message, error.hint);
      return undefined;
    }
  }
}

/** Where the paths of a file begin. */
export type Resolve = (path: string) => string;
