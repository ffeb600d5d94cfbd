import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../golden/', import.meta.url));

/**
 * Compares text with a golden file under test/golden/. A missing file is a failure, not an invitation: only
 * `UPDATE_GOLDEN=1` writes, and what it wrote is to be read before it is committed.
 */
export function expectGolden(name: string, text: string): void {
  const file = ROOT + name;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, 'utf8'));
}

/** What a golden file holds, of one that brings its input along. */
export function readGolden(name: string): string {
  return readFileSync(ROOT + name, 'utf8');
}
