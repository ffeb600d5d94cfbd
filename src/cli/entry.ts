import { EXIT } from '../core/outcome.js';
import { VERSION } from '../core/version.js';
import { answerForNetIsIp } from '../net/address-test.js';
import { processIo } from './io.js';
import { main } from './main.js';
import { sayBug } from './say.js';

answerForNetIsIp();
const io = processIo();

// Node's own exit code for these is 1, which says that the server is bad.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    sayBug(io, error, VERSION);
    process.exit(EXIT.bug);
  });
}

void main(process.argv.slice(2), io).then(async (code) => {
  process.exitCode = code;
  await io.flush();
  // All is said. To leave now, rather than when the last socket is closed and the heap taken down, saves 5 of 80 ms.
  // And a look-up cannot be cancelled: a resolver that is silent would hold the process far beyond the deadline.
  process.exit();
});
