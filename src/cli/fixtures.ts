import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SmtpcheckError } from '../core/errors.js';

/** The `out` folder of certs-fixtures, which is part of the package: looked for upward from the running file. */
export function findFixtures(from: string): string {
  for (let dir = dirname(from); ; dir = dirname(dir)) {
    const candidate = join(dir, 'certs-fixtures', 'out');
    if (existsSync(join(candidate, 'manifest.json'))) return candidate;
    if (dir === dirname(dir)) break;
  }
  throw new SmtpcheckError(
    'file-unreadable',
    'arguments',
    'the lab certificates (certs-fixtures/out) are missing from this installation',
  );
}
