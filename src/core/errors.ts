import type { Outcome } from './outcome.js';

/** The phase of a probe in which something went wrong, or was measured. */
export type Phase =
  | 'arguments'
  | 'dns'
  | 'connect'
  | 'banner'
  | 'ehlo'
  | 'starttls'
  | 'handshake'
  | 'verify'
  | 'ehlo-after-tls'
  | 'trust'
  | 'auth'
  | 'scan'
  | 'session'
  | 'internal';

/**
 * The closed list of error codes, each with the outcome it stands for (design section 3):
 * `error` = no SMTP server reached, `inconclusive` = reached but no answer, `fail` = measured and does not hold.
 * A usage error has no outcome: nothing was sent.
 */
export const ERROR_OUTCOMES = {
  usage: 'usage',
  'ca-unreadable': 'usage',
  'ca-empty': 'usage',
  'crl-malformed': 'usage',
  'file-unreadable': 'usage',
  'dns-not-found': 'error',
  'dns-timeout': 'inconclusive',
  'connection-refused': 'error',
  'connect-timeout': 'error',
  unreachable: 'error',
  'proxy-unreachable': 'inconclusive',
  'proxy-auth': 'inconclusive',
  'proxy-refused': 'inconclusive',
  'proxy-failed': 'inconclusive',
  'proxy-timeout': 'inconclusive',
  'not-a-proxy': 'inconclusive',
  'not-smtp': 'error',
  'implicit-tls-port': 'error',
  'plaintext-on-implicit-tls': 'fail',
  silent: 'inconclusive',
  'deadline-exceeded': 'inconclusive',
  'connection-closed': 'inconclusive',
  'connection-reset': 'inconclusive',
  'greeting-rejected': 'inconclusive',
  'reply-malformed': 'inconclusive',
  'reply-too-large': 'inconclusive',
  'reply-out-of-turn': 'inconclusive',
  'ehlo-rejected': 'inconclusive',
  'service-closing': 'inconclusive',
  'starttls-not-offered': 'fail',
  'starttls-refused': 'fail',
  'starttls-temporary': 'inconclusive',
  'tls-alert-rejected': 'fail',
  'tls-alert-other': 'inconclusive',
  'tls-garbled': 'inconclusive',
  'certificate-malformed': 'inconclusive',
  'tls-local-refusal': 'inconclusive',
  'library-cannot-offer': 'inconclusive',
  'client-certificate-required': 'fail',
  'client-certificate-rejected': 'fail',
  'ehlo-after-tls-rejected': 'fail',
  'reconnect-failed': 'inconclusive',
  'credentials-unusable': 'usage',
  'auth-temporary': 'inconclusive',
  'sasl-protocol': 'fail',
  'server-not-authenticated': 'fail',
  'connections-exhausted': 'inconclusive',
  'scan-incomplete': 'inconclusive',
  interrupted: 'interrupted',
  terminated: 'terminated',
  internal: 'internal',
} as const satisfies Record<string, Outcome | 'usage' | 'interrupted' | 'terminated' | 'internal'>;

export type ErrorCode = keyof typeof ERROR_OUTCOMES;

/** The `error` object of a report. */
export interface ReportError {
  readonly code: ErrorCode;
  readonly phase: Phase;
  readonly message: string;
  readonly hint?: string;
  /** The server's own words, unescaped, cut to a bounded length. */
  readonly serverSaid?: string;
  /** For TLS alerts: the AlertDescription number (RFC 8446 section 6). */
  readonly alert?: number;
}

/** One of several errors that came at once. */
export interface ErrorPart {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Marks the errors of every copy of this file: what is loaded only when it is needed comes with one of its own. */
const BRAND = Symbol.for('smtpcheck.error');

/** The only error type that leaves a layer of smtpcheck on purpose. Everything else is a bug (exit 70). */
export class SmtpcheckError extends Error {
  /** So that `instanceof` knows the errors of another copy. A subclass knows its own alone. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== SmtpcheckError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  get [BRAND](): true {
    return true;
  }
  readonly code: ErrorCode;
  readonly phase: Phase;
  readonly hint: string | undefined;
  readonly serverSaid: string | undefined;
  readonly alert: number | undefined;
  /** Where it stands for several at once: each for itself. */
  readonly parts: readonly ErrorPart[] | undefined;

  constructor(
    code: ErrorCode,
    phase: Phase,
    message: string,
    details: {
      hint?: string | undefined;
      serverSaid?: string | undefined;
      alert?: number | undefined;
      parts?: readonly ErrorPart[] | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SmtpcheckError';
    this.code = code;
    this.phase = phase;
    this.hint = details.hint;
    this.serverSaid = details.serverSaid;
    this.alert = details.alert;
    this.parts = details.parts;
  }

  /** The same error in another phase: who reads bytes does not know what they were read for. */
  inPhase(phase: Phase): SmtpcheckError {
    const { hint, serverSaid, alert } = this;
    return new SmtpcheckError(this.code, phase, this.message, { hint, serverSaid, alert, cause: this });
  }

  /** The error as report data. */
  toReport(): ReportError {
    return {
      code: this.code,
      phase: this.phase,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.serverSaid === undefined ? {} : { serverSaid: this.serverSaid }),
      ...(this.alert === undefined ? {} : { alert: this.alert }),
    };
  }
}

/** A usage error: bad arguments, bad file; nothing was sent (exit 2). */
export function usageError(message: string, hint?: string): SmtpcheckError {
  return new SmtpcheckError('usage', 'arguments', message, { hint });
}
