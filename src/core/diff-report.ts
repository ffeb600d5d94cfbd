import type { ReportError } from './errors.js';

/** What of a server a difference is about. */
export type DiffArea =
  | 'target'
  | 'verdict'
  | 'certificate'
  | 'session'
  | 'protocol'
  | 'suite'
  | 'order'
  | 'group'
  | 'dh-prime'
  | 'signature-scheme'
  | 'trait'
  | 'attack'
  | 'smtp'
  | 'auth'
  | 'finding'
  | 'policy';

/** One thing that two reports say differently. */
export interface Difference {
  /** Such as `mx.example.org:25`, or the path of a file. */
  readonly target: string;
  readonly area: DiffArea;
  /** `changed` also where one of the two is not known: what was not found out is not gone. */
  readonly kind: 'added' | 'removed' | 'changed';
  readonly what: string;
  /** Null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
  /** Null where that is not for us to say, or where one of the two is not known. */
  readonly worse: boolean | null;
}

/** One of the two sides. */
export interface DiffSide {
  readonly file: string;
  /** Reports in it. */
  readonly reports: number;
}

/** What `smtpcheck diff --json` prints: exactly one object. */
export interface DiffReport {
  readonly schemaVersion: 1;
  /** The version of smtpcheck. */
  readonly smtpcheck: string;
  readonly command: 'diff';
  readonly exitCode: number;
  /** Null where the files could not be read. */
  readonly before: DiffSide | null;
  readonly after: DiffSide | null;
  readonly differences: readonly Difference[];
  readonly error: ReportError | null;
}
