import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SmtpcheckError } from '../core/errors.js';
import type { KeyPair } from './types.js';

/** Reads a chain of certs-fixtures/out by its id, once. */
export function certificateReader(fixturesDir: string): (id: string) => KeyPair {
  const read = new Map<string, KeyPair>();
  return (id) => {
    const known = read.get(id);
    if (known !== undefined) return known;
    const pair = {
      cert: readFixture(join(fixturesDir, 'chains', `${id}.pem`)),
      key: readFixture(join(fixturesDir, 'chains', `${id}.key.pem`)),
    };
    read.set(id, pair);
    return pair;
  };
}

/** The roots that the lab's chains end at. */
export function labRoots(fixturesDir: string): string[] {
  const files = ['lab-root-rsa.pem', 'lab-root-ec.pem'].map((name) => join(fixturesDir, 'roots', name));
  for (const file of files) if (!existsSync(file)) throw missing(file);
  return files;
}

function readFixture(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw missing(file, error);
  }
}

function missing(file: string, cause?: unknown): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `the lab's certificate ${file} cannot be read`, {
    hint: 'certs-fixtures/out belongs to the package; in a checkout, make it with: npm run fixtures',
    cause,
  });
}
