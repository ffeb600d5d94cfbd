import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/catalogue/index.js';
import { outputRequests } from '../../src/cli/output-requests.js';

/** Options whose file is made, and not read. */
const WRITING = ['output', 'transcript', 'keylog', 'save-chain', 'session-out'];

const requests = (line: string, quiet = false): string[] =>
  outputRequests(line.split(' '), quiet).map(({ format, file }) => `${format} ${file}`);

describe('which format goes where', () => {
  it.each([
    ['tls a --format junit', ['junit -']],
    ['tls a --json', ['json -']],
    ['tls a --json --json', ['json -']],
    ['tls a --format=json --json', ['json -']],
    ['tls --format junit -o a.xml a', ['text -', 'junit a.xml']],
    ['tls --format junit --tls1.2 -o a.xml a', ['text -', 'junit a.xml']],
    ['tls a --json -o a.json', ['text -', 'json a.json']],
    ['tls a --format=sarif --output=x', ['text -', 'sarif x']],
    ['tls a -o=a.prom', ['text -', 'prometheus a.prom']],
    ['tls a --format nagios -o -', ['nagios -']],
    ['tls a --format nagios -o /dev/stdout', ['nagios -']],
    ['tls a --format nagios --format junit -o a', ['nagios -', 'junit a']],
    ['tls a --format junit -o a --format nagios', ['junit a', 'nagios -']],
    // yargs takes these too: the file was not written, and nothing was said.
    ['tls a -format junit -output a', ['text -', 'junit a']],
    ['tls a --format=junit --o=a -json', ['junit a', 'json -']],
    // One --format takes one -o: what stands behind it goes by its own name.
    ['tls a --format junit -o a -o b.sarif', ['text -', 'junit a', 'sarif b.sarif']],
    ['tls a -o a.TXT -o b.jsonl -o c.md', ['text -', 'text a.TXT', 'jsonl b.jsonl', 'markdown c.md']],
    ['tls a -o a.md -- --format -o', ['text -', 'markdown a.md']],
  ])('%s', (line, expected) => {
    expect(requests(line)).toEqual(expected);
  });

  it('leaves the text out with --quiet', () => {
    expect(requests('tls a -q -o a.xml', true)).toEqual(['junit a.xml']);
  });

  it.each([
    ['tls a --format junit --format sarif', /only one format can go to standard output, and junit and sarif/],
    ['tls a --json --format text', /only one format/],
    ['tls a --format junit -o - --format sarif', /only one format/],
    ['tls a -o report', /no --format stands before it, and its name does not say which/],
    ['tls a -o report.html', /no --format stands before it/],
    // What every object has was taken for a format, and the run ended as a bug, its reports lost.
    ['tls a -o report.constructor', /no --format stands before it/],
    ['tls a -o -', /-o - needs a --format before it/],
    ['tls a -o a.xml --format sarif -o a.xml', /two reports cannot go to one file: a\.xml/],
    ['tls a --format xml', /--format takes text or json .*, not "xml"/],
    ['tls a --format', /--format needs a value/],
  ])('refuses %s', (line, message) => {
    expect(() => requests(line)).toThrow(message);
  });

  // `tls --targets-file list.txt -o list.txt` left a report in the place of the list; so it went with a key that had no other copy.
  const reading = COMMANDS.filter(({ options }) => 'format' in options).flatMap(({ name, options }) =>
    Object.entries(options)
      .filter(([option, { placeholder }]) => placeholder === 'FILE' && !WRITING.includes(option))
      .map(([option]) => [name, option] as const),
  );
  it.each(reading)('lets no report of %s go over the file of --%s', (command, option) => {
    for (const words of [`--${option} a.txt`, `-${option} a.txt`, `--${option}=a.txt`])
      expect(() => requests(`${command} x -o a.txt ${words}`)).toThrow(
        '-o a.txt would write over a file that is read',
      );
    expect(requests(`${command} x --${option} b.txt -o a.txt`)).toContain('text a.txt');
  });

  // The transcript was written, and the report in its place at the end.
  it.each(WRITING.slice(1))('lets no report go over what --%s writes', (option) => {
    for (const words of [`--${option} a.txt`, `--${option}=./a.txt`])
      expect(() => requests(`tls x -o a.txt ${words}`)).toThrow('over what another option writes');
    expect(requests(`tls x --${option} b.txt -o a.txt`)).toContain('text a.txt');
  });

  it('takes no server for a file', () => {
    expect(reading.length).toBeGreaterThan(20);
    expect(requests('tls a.txt -o a.txt')).toContain('text a.txt');
  });

  it('refuses --quiet with a format on standard output', () => {
    expect(() => requests('tls a -q --format nagios', true)).toThrow(/exclude each other/);
  });
});
