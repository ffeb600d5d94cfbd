import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Report } from '../../src/core/report.js';

const SCHEMA_FILE = new URL('../../schema/report.schema.json', import.meta.url);

/** The published schema, as a plain object. */
export function readSchema(): Record<string, unknown> {
  return JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Record<string, unknown>;
}

/**
 * The published schema lets unknown keys pass, because keys may be added within a schema version. What this version
 * of smtpcheck prints has to be exactly what the schema describes, so our own tests close every object.
 */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy && copy['type'] === 'object' ? { ...copy, additionalProperties: false } : copy;
}

let cached: ValidateFunction<Report> | undefined;

function validator(): ValidateFunction<Report> {
  if (cached === undefined) {
    const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true });
    addFormats(ajv);
    cached = ajv.compile<Report>(closed(readSchema()) as object);
  }
  return cached;
}

/** Throws, naming every place at fault, unless the value is a report and holds no key the schema does not know. */
export function assertValidReport(value: unknown): asserts value is Report {
  const validate = validator();
  if (validate(value)) return;
  const complaints = (validate.errors ?? []).map(explain);
  throw new Error(`not a valid report:\n${[...new Set(complaints)].map((line) => `  ${line}`).join('\n')}`);
}

function explain(error: ErrorObject): string {
  const params = error.params as { additionalProperty?: string; allowedValues?: unknown[] };
  const where = error.instancePath === '' ? '(top)' : error.instancePath;
  const extra = params.additionalProperty ?? params.allowedValues?.join(' | ');
  const got = JSON.stringify(error.data) as string | undefined;
  return `${where} ${error.message ?? error.keyword}${extra === undefined ? '' : `: ${extra}`}, got ${got?.slice(0, 80) ?? 'undefined'}`;
}

/** The report on the stdout of `--json` for one target: exactly one line that holds exactly one valid report. */
export function parseReport(stdout: string): Report {
  const reports = parseReports(stdout);
  const [only] = reports;
  if (only === undefined || reports.length !== 1) {
    throw new Error(`expected one report on stdout, got ${reports.length}`);
  }
  return only;
}

/** The reports on the stdout of `--json` for several targets (JSON Lines). */
export function parseReports(stdout: string): Report[] {
  if (stdout === '') return [];
  if (!stdout.endsWith('\n')) throw new Error('stdout does not end with a line end');
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const value = parseLine(line);
      assertValidReport(value);
      return value;
    });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`not a line of JSON: ${JSON.stringify(line.slice(0, 200))}`, { cause: error });
  }
}
