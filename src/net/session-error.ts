import { SmtpcheckError, type Phase } from '../core/errors.js';
import { formatMs } from './deadline.js';

/** What the error of a stream means, where nothing below it knows better. */
export function brokenStream(error: NodeJS.ErrnoException, phase: Phase): SmtpcheckError {
  const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
  return new SmtpcheckError(
    reset ? 'connection-reset' : 'connection-closed',
    phase,
    reset ? 'the server reset the connection' : `the connection broke: ${error.message}`,
    { cause: error },
  );
}

/** That no reply, or only the beginning of one, came in time. */
export function noReply(phase: Phase, waitedMs: number, partial: string | null): SmtpcheckError {
  const waited = formatMs(waitedMs);
  if (partial !== null) {
    return new SmtpcheckError('deadline-exceeded', phase, `the reply did not end within ${waited}`, {
      serverSaid: partial,
    });
  }
  // Nobody can be called silent who was given no time to speak.
  if (waitedMs === 0)
    return new SmtpcheckError('deadline-exceeded', phase, 'no time was left for the server to answer');
  return new SmtpcheckError('silent', phase, `the server said nothing for ${waited}`);
}
