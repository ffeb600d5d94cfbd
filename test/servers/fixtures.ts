import { fileURLToPath } from 'node:url';
import { certificateReader } from '../../src/lab/certificates.js';

/** certs-fixtures/out of this checkout. */
export const FIXTURES_DIR = fileURLToPath(new URL('../../certs-fixtures/out', import.meta.url));

/** A chain of certs-fixtures and its key, by id. */
export const certificate = certificateReader(FIXTURES_DIR);
