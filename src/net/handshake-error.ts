import { SmtpcheckError } from '../core/errors.js';
import { alertName, speaksAboutOffer } from '../wire/names.js';
import type { FlightTap } from './flight-tap.js';

export interface HandshakeContext {
  readonly tap: FlightTap;
  /** Whether we had a client certificate to show. */
  readonly clientCertificate: boolean;
  /** The alert came inside a session that was up: it no longer speaks about what was offered. */
  readonly afterHandshake: boolean;
}

// Alerts about the certificate that a client showed: bad_certificate to unknown_ca, and access_denied.
const ABOUT_CLIENT_CERTIFICATE: ReadonlySet<number> = new Set([42, 43, 44, 45, 46, 48, 49]);
const CERTIFICATE_REQUIRED = 116;
const FATAL = 2;

/**
 * What an error of the TLS stream means. Only bytes are evidence (design section 2): an alert that speaks about what was
 * offered is a rejection; OpenSSL's own refusal, a close or a reset says nothing about the server.
 */
export function classifyHandshakeError(
  error: NodeJS.ErrnoException,
  context: HandshakeContext,
): SmtpcheckError {
  const alert = receivedAlert(error, context.tap);
  if (alert !== null) return alertError(alert, error, context);
  const { failure } = context.tap;
  if (failure !== null) return failure;
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    return new SmtpcheckError('connection-closed', 'handshake', 'the server closed the connection', {
      cause: error,
    });
  }
  return localError(error, context);
}

function receivedAlert(error: NodeJS.ErrnoException, tap: FlightTap): number | null {
  const inMessage = /SSL alert number (\d+)/.exec(error.message)?.[1];
  if (inMessage !== undefined) return Number(inMessage);
  return tap.flight.facts.alerts.find((alert) => alert.level === FATAL)?.description ?? null;
}

function alertError(alert: number, error: Error, context: HandshakeContext): SmtpcheckError {
  const name = `${alertName(alert)} (alert ${alert})`;
  const details = { alert, cause: error };
  const asked = context.tap.flight.facts.certificateRequest;
  if (alert === CERTIFICATE_REQUIRED || (asked && !context.clientCertificate && alert === 40)) {
    return new SmtpcheckError(
      'client-certificate-required',
      'handshake',
      `the server requires a client certificate: ${name}`,
      {
        ...details,
        hint: 'give one with --cert and --key',
      },
    );
  }
  if (asked && context.clientCertificate && ABOUT_CLIENT_CERTIFICATE.has(alert)) {
    return new SmtpcheckError(
      'client-certificate-rejected',
      'handshake',
      `the server refused the client certificate: ${name}`,
      details,
    );
  }
  if (!context.afterHandshake && speaksAboutOffer(alert)) {
    return new SmtpcheckError(
      'tls-alert-rejected',
      'handshake',
      `the server refused what was offered: ${name}`,
      details,
    );
  }
  return new SmtpcheckError(
    'tls-alert-other',
    'handshake',
    `the server broke the ${context.afterHandshake ? 'session' : 'handshake'} off: ${name}`,
    {
      ...details,
      hint:
        alert === 112
          ? 'it does not know the name sent as SNI: see --servername and --no-sni'
          : "the server's log knows more",
    },
  );
}

function localError(error: NodeJS.ErrnoException, context: HandshakeContext): SmtpcheckError {
  const reason =
    (error as { reason?: string }).reason ??
    error.message.replace(/^[0-9A-F]+:/, '').replace(/:\.\.\/.*$/s, '');
  if (!context.tap.heard) {
    return new SmtpcheckError(
      'library-cannot-offer',
      'handshake',
      `OpenSSL ${process.versions.openssl} cannot offer this: ${reason}`,
      {
        hint: 'nothing is known about the server from this; do the pins go together?',
        cause: error,
      },
    );
  }
  if (context.tap.flight.facts.serverHello === null) {
    return new SmtpcheckError('tls-garbled', 'handshake', `the server's TLS bytes make no sense: ${reason}`, {
      cause: error,
    });
  }
  return new SmtpcheckError(
    'tls-local-refusal',
    'handshake',
    `OpenSSL ${process.versions.openssl} would not go on: ${reason}`,
    {
      hint: "this is our side's refusal of what the server chose or sent",
      cause: error,
    },
  );
}
