// Makes the test PKI under out/: `npm run fixtures`. Needs the openssl command, whose verdicts it records.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases } from './cases/index.mjs';
import { HOST } from './lib/certificate.mjs';
import { writeClient } from './lib/client.mjs';
import { pkcs8 } from './lib/keys.mjs';
import { askByFiles, askByHandshake, version } from './lib/oracle.mjs';
import {
  OUT,
  rootFile,
  startAfresh,
  takePlace,
  write,
  writeHashedDirectory,
  writeRoots,
} from './lib/output.mjs';
import { writeTable } from './lib/readme.mjs';

const LEVELS = [0, 2];
const PARALLEL = 8;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** What a case asks openssl to check: the usual host name, unless it names another, none (null) or an address. */
function checkOf({ depth, at, ip, hostToCheck }) {
  return { depth, at, ip, host: ip || hostToCheck === null ? undefined : (hostToCheck ?? HOST) };
}

/** Writes what the openssl command line needs beyond out/, and gives the job both witnesses take. */
async function prepare(entry, scratch) {
  const [first, ...others] = entry.chain;
  const path = (kind) => join(scratch, `${entry.id}.${kind}.pem`);
  const bundle = (certificates) => certificates.map((certificate) => certificate.pem).join('');
  await writeFile(path('leaf'), first.pem);
  await writeFile(path('untrusted'), bundle(others));
  await writeFile(path('trust'), bundle(entry.trust));
  return {
    pem: bundle(entry.chain),
    keyPem: pkcs8(first.key),
    leafFile: path('leaf'),
    untrustedFile: others.length > 0 ? path('untrusted') : undefined,
    store: { caFile: entry.trust.length > 0 ? path('trust') : undefined },
    check: checkOf(entry),
    tls: entry.tls,
  };
}

/** Both witnesses' verdicts, and whether out/ca-dir as the store changes the first one's mind. */
async function judge(job) {
  const byFiles = await Promise.all(LEVELS.map((level) => askByFiles(job, level)));
  const verdicts = await askByHandshake(job, LEVELS);
  const directoryJob = { ...job, store: { caPath: join(OUT, 'ca-dir') } };
  return { verdicts, byFiles, sameWithCaDir: same(await askByHandshake(directoryJob, LEVELS), verdicts) };
}

function manifestEntry(entry, { verdicts, sameWithCaDir }) {
  const { id, trust, hostToCheck, ip, depth, at, tls, purpose } = entry;
  return {
    id,
    chain: `chains/${id}.pem`,
    key: `chains/${id}.key.pem`,
    trust: trust.map(rootFile),
    host: HOST,
    ...{ hostToCheck: ip ? null : hostToCheck, ip, depth, at, tls, purpose },
    openssl: Object.fromEntries(LEVELS.map((level, index) => [level, verdicts[index]])),
    sameWithCaDir,
  };
}

/** One line a case: the author's expectation (if the case states one) and the second witness are compared here. */
function report(entry, { verdicts, byFiles }) {
  const firsts = verdicts.map((verdict) => verdict.first);
  const notes = [];
  if (entry.shows && !same(entry.shows, firsts)) notes.push(`MEANT TO SHOW ${entry.shows.join('/')}`);
  const start = ({ first, depth }) => `${first}@${depth}`;
  const others = byFiles.map(start);
  if (!same(others, verdicts.map(start))) notes.push(`openssl verify: ${others.join(' ')}`);
  const lists = verdicts.map(
    (verdict) => verdict.all.map(([code, depth]) => `${code}@${depth}`).join(' ') || 'ok',
  );
  console.log([entry.id.padEnd(38), lists.join('  |  '), ...notes].join('  '));
}

async function inParallel(items, work) {
  const results = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}

async function main() {
  const ids = cases.map((entry) => entry.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw new Error(`two cases are called ${twice}`);

  await startAfresh();
  await writeRoots(cases);
  await writeHashedDirectory();
  await writeClient();
  const scratch = await mkdtemp(join(tmpdir(), 'smtpcheck-fixtures-'));
  try {
    const entries = await inParallel(cases, async (entry) => {
      const job = await prepare(entry, scratch);
      await write(`chains/${entry.id}.pem`, job.pem);
      await write(`chains/${entry.id}.key.pem`, job.keyPem);
      const judged = await judge(job);
      return { entry, judged, line: manifestEntry(entry, judged) };
    });
    for (const { entry, judged } of entries) report(entry, judged);
    const manifest = entries.map(({ line }) => line);
    await write('manifest.json', `[\n${manifest.map((line) => JSON.stringify(line)).join(',\n')}\n]\n`);
    await write('made-with.txt', `${await version()}\nnode ${process.version}\n`);
    await writeTable(manifest);
    await takePlace();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await main();
