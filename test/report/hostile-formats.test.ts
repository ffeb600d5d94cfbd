import { DOMParser, type Element } from '@xmldom/xmldom';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { FORMATS, type FormatName } from '../../src/report/index.js';
import { assertValidSarif } from '../support/sarif.js';
import { renderRun } from './render-run.js';
import { gateMixed, usage } from './gate-samples.js';
import { DANGEROUS, POISON, poison } from './hostile.js';
import { authMixed, certKeyMismatch, expiredWrongName, inconclusive421, starttlsRefused } from './samples.js';

/*
 * A server chooses its banner, its replies and the names in its certificate. In a report of any format they are text: what reads the
 * report sees no element, command, link, metric or line that is theirs. Each format is read again by a parser that is not ours.
 */

const ATTACKS: Readonly<Record<string, string>> = {
  'controls and bidi': POISON,
  'not characters': 'x\ufffe\uffff\u0000\ud800 \udfff',
  CDATA: ']]><failure/><![CDATA[ --> <!-- <?xml?> &lt; &#0; &x; </testsuites>',
  HTML: '<script>alert(1)</script><img src=x onerror=y><b>',
  commands: '::error::x\n::stop-commands::t\r\n  ::set-output name=a::b\n##[error]x %0A::warning::y, a=b:c',
  tables: '| a | b |\n| --- | --- |\n\\| x \\\\| y',
  Markdown:
    '# h\n- i\n1. n\n> q\n```\n**b** _i_ [l](javascript:x) ![i](http://evil.example/x.png) <http://evil.example> https://evil.example www.evil.example a@evil.example @octocat `c` ``d`` #1 deadbeef ~~s~~',
  perfdata: "OK | days_left=9999;;;; 'a'=1\n| b=2\nOK $(id) `id` $USER1$",
  metrics: 'a"} 1\nsmtpcheck_verdict{verdict="pass"} 1\n# TYPE x counter\n\\',
  quotes: `"'\\"\\'`,
};

const REPORTS: Readonly<Record<string, Report>> = {
  fail: expiredWrongName,
  inconclusive: inconclusive421,
  refused: starttlsRefused,
  login: authMixed,
  file: certKeyMismatch,
  gate: gateMixed,
  usage,
};

const CASES = Object.keys(ATTACKS).flatMap((attack) =>
  Object.keys(REPORTS).map((report) => ({ attack, report })),
);

/** The run as it is, and as a hostile server would have it; two targets, so that one could pose as the other. */
function runs(
  name: FormatName,
  attack: string,
  report: string,
): { readonly benign: string; readonly hostile: string } {
  const before = REPORTS[report] as Report;
  const text = ATTACKS[attack] ?? '';
  return {
    benign: renderRun(name, [poison(before, 'word'), usage]),
    hostile: renderRun(name, [poison(before, text), usage]),
  };
}

/** Control characters in the output itself; line ends are the format's own. */
const raw = (text: string): string => text.replaceAll('\n', '');

describe('JUnit XML', () => {
  const tree = (xml: string): string[] => {
    const problems: string[] = [];
    const document = new DOMParser({
      onError: (level, message) => problems.push(`${level}: ${message}`),
    }).parseFromString(xml, 'text/xml');
    expect(problems).toEqual([]);
    const names = (element: Element): string[] => [
      `${element.nodeName} ${[...element.attributes].map((one) => one.name).join(' ')}`,
      ...[...element.childNodes].flatMap((node) => (node.nodeType === 1 ? names(node as Element) : [])),
    ];
    return document.documentElement === null ? [] : names(document.documentElement);
  };

  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('junit', attack, report);
    expect(raw(hostile)).not.toMatch(DANGEROUS);
    expect(hostile).not.toMatch(/[\ufffe\uffff]/);
    expect(tree(hostile)).toEqual(tree(benign));
  });

  it('shows what a server said, every character of it', () => {
    const error = {
      ...(starttlsRefused.error as NonNullable<Report['error']>),
      serverSaid: '554 ]]>\x1b[2J <b> \ud800',
    };
    const document = new DOMParser().parseFromString(
      renderRun('junit', [{ ...starttlsRefused, error }]),
      'text/xml',
    );
    const said = document.getElementsByTagName('failure').item(1)?.textContent ?? '';
    expect(said).toContain('measured: 554 ]]>\\x1b[2J <b> \\ud800\n');
  });
});

describe('SARIF', () => {
  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('sarif', attack, report);
    expect(raw(hostile)).not.toMatch(DANGEROUS);
    const log: unknown = JSON.parse(hostile);
    assertValidSarif(log);
    assertValidSarif(JSON.parse(benign));
    const texts = textsOf(log);
    expect(texts.filter((text) => DANGEROUS.test(raw(text)))).toEqual([]);
    // A link is [text](target), and a bracket that is text has a backslash in front.
    expect(texts.filter((text) => /(?:^|[^\\])(?:\\\\)*\[[^\]]*\]\(/.test(text))).toEqual([]);
  });

  const textsOf = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      key === 'text' && typeof item === 'string' ? [item] : textsOf(item),
    );
  };
});

describe('GitHub annotations', () => {
  /** As the runner reads a line (ActionCommand.TryParseV2): the properties and the message, unescaped. */
  const read = (
    line: string,
  ): { readonly command: string; readonly properties: readonly string[]; readonly message: string } => {
    const [, command = '', properties = '', message = ''] =
      /^::([a-z-]+)(?: (.*?))?::(.*)$/s.exec(line.trimStart()) ?? [];
    const data = (text: string): string =>
      text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    return {
      command,
      properties: properties.split(',').map((one) => one.split('=')[0] ?? ''),
      message: data(message),
    };
  };

  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('github', attack, report);
    const lines = (text: string): string[] => text.trimEnd().split(/\r\n|\r|\n|\u2028|\u2029|\x85/);
    const shape = (text: string): unknown[] =>
      lines(text)
        .map(read)
        .map(({ command, properties }) => [command, properties]);
    expect(shape(hostile)).toEqual(shape(benign));
    expect(lines(hostile).every((line) => /^::(?:error|warning|notice) title=smtpcheck /.test(line))).toBe(
      true,
    );
    for (const line of lines(hostile)) expect(raw(read(line).message)).not.toMatch(DANGEROUS);
  });
});

describe('Markdown', () => {
  const parser = new MarkdownIt({ html: true, linkify: true });
  /** Everything but text, in order; what is bold is ours. */
  const shape = (text: string): string[] =>
    parser
      .parse(text, {})
      .flatMap((token) => [token, ...(token.children ?? [])])
      .filter(({ type }) => type !== 'text' && type !== 'code_inline' && type !== 'inline')
      .map(({ type, tag, content }) => (type.startsWith('html') ? `${type} ${content}` : `${type} ${tag}`));
  const textOf = (text: string): string =>
    parser
      .parse(text, {})
      .flatMap((token) => token.children ?? [])
      .filter(({ type }) => type === 'text')
      .map(({ content }) => content)
      .join('');

  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('markdown', attack, report);
    expect(raw(hostile)).not.toMatch(DANGEROUS);
    expect(shape(hostile)).toEqual(shape(benign));
    // Mentions, issues, addresses and commits become links later on, out of plain text alone.
    expect(textOf(hostile)).not.toMatch(/[@#]|:\/\/|www\.|[0-9a-f]{7}/);
  });

  it('shows bars and backticks as they are', () => {
    const error = {
      ...(starttlsRefused.error as NonNullable<Report['error']>),
      serverSaid: 'a | b `` c \\| d `',
    };
    const tokens = parser.parse(renderRun('markdown', [{ ...starttlsRefused, error }]), {});
    const codes = tokens
      .flatMap(({ children }) => children ?? [])
      .filter(({ type }) => type === 'code_inline');
    expect(codes.map(({ content }) => content)).toContain('a | b `` c \\\\| d `');
  });
});

describe('the output of a Nagios plugin', () => {
  const label = /(?:'[^'=|]+'|[^\s'=|]+)/.source;
  const PERFDATA = new RegExp(
    `^${label}=(?:U|-?[0-9.]+)(?:s|%)?(?:;[^;\\s]*){4}(?: ${label}=(?:U|-?[0-9.]+)(?:s|%)?(?:;[^;\\s]*){4})*$`,
  );

  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('nagios', attack, report);
    expect(raw(hostile)).not.toMatch(DANGEROUS);
    const [first = '', ...more] = hostile.trimEnd().split('\n');
    const [text = '', data, ...rest] = first.split('|');
    expect(rest).toEqual([]);
    expect(text).toMatch(/^SMTPCHECK (?:OK|WARNING|CRITICAL|UNKNOWN) - /);
    if (data !== undefined) expect(data.trim()).toMatch(PERFDATA);
    expect(more).toHaveLength(benign.trimEnd().split('\n').length - 1);
    for (const line of more) expect(line).toMatch(/^(?:OK|WARNING|CRITICAL|UNKNOWN) [^|`$<>&]*$/);
  });
});

describe('the metrics of Prometheus', () => {
  const LINE = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (?:NaN|-?[0-9.e+]+)$/;

  it.each(CASES)('$attack in $report', ({ attack, report }) => {
    const { benign, hostile } = runs('prometheus', attack, report);
    expect(raw(hostile)).not.toMatch(DANGEROUS);
    const lines = hostile.trimEnd().split('\n');
    const comments = lines.filter((line) => line.startsWith('#'));
    expect(comments).toEqual(benign.split('\n').filter((line) => line.startsWith('#')));
    const samples = lines.filter((line) => !line.startsWith('#'));
    for (const line of samples) expect(line).toMatch(LINE);
    expect(samples).toHaveLength(benign.trimEnd().split('\n').length - comments.length);
    expect(new Set(samples.map((line) => line.replace(/ \S+$/, ''))).size).toBe(samples.length);
  });
});

it('has every format in one of these tests, or in those of text and JSON', () => {
  expect(Object.keys(FORMATS).sort()).toEqual(
    ['github', 'json', 'jsonl', 'junit', 'markdown', 'nagios', 'prometheus', 'sarif', 'text'].sort(),
  );
});
