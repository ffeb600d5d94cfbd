// Writes schema/report.schema.json from the type that types the code, `Report` in src/core/report.ts.
//   node scripts/schema.mjs           writes it
//   node scripts/schema.mjs --check   writes nothing; exit 1 when the committed file differs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}schema/report.schema.json`;

/** The schema as JSON text; the same text for the same source. */
async function generate() {
  const { $schema, ...body } = createGenerator({
    path: `${root}src/core/report.ts`,
    tsconfig: `${root}tsconfig.json`,
    type: 'Report',
    expose: 'export',
    jsDoc: 'extended',
    topRef: false,
    sortProps: false,
    // Keys may be added within a schema version, so the published schema lets unknown ones pass.
    additionalProperties: true,
  }).createSchema('Report');
  const definitions = Object.fromEntries(
    Object.entries(body.definitions ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const schema = {
    $schema,
    $id: 'urn:smtpcheck:report:1',
    title: 'smtpcheck report, schemaVersion 1',
    description: body.description,
    ...body,
    definitions,
  };
  const options = (await prettier.resolveConfig(file)) ?? {};
  return prettier.format(JSON.stringify(schema), { ...options, parser: 'json' });
}

/** The committed file, or nothing when there is none. */
function committed() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--check');
if (unknown !== undefined) {
  console.error(`error: unknown argument ${unknown}\nusage: node scripts/schema.mjs [--check]`);
  process.exitCode = 2;
} else {
  const fresh = await generate();
  if (!args.includes('--check')) {
    writeFileSync(file, fresh);
  } else if (fresh !== committed()) {
    console.error(
      'error: schema/report.schema.json is not what src/core/report.ts says\nhint: run npm run schema',
    );
    process.exitCode = 1;
  }
}
