import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import parse from 'yargs-parser';
import { readPlainArgs } from '../../src/cli/plain-args.js';
import { PARSER_CONFIGURATION } from '../../src/cli/options/option.js';
import { TLS_OPTIONS } from '../../src/cli/options/tls.js';

const entries = Object.entries(TLS_OPTIONS);
const namesOf = (type: 'string' | 'boolean'): string[] =>
  entries.filter(([, option]) => option.type === type).map(([name]) => name);
const ALIASES = Object.fromEntries(
  entries.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, [alias].flat()]])),
);

/** What yargs makes of the same arguments, in our shape. */
function byYargs(argv: readonly string[]): unknown {
  const { argv: parsed, error } = parse.detailed([...argv], {
    boolean: namesOf('boolean'),
    string: namesOf('string'),
    alias: ALIASES,
    narg: Object.fromEntries(namesOf('string').map((name) => [name, 1])),
    configuration: PARSER_CONFIGURATION,
  });
  if (error !== null) throw error;
  const { _: targets, ...options } = parsed;
  return { ...options, targets };
}

const read = (...argv: string[]): unknown => readPlainArgs(argv, TLS_OPTIONS);

describe('readPlainArgs', () => {
  it('reads what yargs reads, or leaves it to yargs', () => {
    const dashed = entries.flatMap(([name, { alias }]) =>
      [name, ...(alias === undefined ? [] : [alias].flat())].map((n) =>
        n.length === 1 ? `-${n}` : `--${n}`,
      ),
    );
    const value = fc.oneof(
      fc.constantFrom(
        'mail.example.org',
        '127.0.0.1:25',
        '1.2',
        '-',
        '0',
        '007',
        '1e3',
        'a=b',
        'true',
        "it's",
        '[::1]:25',
      ),
      fc.string({ minLength: 1, maxLength: 8 }),
    );
    const word = fc.oneof(
      fc.constantFrom(...dashed),
      value,
      fc.tuple(fc.constantFrom(...dashed), value).map(([option, text]) => `${option}=${text}`),
      fc.constantFrom(
        '--',
        '--nope',
        '-46',
        '--json=false',
        '--no-json',
        '-4q',
        '--TLS1.2',
        '--tls1.2x',
        '--__proto__',
        '--help',
      ),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        const ours = readPlainArgs(argv, TLS_OPTIONS);
        if (ours === null) return;
        read += 1;
        expect(ours).toEqual(byYargs(argv));
      }),
      { numRuns: 5_000 },
    );
    expect(read, 'command lines that were read').toBeGreaterThan(200);
  });

  it("reads the design's own example", () => {
    expect(
      read(
        '1.2.3.4:25',
        '--tls1.2',
        '--cipher',
        'ECDHE-RSA-AES128-GCM-SHA256',
        '--depth',
        '3',
        '--ca-path=/etc/ssl/certs',
      ),
    ).toEqual({
      targets: ['1.2.3.4:25'],
      'tls1.2': true,
      cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      depth: '3',
      'ca-path': '/etc/ssl/certs',
    });
  });

  it('keeps the order of what is repeated', () => {
    expect(read('a', '--ca-file', 'x', 'b', '--ca-file', 'y', '--ca-file=z')).toEqual({
      targets: ['a', 'b'],
      'ca-file': ['x', 'y', 'z'],
    });
  });

  it.each([
    [[]],
    [['--json']],
    [['host', '--help']],
    [['host', '--no-such-option']],
    [['host', '--timeout']],
    [['host', '--timeout', '--json']],
    [['host', '--json=false']],
    [['host', '--json', 'true']],
    [['host', '--json', '--json']],
    [['host', '-4q']],
    [['host', '--4']],
    [['host', '--cipher', '']],
    [['host', '--cipher', '"AES128-SHA"']],
    [['--', 'host']],
    [['host', '-']],
  ])('leaves %j to yargs', (argv) => {
    expect(read(...argv)).toBeNull();
  });
});
