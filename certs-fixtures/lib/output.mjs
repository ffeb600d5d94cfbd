// Where things go under out/, and the CA directories.
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjectHash } from './oracle.mjs';

const FINAL = join(import.meta.dirname, '..', 'out');
/** Everything is made here and takes out/'s place at the end, so that a failed run leaves the old files alone. */
export const OUT = `${FINAL}.new`;

export const rootFile = (root) => `roots/${root.file}.pem`;

export async function startAfresh() {
  await rm(OUT, { recursive: true, force: true });
  for (const folder of ['roots', 'ca-dir', 'ca-dir-plain', 'chains', 'client']) {
    await mkdir(join(OUT, folder), { recursive: true });
  }
}

export const write = (path, content) => writeFile(join(OUT, path), content);

/** Every root a case trusts, once. */
export async function writeRoots(cases) {
  const roots = new Map(cases.flatMap((entry) => entry.trust).map((root) => [root.file, root]));
  for (const [file, root] of roots) {
    if (!file) throw new Error('a trusted root has no file name');
    await write(`roots/${file}.pem`, root.pem);
    await write(`ca-dir-plain/${file}.pem`, root.pem);
  }
}

/** What `openssl rehash` makes, but with real files: <subject hash>.<n>, n counting up where hashes collide. */
export async function writeHashedDirectory() {
  const taken = new Map();
  for (const file of (await readdir(join(OUT, 'roots'))).sort()) {
    const hash = await subjectHash(join(OUT, 'roots', file));
    const n = taken.get(hash) ?? 0;
    taken.set(hash, n + 1);
    await copyFile(join(OUT, 'roots', file), join(OUT, 'ca-dir', `${hash}.${n}`));
  }
  if (![...taken.values()].some((count) => count > 1))
    console.warn('warning: no two roots share a subject hash');
}

export async function takePlace() {
  await rm(FINAL, { recursive: true, force: true });
  await rename(OUT, FINAL);
}
