import type { Socket } from 'node:net';
import { connect, type ConnectionOptions, type SecureContext, type TLSSocket } from 'node:tls';
import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
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
  /** Any certificate of the store ends a path. */
  readonly partialChain?: boolean;
  /** From `createProbeContext`: what is offered, and the client certificate. */
  readonly context: SecureContext;
  readonly clientCertificate: boolean;
  /** A session to resume. */
  readonly session?: Uint8Array | undefined;
  readonly onSession?: ((session: Uint8Array) => void) | undefined;
  readonly onKeylog?: ((line: string) => void) | undefined;
}

/** What one handshake yields, whether it was completed or not. */
export interface TlsFacts {
  readonly flight: FlightFacts;
  /** The chain as sent; empty when none was. */
  readonly chain: readonly Certificate[];
  /** Why a sent certificate could not be read. */
  readonly malformed: SmtpcheckError | null;
  /** Why the server's flight could not be read to its end by us, though OpenSSL may have gone on. */
  readonly flightFailure: string | null;
  /** The first judge: OpenSSL's verify result; null when the handshake did not get there. */
  readonly openssl: number | null;
  /** What OpenSSL says was negotiated; null when the handshake was not completed. */
  readonly negotiated: {
    readonly protocol: string;
    readonly cipher: string;
    readonly group: string | null;
  } | null;
  readonly sessionResumed: boolean;
}

export interface TlsAttempt {
  readonly facts: TlsFacts;
  /** The stream to go on with, or null with `error` set. */
  readonly stream: TLSSocket | null;
  readonly error: SmtpcheckError | null;
  /** Says what an error of the stream after the handshake means (in TLS 1.3 a refusal can come then). */
  readonly translate: (error: NodeJS.ErrnoException | null) => SmtpcheckError;
}

/** Shakes hands over a connected socket. Never rejects for what a server does: facts and error come back together. */
export async function shakeHands(
  socket: Socket,
  request: TlsRequest,
  deadline: Deadline,
): Promise<TlsAttempt> {
  const { context } = request;
  const chain = new ChainCollector(context, request);
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
    ...(request.session === undefined ? {} : { session: Buffer.from(request.session) }),
  };
  const tls = connect(options);
  // Two errors can come in one moment, OpenSSL's and the tap's: the second one finds whoever waits for the first gone already.
  tls.on('error', () => undefined);
  if (request.onSession !== undefined) tls.on('session', request.onSession);
  tls.on('keylog', (line: Buffer) => {
    request.onKeylog?.(line.toString('latin1').trimEnd());
    const entry = parseKeylogLine(line);
    if (entry?.label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') tap.provideSecret(entry.secret);
  });
  let afterHandshake = false;
  const translate = (error: NodeJS.ErrnoException | null): SmtpcheckError =>
    error === null
      ? (tap.failure ?? closed())
      : classifyHandshakeError(error, { tap, clientCertificate: request.clientCertificate, afterHandshake });
  const error = await secured(tls, tap, deadline, request).then(
    () => null,
    (reason: unknown) =>
      reason instanceof SmtpcheckError ? reason : translate(reason as NodeJS.ErrnoException),
  );
  if (error !== null) tls.destroy();
  const seen = error === null ? opensslChain(tls) : [];
  const mismatch = error === null ? chain.compare(seen) : null;
  if (mismatch !== null) tls.destroy();
  afterHandshake = error === null;
  const failure = error ?? mismatch;
  return {
    facts: readFacts(tls, tap, chain, failure === null),
    stream: failure === null ? tls : null,
    error: failure,
    translate,
  };
}

function closed(): SmtpcheckError {
  return new SmtpcheckError('connection-closed', 'handshake', 'the server closed the connection');
}

/** The chain that OpenSSL read, as sent. */
function opensslChain(tls: TLSSocket): Buffer[] {
  const ders: Buffer[] = [];
  let cert = tls.getPeerX509Certificate();
  for (; cert !== undefined && ders.length < LIMITS.chainCertificates; cert = cert.issuerCertificate)
    ders.push(cert.raw);
  return ders;
}

function secured(
  tls: TLSSocket,
  tap: FlightTap,
  deadline: Deadline,
  request: TlsRequest,
): Promise<undefined> {
  return deadline.wait<undefined>(
    'handshake',
    (resolve, reject) => {
      const onClose = (): void => reject(tap.failure ?? closed());
      // A failure of the tap is the cause, the error that OpenSSL makes of it the symptom; a closed connection is only
      // the cause when OpenSSL has nothing better to say, such as the alert that came before.
      const onError = (error: NodeJS.ErrnoException): void => reject(error);
      tls.once('secureConnect', () => resolve(undefined));
      tls.once('error', onError);
      tls.once('close', onClose);
      return () => {
        tls.off('error', onError);
        tls.off('close', onClose);
      };
    },
    (ms) => {
      const { heard } = tap;
      const hello = request.pins.groups === undefined && !heard;
      return new SmtpcheckError(
        heard ? 'deadline-exceeded' : 'silent',
        'handshake',
        heard
          ? `the handshake was not finished within ${formatMs(ms)}`
          : `no answer to the ClientHello for ${formatMs(ms)}`,
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
    flightFailure: tap.flight.failure?.message ?? null,
    openssl: completed ? opensslVerdict(tls) : null,
    negotiated:
      cipher === null
        ? null
        : { protocol: tls.getProtocol() ?? 'unknown', cipher: cipher.name, group: ephemeral?.name ?? null },
    sessionResumed: completed && tls.isSessionReused(),
  };
}

/** Reads the chain as it passes and gives OpenSSL the anchors that it can lead to. */
class ChainCollector {
  certificates: Certificate[] = [];
  malformed: SmtpcheckError | null = null;
  private sent: readonly Uint8Array[] | null = null;

  constructor(
    private readonly context: SecureContext,
    private readonly request: Pick<TlsRequest, 'trust' | 'partialChain'>,
  ) {}

  collect(ders: readonly Uint8Array[]): void {
    this.read(ders);
    const { trust, partialChain } = this.request;
    const { certificates, partial } = anchorsFor(this.certificates, trust);
    addAnchors(
      this.context,
      certificates.map((anchor) => anchor.node.toString()),
      partial || partialChain === true,
    );
  }
  /**
   * The two judges must have had the same certificate before them: the host name is matched by ours alone, so a server
   * that could show each of them another leaf would have its verdict for free. Where the flight could not be read, what
   * OpenSSL read is taken (it had no anchors then, so its verdict is not OK).
   */
  compare(seen: readonly Uint8Array[]): SmtpcheckError | null {
    const [leaf] = seen;
    if (this.sent === null) {
      if (leaf !== undefined) this.read(seen);
      return null;
    }
    const same =
      leaf === undefined ? this.sent.length === 0 : Buffer.from(leaf).equals(this.sent[0] ?? Buffer.alloc(0));
    if (same) return null;
    return new SmtpcheckError(
      'tls-garbled',
      'handshake',
      'OpenSSL saw another certificate than stands in the bytes of the handshake',
      {
        hint: 'please report this with the output of --debug',
      },
    );
  }

  private read(ders: readonly Uint8Array[]): void {
    this.sent = ders;
    for (const der of ders.slice(0, LIMITS.chainCertificates)) {
      try {
        this.certificates.push(parseCertificate(der));
      } catch (error) {
        if (!(error instanceof SmtpcheckError)) throw error;
        // What follows an unreadable certificate would move up and be judged in its place.
        this.malformed = error;
        return;
      }
    }
  }
}
