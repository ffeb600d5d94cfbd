import type { Report } from '../core/report.js';

/**
 * The report as JSON: one line (JSON Lines), or indented with `pretty`. Nothing is left out and nothing is changed:
 * server text is escaped by JSON itself, and lone surrogates become `\udXXX` escapes (ECMAScript's well-formed
 * JSON.stringify). C1 and bidi controls are legal in JSON and stay raw, so they are escaped too: a terminal is
 * where people look at JSON, and any parser reads the same string back.
 */
export function renderJson(report: Report, options: { readonly pretty?: boolean | undefined } = {}): string {
  return renderSafely(report, options.pretty === true ? 2 : undefined);
}

/** Any value as JSON with a line end, safe to look at. */
export function renderSafely(value: unknown, indent: number | undefined): string {
  const json = JSON.stringify(value, null, indent);
  return `${json.replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  let out = '';
  for (let i = 0; i < character.length; i += 1) {
    out += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return out;
}
