import type { Format } from './format.js';
import type { FormatName } from './format-names.js';
import { renderGithub } from './github.js';
import { renderJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { renderNagios } from './nagios.js';
import { renderPrometheus } from './prometheus/index.js';
import { renderSarif } from './sarif.js';
import { renderTally, renderText } from './text.js';

/** One line a report, whatever is asked for. */
const renderJsonLine: typeof renderJson = (report) => renderJson(report);

/** The registry of formats. A new one is its file, its name in format-names.ts, and one line here. */
export const FORMATS = {
  text: { kind: 'each', render: renderText, between: '\n', end: renderTally },
  json: { kind: 'each', render: renderJson, between: '' },
  jsonl: { kind: 'each', render: renderJsonLine, between: '' },
  junit: { kind: 'whole', render: renderJunit },
  sarif: { kind: 'whole', render: renderSarif },
  github: { kind: 'each', render: renderGithub, between: '' },
  markdown: { kind: 'whole', render: renderMarkdown },
  nagios: { kind: 'whole', render: renderNagios },
  prometheus: { kind: 'whole', render: renderPrometheus },
} as const satisfies Record<FormatName, Format>;

export { escapeForTerminal } from './escape.js';
export { FORMAT_NAMES, type FormatName } from './format-names.js';
export { renderAll } from './format.js';
export type { Description, EachFormat, Format, RenderOptions, WholeFormat } from './format.js';
export { renderJson } from './json.js';
export { renderText, type TextOptions } from './text.js';
