// Writes docs/smtpcheck.1 from the tables that the command line and its --help are made of.
//   node scripts/man.mjs           writes it, with today's date when it says something new
//   node scripts/man.mjs --check   writes nothing; exit 1 when the committed file says something else
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, root, writeOrCheck } from './generated.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** As .Dd wants it: November 25, 2026. */
function today() {
  return new Date().toLocaleDateString('en-US', {
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

await writeOrCheck('man', [
  {
    file: join(root, 'docs/smtpcheck.1'),
    source: 'src/cli (its tables)',
    make: async (before) => {
      const { manual } = await load('src/cli/manual/index.ts');
      // What says what it has to say keeps its date, whenever it was written.
      const date = /^\.Dd (.+)$/m.exec(before)?.[1] ?? today();
      return manual(version, date) === before ? before : manual(version, today());
    },
  },
]);
