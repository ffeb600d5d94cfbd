import type { TLSSocket } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import { alertName, speaksAboutOffer } from '../wire/names.js';
import { formatMs, type Deadline } from './deadline.js';

/** What came of renegotiating. */
export interface Renegotiation {
  /** How often it was carried out. */
  readonly times: number;
  /** How the server ended it; null when it did as often as was asked. */
  readonly refusal: {
    /** `other` is what says nothing about renegotiation: the server's own trouble, or OpenSSL's. */
    readonly by: 'alert' | 'close' | 'silence' | 'other';
    readonly words: string;
  } | null;
}

/** For one renegotiation: a key exchange and two round trips. */
const WAIT_MS = 10_000;

/**
 * Renegotiates on a session up to TLS 1.2, as often as `most` or as the server lets us. After a refusal the stream is of no more use:
 * OpenSSL takes the warning no_renegotiation (RFC 5246 section 7.2.2) for the end.
 * @throws SmtpcheckError `interrupted`, `terminated`, or `deadline-exceeded` when the whole time is over.
 */
export async function renegotiate(
  stream: TLSSocket,
  most: number,
  deadline: Deadline,
  waitMs = WAIT_MS,
): Promise<Renegotiation> {
  for (let times = 0; times < most; times += 1) {
    const refusal = await once(stream, deadline, waitMs);
    if (refusal === null) continue;
    stream.destroy();
    return { times, refusal };
  }
  return { times: most, refusal: null };
}

function once(stream: TLSSocket, deadline: Deadline, waitMs: number): Promise<Renegotiation['refusal']> {
  return deadline
    .wait<Renegotiation['refusal']>(
      'handshake',
      (resolve, reject) => {
        const onError = (error: NodeJS.ErrnoException): void => resolve(refusalOf(error));
        const onClose = (): void => resolve({ by: 'close', words: 'the server closed the connection' });
        // The end of a stream is told to who reads it.
        const onData = (): void => void stream.resume();
        stream.once('error', onError).once('end', onClose).once('close', onClose).on('data', onData);
        stream.resume();
        stream.renegotiate({}, (error) => (error === null ? resolve(null) : reject(unable(error))));
        return () => {
          stream.off('error', onError).off('end', onClose).off('close', onClose).off('data', onData);
          stream.pause();
        };
      },
      (ms) =>
        // A server that was given less than its time has not been silent.
        new SmtpcheckError(
          ms < waitMs ? 'deadline-exceeded' : 'silent',
          'handshake',
          `no answer for ${formatMs(ms)}`,
        ),
      waitMs,
    )
    .catch((error: unknown) => {
      if (!(error instanceof SmtpcheckError) || error.code !== 'silent' || deadline.remaining <= 0)
        throw error;
      return { by: 'silence', words: error.message };
    });
}

const NO_RENEGOTIATION = 100;

function refusalOf(error: NodeJS.ErrnoException): NonNullable<Renegotiation['refusal']> {
  const { code, message } = error;
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return { by: 'close', words: 'the server reset the connection' };
  // From below OpenSSL: Exim with GnuTLS, for one, says 421 in the clear.
  if (error instanceof SmtpcheckError)
    return { by: 'close', words: 'the server fell out of TLS and ended the session' };
  // The warning comes as an error of OpenSSL's own, without a word of an alert.
  const number = /no.renegotiation/i.test(`${code} ${message}`)
    ? NO_RENEGOTIATION
    : Number(/SSL alert number (\d+)/.exec(message)?.[1]);
  if (Number.isNaN(number)) return { by: 'other', words: `OpenSSL went no further: ${message.trim()}` };
  const refuses = number === NO_RENEGOTIATION || speaksAboutOffer(number);
  return { by: refuses ? 'alert' : 'other', words: `alert ${number} (${alertName(number)})` };
}

function unable(cause: Error): SmtpcheckError {
  return new SmtpcheckError(
    'library-cannot-offer',
    'handshake',
    `OpenSSL cannot renegotiate: ${cause.message}`,
    {
      cause,
    },
  );
}
