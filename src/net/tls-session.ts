import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import type { TlsPins } from '../core/probe-options.js';
import { parseKeylogLine } from '../wire/flight.js';
import type { FlightFacts } from '../wire/flight-types.js';
import { anchorsFor } from '../x509/anchors.js';
import { parseCertificate } from '../x509/certificate.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import type { Deadline } from './deadline.js';
import { formatMs } from './deadline.js';
import { FlightTap } from './flight-tap.js';
import { classifyHandshakeError } from './handshake-error.js';
import { addAnchors } from './secure-context.js';
import { opensslVerdict } from './session-der.js';

export interface TlsRequest {
  /** SNI; null sends none. */
  readonly servername: string | null;
  readonly pins: TlsPins;
  readonly alpn: readonly string[];
  readonly trust: TrustStore;
  /** From `createProbeContext`: what is offered, and the client certificate. */
  readonly context: SecureContext;
  readonly clientCertificate: boolean;
}

/** What one handshake yields, whether it was completed or not. */
export interface TlsFacts {
  readonly flight: FlightFacts;
  /** The chain as sent; empty when none was. */
  readonly chain: readonly Certificate[];
  /** Why a sent certificate could not be read. */
  readonly malformed: SmtpcheckError | null;
  /** The first judge: OpenSSL's verify result; null when the handshake did not get there. */
  readonly openssl: number | null;
  /** What OpenSSL says was negotiated; null when the handshake was not completed. */
  readonly negotiated: { readonly protocol: string; readonly cipher: string; readonly group: string | null } | null;
  readonly sessionResumed: boolean;
}

export interface TlsAttempt {
  readonly facts: TlsFacts;
  /** The stream to go on with, or null with `error` set. */
  readonly stream: TLSSocket | null;
  readonly error: SmtpcheckError | null;
  /** Says what an error of the stream after the handshake means (in TLS 1.3 a refusal can come then). */
  readonly translate: (error: NodeJS.ErrnoException) => SmtpcheckError;
}

/** Shakes hands over a connected socket. Never rejects for what a server does: facts and error come back together. */
export async function shakeHands(socket: Socket, request: TlsRequest, deadline: Deadline): Promise<TlsAttempt> {
  const { context } = request;
  const chain = new ChainCollector(context, request.trust);
  const tap = new FlightTap(socket, (ders) => chain.collect(ders));
  const options: ConnectionOptions & { readonly requestOCSP: boolean } = {
    socket: tap,
    secureContext: context,
    // Both judges speak later, with numbers; here the handshake is only to be carried out.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    requestOCSP: true,
    minDHSize: 1,
    ...(request.servername === null ? {} : { servername: request.servername }),
    ...(request.alpn.length === 0 ? {} : { ALPNProtocols: [...request.alpn] }),
  };
  const tls = connect(options);
  tls.on('keylog', (line: Buffer) => {
    const entry = parseKeylogLine(line);
    if (entry?.label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') tap.provideSecret(entry.secret);
  });
  const translate = (error: NodeJS.ErrnoException): SmtpcheckError =>
    classifyHandshakeError(error, { tap, clientCertificate: request.clientCertificate });
  const error = await secured(tls, tap, deadline, request).then(
    () => null,
    (reason: unknown) => (reason instanceof SmtpcheckError ? reason : translate(reason as NodeJS.ErrnoException)),
  );
  if (error !== null) {
    tls.on('error', () => undefined);
    tls.destroy();
  }
  return { facts: readFacts(tls, tap, chain, error === null), stream: error === null ? tls : null, error, translate };
}

function secured(tls: TLSSocket, tap: FlightTap, deadline: Deadline, request: TlsRequest): Promise<void> {
  return deadline.wait<void>(
    'handshake',
    (resolve, reject) => {
      const onClose = (): void =>
        reject(tap.failure ?? new SmtpcheckError('connection-closed', 'handshake', 'the server closed the connection'));
      // A failure of the tap is the cause, the error that OpenSSL makes of it the symptom; a closed connection is only
      // the cause when OpenSSL has nothing better to say, such as the alert that came before.
      const onError = (error: NodeJS.ErrnoException): void => reject(error);
      tls.once('secureConnect', () => resolve());
      tls.once('error', onError);
      tls.once('close', onClose);
      return () => {
        tls.off('error', onError);
        tls.off('close', onClose);
      };
    },
    (ms) => {
      const heard = tap.flight.facts.serverHello !== null;
      const hello = request.pins.groups === undefined && !heard;
      return new SmtpcheckError(
        heard ? 'deadline-exceeded' : 'silent',
        'handshake',
        heard ? `the handshake was not finished within ${formatMs(ms)}` : `no answer to the ClientHello for ${formatMs(ms)}`,
        { hint: hello ? 'some old servers hang on a large or a new ClientHello: try --tls1.2' : undefined },
      );
    },
  );
}

function readFacts(tls: TLSSocket, tap: FlightTap, chain: ChainCollector, completed: boolean): TlsFacts {
  const cipher = completed ? tls.getCipher() : null;
  const ephemeral = completed ? (tls.getEphemeralKeyInfo() as { name?: string } | null) : null;
  return {
    flight: tap.flight.facts,
    chain: chain.certificates,
    malformed: chain.malformed,
    openssl: completed ? opensslVerdict(tls) : null,
    negotiated:
      cipher === null ? null : { protocol: tls.getProtocol() ?? 'unknown', cipher: cipher.name, group: ephemeral?.name ?? null },
    sessionResumed: completed && tls.isSessionReused(),
  };
}

/** Reads the chain as it passes and gives OpenSSL the anchors that it can lead to. */
class ChainCollector {
  certificates: Certificate[] = [];
  malformed: SmtpcheckError | null = null;

  constructor(
    private readonly context: SecureContext,
    private readonly trust: TrustStore,
  ) {}

  collect(ders: readonly Uint8Array[]): void {
    for (const der of ders) {
      try {
        this.certificates.push(parseCertificate(der));
      } catch (error) {
        if (!(error instanceof SmtpcheckError)) throw error;
        this.malformed ??= error;
      }
    }
    addAnchors(
      this.context,
      anchorsFor(this.certificates, this.trust).map((anchor) => anchor.node.toString()),
    );
  }
}
