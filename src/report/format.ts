import type { Report } from '../core/report.js';

/** What a rule is about, in words that do not depend on what was measured. */
export interface Description {
  /** The fault in a few words. */
  readonly title: string;
  /** What it is. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** What to change. */
  readonly fix: string;
}

/** What a format may take into account; each uses what it needs. */
export interface RenderOptions {
  /** Colours; the caller looks at the terminal and at NO_COLOR. */
  readonly color: boolean;
  /** Columns to wrap at; Infinity never wraps. */
  readonly width: number;
  /** More detail: certificates in full, references, and the transcript. */
  readonly verbose: boolean;
  /** JSON over several lines. */
  readonly pretty?: boolean | undefined;
  /** The exit code of the whole run, which may be worse than that of any report. */
  readonly exitCode?: number | undefined;
  /** What is known of a rule or an error code beside its report. */
  readonly describe?: ((id: string) => Description | undefined) | undefined;
  /** The file that the run was asked for in: a path relative to where it ran, such as the gate's. */
  readonly artifact?: string | undefined;
  /** How long a certificate had to be valid for, where that was asked. */
  readonly expiresWithinMs?: number | undefined;
}

/** One report at a time, as they come. What `render` returns ends with a line end; `between` goes between two reports. */
export interface EachFormat {
  readonly kind: 'each';
  readonly render: (report: Report, options: RenderOptions) => string;
  readonly between: string;
  /** What stands below the last report, of all of them; nothing where there is nothing to add. */
  readonly end?: (reports: readonly Report[], options: RenderOptions) => string;
}

/** One document for the whole run. */
export interface WholeFormat {
  readonly kind: 'whole';
  readonly render: (reports: readonly Report[], options: RenderOptions) => string;
}

/** A report format: pure. */
export type Format = EachFormat | WholeFormat;

/** All reports of a run as one text. */
export function renderAll(format: Format, reports: readonly Report[], options: RenderOptions): string {
  if (format.kind === 'whole') return format.render(reports, options);
  const texts = reports.map((report) => format.render(report, options));
  return texts.join(format.between) + (format.end?.(reports, options) ?? '');
}
