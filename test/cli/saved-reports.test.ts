import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSavedReports } from '../../src/cli/saved-reports.js';
import { SmtpcheckError } from '../../src/core/errors.js';
import { renderJson } from '../../src/report/index.js';
import { expiredWrongName, pass } from '../report/samples.js';

/*
 * A report that was saved is read again by what judges it anew or compares it. What is no report, or one of a version that is
 * not known, may not be taken for a report without findings.
 */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-saved-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function saved(content: string | Uint8Array): string {
  const file = join(dir, 'report.json');
  writeFileSync(file, content);
  return file;
}

async function refusal(content: string | Uint8Array): Promise<string> {
  try {
    await readSavedReports(saved(content));
  } catch (error) {
    expect(error).toBeInstanceOf(SmtpcheckError);
    const { code, message, hint } = error as SmtpcheckError;
    expect(code).toBe('file-unreadable');
    return `${message.replace(dir, 'DIR')}${hint === undefined ? '' : ` | ${hint}`}`;
  }
  return 'taken';
}

const one = renderJson(pass).trim();
const two = renderJson(expiredWrongName).trim();

describe('a saved report', () => {
  it.each([
    ['one object', one, [pass]],
    ['JSON Lines', `${one}\n${two}\n`, [pass, expiredWrongName]],
    ['JSON Lines with blank lines and CRLF', `${one}\r\n\r\n${two}\r\n`, [pass, expiredWrongName]],
    ['an object that jq broke into lines', JSON.stringify(pass, null, 2), [pass]],
    ['a list of jq -s', `[${one},${two}]`, [pass, expiredWrongName]],
    ['a byte order mark', `\ufeff${one}`, [pass]],
    ['a key that is not known yet', JSON.stringify({ ...pass, later: 1 }), [{ ...pass, later: 1 }]],
  ])('is read: %s', async (_what, text, reports) => {
    expect(await readSavedReports(saved(text))).toEqual(reports);
  });

  it.each([
    ['', 'DIR/report.json: it holds no report | smtpcheck … --json > FILE writes one'],
    ['[]', 'DIR/report.json: it holds no report | smtpcheck … --json > FILE writes one'],
    ['null', 'DIR/report.json: it is no report of smtpcheck | a report is what --json prints'],
    ['{}', 'DIR/report.json: it is no report of smtpcheck | a report is what --json prints'],
    [
      `${one}\n{"a":1}\n`,
      'DIR/report.json: line 2: it is no report of smtpcheck | a report is what --json prints',
    ],
    [
      `[${one},3]`,
      'DIR/report.json: report 2: it is no report of smtpcheck | a report is what --json prints',
    ],
    [
      JSON.stringify({ ...pass, schemaVersion: 2 }),
      'DIR/report.json: it is a report of schemaVersion 2, and this smtpcheck knows 1 | a newer smtpcheck wrote it: use that one',
    ],
    [
      JSON.stringify({ ...pass, target: { ...pass.target, port: '25' }, outcome: 'ok' }),
      'DIR/report.json: it is no report that holds together: /target/port must be number; /outcome must be equal to one of the allowed values',
    ],
    [
      `${JSON.stringify(pass, null, 2)}\n${JSON.stringify(pass, null, 2)}`,
      ' | reports that a tool has broken into lines are joined by: jq -c .',
    ],
    [
      'PASS  mail.example.org:25  TLSv1.3\n',
      'that is a report for people: --json writes one that can be read',
    ],
    [one.slice(0, 300), 'DIR/report.json: line 1: it is not JSON: '],
    [Buffer.from([0xff, 0xfe, 0x7b, 0x00]), 'PowerShell'],
  ])('is refused: %#', async (text, expected) => {
    expect(await refusal(text)).toContain(expected);
  });

  it('that is not there is said to be missing', async () => {
    await expect(readSavedReports(join(dir, 'none.json'))).rejects.toThrow(/there is no such file/);
  });
});
