import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const FILE = new URL('../report/schemas/sarif-2.1.0-rtm.5.json', import.meta.url);

let cached: ValidateFunction | undefined;

function validator(): ValidateFunction {
  if (cached === undefined) {
    const schema = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;
    // It calls itself draft-04, whose `id` is `$id` since; it has nothing else that draft-07 reads in another way.
    const body = Object.fromEntries(
      Object.entries(schema).filter(([key]) => key !== '$schema' && key !== 'id'),
    );
    const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
    addFormats(ajv);
    cached = ajv.compile(body);
  }
  return cached;
}

/** Throws, naming every place at fault, unless the value is a SARIF 2.1.0 log by the schema of OASIS. */
export function assertValidSarif(value: unknown): void {
  const validate = validator();
  if (validate(value)) return;
  const complaints = (validate.errors ?? []).map(
    ({ instancePath, message }) => `  ${instancePath} ${message ?? ''}`,
  );
  throw new Error(`not a valid SARIF log:\n${complaints.join('\n')}`);
}
