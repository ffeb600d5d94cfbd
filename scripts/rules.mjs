// Writes docs/rules.md from the explanations that `smtpcheck explain` prints.
//   node scripts/rules.mjs           writes it
//   node scripts/rules.mjs --check   writes nothing; exit 1 when the committed file says something else
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { load, root, writeOrCheck } from './generated.mjs';

const file = join(root, 'docs/rules.md');

await writeOrCheck('rules', [
  {
    file,
    source: 'src/policy/explain',
    make: async () => {
      const { reference } = await load('src/cli/explain/reference.ts');
      return format(reference(), { ...(await resolveConfig(file)), parser: 'markdown' });
    },
  },
]);
