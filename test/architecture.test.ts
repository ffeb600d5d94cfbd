import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/*
 * The rules of the house (design section 5), read from the imports themselves. The second half of this file feeds the
 * rules with files that breach them, so that a rule which sees nothing is noticed.
 */

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** What each layer may import beside itself. A layer that is not here may not exist. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  smtp: ['core'],
  wire: ['core'],
  x509: ['core'],
  dns: ['core'],
  report: ['core'],
  trust: ['core', 'x509'],
  policy: ['core', 'checks'],
  net: ['core', 'smtp', 'wire', 'x509'],
  checks: ['core', 'smtp', 'wire', 'x509', 'dns'],
  probe: ['core', 'smtp', 'net', 'x509', 'trust', 'checks', 'wire', 'dns'],
  scan: ['core', 'checks', 'net', 'probe', 'wire', 'x509', 'smtp'],
  lab: ['core', 'smtp', 'wire'],
  cli: [
    'core',
    'smtp',
    'wire',
    'x509',
    'dns',
    'trust',
    'net',
    'checks',
    'probe',
    'scan',
    'policy',
    'report',
    'lab',
  ],
  'index.ts': [
    'core',
    'smtp',
    'wire',
    'x509',
    'dns',
    'trust',
    'net',
    'checks',
    'probe',
    'scan',
    'policy',
    'report',
    'lab',
  ],
};

/** Modules that only some layers may use, types of them included. */
const RESERVED: readonly { readonly modules: RegExp; readonly layers: readonly string[] }[] = [
  { modules: /^(?:node:)?(?:net|tls|dns|dgram|https?|http2|dns\/promises)$/, layers: ['net', 'lab'] },
  { modules: /^(?:node:)?fs(?:\/promises)?$/, layers: ['cli', 'trust', 'lab'] },
  {
    modules: /^(?:node:)?(?:process|child_process|worker_threads|cluster|readline)(?:\/promises)?$/,
    layers: ['cli'],
  },
  { modules: /^(?:yargs|yargs-parser|ora)(?:\/|$)/, layers: ['cli'] },
  { modules: /^smtp-server(?:\/|$)/, layers: ['lab'] },
  { modules: /^socks(?:\/|$)/, layers: ['net'] },
];

/** Types of a reserved module where a layer has no business with the module itself, each with the reason. */
const TYPE_ONLY: readonly { readonly file: string; readonly module: string; readonly reason: string }[] = [
  { file: 'probe/dialogue.ts', module: 'node:net', reason: 'hands the socket that net/ dialled on to net/' },
];

const MOST_LINES = 250;
/** Data, not code. */
const TABLES = /^wire\/tables\//;

interface SourceFile {
  /** Below src/, with slashes. */
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly module: string;
  readonly typeOnly: boolean;
}

function sourceFiles(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(SRC, path), 'utf8') }));
}

function parse({ path, text }: SourceFile): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
}

/** Every import, re-export, import() and import type of a file. */
function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push({ module: node.text, typeOnly });
    else if (node !== undefined) found.push({ module: `(computed) ${node.getText()}`, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function isLoad(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function layerOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path;
}

function importBreaches(file: SourceFile): string[] {
  const layer = layerOf(file.path);
  const allowed = MAY_IMPORT[layer];
  if (allowed === undefined) return [`${file.path} is in no layer that the design knows`];
  return importsOf(file).flatMap(({ module, typeOnly }) => {
    if (module.startsWith('.')) return relativeBreach(file.path, layer, allowed, module);
    const rule = RESERVED.find(({ modules }) => modules.test(module));
    const excused =
      typeOnly && TYPE_ONLY.some((entry) => entry.file === file.path && entry.module === module);
    if (module.startsWith('(computed)')) return [`${file.path} loads a module by a computed name`];
    if (rule === undefined || rule.layers.includes(layer) || excused) return [];
    return [`${file.path} may not import ${module}`];
  });
}

function relativeBreach(path: string, layer: string, allowed: readonly string[], module: string): string[] {
  const target = relative('.', normalize(join(dirname(path), module)))
    .split(sep)
    .join('/');
  if (target.startsWith('..')) return [`${path} reaches out of src/: ${module}`];
  if (!module.endsWith('.js')) return [`${path} imports ${module} without .js`];
  const other = layerOf(target.replace(/\.js$/, '.ts'));
  return other === layer || allowed.includes(other)
    ? []
    : [`${path} (${layer}) may not import ${target} (${other})`];
}

/** `process`, by whatever name, outside cli/. Its `versions` are constants and may be read anywhere. */
function processBreaches(file: SourceFile): string[] {
  if (layerOf(file.path) === 'cli') return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === 'process' && !isConstant(node) && !isOwnName(node)) {
      found.push(`${file.path} uses process: ${node.parent.getText().slice(0, 60)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function isConstant(node: ts.Identifier): boolean {
  return (
    ts.isPropertyAccessExpression(node.parent) &&
    node.parent.expression === node &&
    node.parent.name.text === 'versions'
  );
}

/** `x.process` and `{ process: … }` are names of others. */
function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent))
    return parent.name === node && parent.expression.getText() !== 'globalThis';
  return ts.isPropertyAssignment(parent) && parent.name === node;
}

function lengthBreaches({ path, text }: SourceFile): string[] {
  const lines = text.split('\n').length - 1;
  return lines <= MOST_LINES || TABLES.test(path)
    ? []
    : [`${path} has ${lines} lines; ${MOST_LINES} is the most`];
}

/** Layers that import each other, directly or in a circle. */
function cycles(files: readonly SourceFile[]): string[] {
  const known = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' > '));
    const file = known.get(path);
    if (done.has(path) || file === undefined || way.includes(path)) return;
    for (const { module, typeOnly } of importsOf(file)) {
      if (module.startsWith('.') && !typeOnly)
        visit(join(dirname(path), module).replace(/\.js$/, '.ts'), [...way, path]);
    }
    done.add(path);
  };
  for (const path of known.keys()) visit(path, []);
  return found;
}

describe('the house', () => {
  const files = sourceFiles();

  it('is read whole', () => {
    expect(files.length).toBeGreaterThan(90);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(200);
  });

  it('has dependencies that run downward only', () => {
    expect(files.flatMap(importBreaches)).toEqual([]);
  });

  it('leaves the process to cli/', () => {
    expect(files.flatMap(processBreaches)).toEqual([]);
  });

  it('has no long files', () => {
    expect(files.flatMap(lengthBreaches)).toEqual([]);
  });

  it('has no modules that import each other in a circle, below cli/', () => {
    expect(cycles(files.filter(({ path }) => layerOf(path) !== 'cli'))).toEqual([]);
  });

  it('has no exception that nothing needs any more', () => {
    const needless = TYPE_ONLY.filter(({ file, module }) => {
      const source = files.find(({ path }) => path === file);
      return source === undefined || !importsOf(source).some((entry) => entry.module === module);
    });
    expect(needless).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['core/x.ts', "import { a } from '../smtp/reply.js';"],
    ['core/x.ts', "import type { A } from '../net/dial.js';"],
    ['checks/x.ts', "import { dial } from '../net/dial.js';"],
    ['checks/x.ts', "export { dial } from '../net/dial.js';"],
    ['checks/x.ts', "export type * from '../net/dial.js';"],
    ['checks/x.ts', "const dial = await import('../net/dial.js');"],
    ['checks/x.ts', "let dial: import('../net/dial.js').Dialled;"],
    ['report/x.ts', "import { a } from '../x509/name.js';"],
    ['lab/x.ts', "import { a } from '../net/dial.js';"],
    ['index.ts', "export { main } from './cli/main.js';"],
    ['core/x.ts', "import '../index.js';"],
    ['net/x.ts', "import { a } from '../../test/support/probe.js';"],
    ['net/x.ts', "import { a } from './dial.ts';"],
    ['probe/x.ts', "import { connect } from 'node:net';"],
    ['probe/dialogue.ts', "import { connect, type Socket } from 'node:net';"],
    ['probe/other.ts', "import type { Socket } from 'node:net';"],
    ['probe/x.ts', "import { connect } from 'tls';"],
    ['x509/x.ts', "import { lookup } from 'node:dns/promises';"],
    ['x509/x.ts', "const http = require('node:https');"],
    ['net/x.ts', "import { readFileSync } from 'node:fs';"],
    ['report/x.ts', "import { readFile } from 'node:fs/promises';"],
    ['net/x.ts', "import { env } from 'node:process';"],
    ['lab/x.ts', "import yargs from 'yargs';"],
    ['report/x.ts', "import ora from 'ora';"],
    ['cli/x.ts', "import { SMTPServer } from 'smtp-server';"],
    ['cli/x.ts', "import { connect } from 'node:tls';"],
    ['probe/x.ts', "import { SocksClient } from 'socks';"],
    ['cli/x.ts', 'const m = await import(name);'],
    ['elsewhere/x.ts', ''],
  ])('see a breach in %s: %s', (path, text) => {
    expect(importBreaches({ path, text })).toHaveLength(1);
  });

  it.each([
    ['net/x.ts', "import { connect } from 'node:net';"],
    ['cli/x.ts', "import yargs from 'yargs';"],
    ['trust/x.ts', "import { readFileSync } from 'node:fs';"],
    ['probe/dialogue.ts', "import type { Socket } from 'node:net';"],
    ['probe/x.ts', "import { dial } from '../net/dial.js'; import { a } from './y.js';"],
    ['x509/x.ts', "import { createHash } from 'node:crypto';"],
  ])('see none in %s: %s', (path, text) => {
    expect(importBreaches({ path, text })).toEqual([]);
  });

  it.each([
    'process.env.HOME',
    'process.exit(1)',
    'const { env } = process;',
    "process['env']",
    'globalThis.process',
    'f(process)',
  ])('see the process in %s', (text) => {
    expect(processBreaches({ path: 'net/x.ts', text })).toHaveLength(1);
    expect(processBreaches({ path: 'cli/x.ts', text })).toEqual([]);
  });

  it.each([
    'process.versions.node',
    'x.process',
    'const a = { process: 1 };',
    '// process.env',
    '"process.env"',
  ])('see none in %s', (text) => {
    expect(processBreaches({ path: 'net/x.ts', text })).toEqual([]);
  });

  it('see a long file, and a circle', () => {
    expect(lengthBreaches({ path: 'net/x.ts', text: '\n'.repeat(251) })).toHaveLength(1);
    expect(lengthBreaches({ path: 'net/x.ts', text: '\n'.repeat(250) })).toEqual([]);
    const a = { path: 'net/a.ts', text: "import { b } from './b.js';" };
    expect(cycles([a, { path: 'net/b.ts', text: "import { a } from './a.js';" }])).toEqual([
      'net/a.ts > net/b.ts > net/a.ts',
    ]);
    expect(cycles([a, { path: 'net/b.ts', text: "import type { a } from './a.js';" }])).toEqual([]);
  });
});
