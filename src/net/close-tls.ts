import type { TLSSocket } from 'node:tls';

/** Who does not take our last octets need not be waited for. */
const CLOSE_WAIT_MS = 250;

/** Says close_notify (RFC 8446 section 6.1), and waits until it is on its way: the socket below is closed next. */
export function closeTls(stream: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableFinished) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, CLOSE_WAIT_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    for (const event of ['finish', 'close', 'error']) stream.once(event, done);
    stream.end();
  });
}
