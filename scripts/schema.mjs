// Writes schema/*.schema.json from the types that type the code: SCHEMAS has them all.
//   node scripts/schema.mjs           writes them
//   node scripts/schema.mjs --check   writes nothing; exit 1 when a committed file differs
import prettier from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';
import { root, writeOrCheck } from './generated.mjs';

/** What people write is closed: a key that is not known is a mistake. What we write lets keys be added within a schema version. */
const SCHEMAS = [
  {
    name: 'report',
    source: 'src/core/report.ts',
    type: 'Report',
    id: 'urn:smtpcheck:report:1',
    title: 'smtpcheck report, schemaVersion 1',
    open: true,
  },
  {
    name: 'diff',
    source: 'src/core/diff-report.ts',
    type: 'DiffReport',
    id: 'urn:smtpcheck:diff:1',
    title: 'smtpcheck diff, schemaVersion 1',
    open: true,
  },
  {
    name: 'gate',
    source: 'src/policy/gate-file/file-types.ts',
    type: 'GateFile',
    id: 'urn:smtpcheck:gate:1',
    title: "the gate's file of smtpcheck, version 1",
    open: false,
  },
  {
    name: 'profile',
    source: 'src/policy/gate-file/profile-types.ts',
    type: 'ProfileFile',
    id: 'urn:smtpcheck:profile:1',
    title: 'a profile of smtpcheck that extends another',
    open: false,
  },
];

const fileOf = ({ name }) => `${root}schema/${name}.schema.json`;

/** The schema as JSON text; the same text for the same source. */
async function generate({ source, type, id, title, open, name }) {
  const { $schema, ...body } = createGenerator({
    path: `${root}${source}`,
    tsconfig: `${root}tsconfig.json`,
    type,
    expose: 'export',
    jsDoc: 'extended',
    extraTags: ['errorMessage'],
    topRef: false,
    sortProps: false,
    additionalProperties: open,
  }).createSchema(type);
  const definitions = Object.fromEntries(
    Object.entries(body.definitions ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const schema = {
    $schema,
    $id: id,
    title,
    description: body.description,
    ...body,
    definitions,
  };
  const options = (await prettier.resolveConfig(fileOf({ name }))) ?? {};
  return prettier.format(JSON.stringify(schema), { ...options, parser: 'json' });
}

await writeOrCheck(
  'schema',
  SCHEMAS.map((schema) => ({
    file: fileOf(schema),
    source: schema.source,
    make: () => generate(schema),
  })),
);
