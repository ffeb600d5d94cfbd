import type { Report } from '../core/report.js';
import { renderJson } from './json.js';
import { renderText } from './text.js';

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
}

/** A report format. What `render` returns ends with a line end; `between` goes between two reports. */
export interface Format {
  readonly render: (report: Report, options: RenderOptions) => string;
  readonly between: string;
}

/** The registry of formats. A new one is its file and one line here. */
export const FORMATS = {
  text: { render: renderText, between: '\n' },
  json: { render: renderJson, between: '' },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export { escapeForTerminal } from './escape.js';
export { renderJson } from './json.js';
export { renderText, type TextOptions } from './text.js';
