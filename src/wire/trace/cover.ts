import { HANDSHAKE, type HandshakeMessage } from '../handshake.js';
import { LegacyOpener } from '../legacy-protection.js';
import { legacyProtection } from '../legacy-suites.js';
import { CONTENT_TYPE, type TlsRecord } from '../record.js';
import { canOpen, RecordOpener } from '../record-protection.js';
import type { SecretLabel, Sender, TracedSession } from './session.js';

/** The keys that one side's records are under, from a change of keys to the next. */
interface Cover {
  readonly tls13: boolean;
  readonly label: SecretLabel;
  /** Null until the secret is there. */
  readonly opener: RecordOpener | LegacyOpener | null;
  /** Why no secret is waited for; null while one may come. */
  readonly hopeless: string | null;
}

/** What became of a record under a cover. */
export type Opening =
  | { readonly kind: 'opened'; readonly type: number; readonly content: Uint8Array }
  /** Application data up to TLS 1.2, which says of itself what it is: nobody needs to look into it. */
  | { readonly kind: 'passed-over' }
  | { readonly kind: 'locked'; readonly reason: string };

const SUITE_UNKNOWN = 'records of its suite are not opened here';
const NO_SECRET = 'its secret did not come';

const HANDSHAKE_SECRET = {
  client: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  server: 'SERVER_HANDSHAKE_TRAFFIC_SECRET',
} as const;
const APPLICATION_SECRET = { client: 'CLIENT_TRAFFIC_SECRET_0', server: 'SERVER_TRAFFIC_SECRET_0' } as const;

/** Which keys either side's records are under, as a connection goes (RFC 8446 section 7.1, RFC 5246 section 6.3). */
export class Covers {
  private readonly covers: Record<Sender, Cover | null> = { client: null, server: null };

  constructor(private readonly session: TracedSession) {}

  /** Whether a record is encrypted: in TLS 1.3 alerts and ChangeCipherSpec may still come in the clear. */
  isEncrypted(sender: Sender, { type }: TlsRecord): boolean {
    const cover = this.covers[sender];
    return cover !== null && (!cover.tls13 || type === CONTENT_TYPE.applicationData);
  }

  /** Whether a record could be opened if only the secret came. */
  isWaiting(sender: Sender, record: TlsRecord): boolean {
    const cover = this.unlock(sender);
    return (
      cover !== null && this.isEncrypted(sender, record) && cover.opener === null && cover.hopeless === null
    );
  }

  /** The secret of these keys is not waited for any more. */
  giveUp(sender: Sender): void {
    const cover = this.covers[sender];
    if (cover !== null) this.covers[sender] = { ...cover, hopeless: NO_SECRET };
  }

  /** Opens an encrypted record. Throws SmtpcheckError when it does not open. */
  open(sender: Sender, record: TlsRecord): Opening {
    const cover = this.covers[sender];
    const opener = cover?.opener ?? null;
    if (cover?.tls13 === false && record.type === CONTENT_TYPE.applicationData) {
      if (opener instanceof LegacyOpener) opener.skip(record);
      return { kind: 'passed-over' };
    }
    if (opener === null) return { kind: 'locked', reason: cover?.hopeless ?? NO_SECRET };
    return opener instanceof RecordOpener
      ? { kind: 'opened', ...opener.open(record) }
      : { kind: 'opened', type: record.type, content: opener.open(record) };
  }

  /** Changes the keys that a message changes. */
  note(sender: Sender, { type }: HandshakeMessage): void {
    if (!this.session.isTls13) return;
    if (type === HANDSHAKE.serverHello && sender === 'server' && this.session.helloDone) {
      for (const each of ['client', 'server'] as const) this.put(each, HANDSHAKE_SECRET[each]);
    } else if (type === HANDSHAKE.finished) {
      this.put(sender, APPLICATION_SECRET[sender]);
    } else if (type === HANDSHAKE.keyUpdate) this.update(sender);
  }

  /** ChangeCipherSpec. In TLS 1.3 it is there for middleboxes and means nothing (RFC 8446 appendix D.4). */
  noteChange(sender: Sender): void {
    const { legacySession } = this.session;
    if (legacySession === null) return;
    const hopeless = legacyProtection(legacySession.suite) === null ? SUITE_UNKNOWN : null;
    this.covers[sender] = { tls13: false, label: 'CLIENT_RANDOM', opener: null, hopeless };
  }

  private put(sender: Sender, label: SecretLabel): void {
    const hopeless = canOpen(this.session.negotiated.suite ?? -1) ? null : SUITE_UNKNOWN;
    this.covers[sender] = { tls13: true, label, opener: null, hopeless };
  }

  /** RFC 8446 section 7.2. */
  private update(sender: Sender): void {
    const cover = this.covers[sender];
    if (cover?.opener instanceof RecordOpener)
      this.covers[sender] = { ...cover, opener: cover.opener.next() };
  }

  /** Makes the opener once the secret is there. */
  private unlock(sender: Sender): Cover | null {
    const cover = this.covers[sender];
    if (cover === null || cover.opener !== null || cover.hopeless !== null) return cover;
    const secret = this.session.secret(cover.label);
    if (secret === undefined) return cover;
    const opener = this.makeOpener(cover, secret, sender);
    return (this.covers[sender] =
      opener === null ? { ...cover, hopeless: SUITE_UNKNOWN } : { ...cover, opener });
  }

  private makeOpener(
    { tls13 }: Cover,
    secret: Uint8Array,
    sender: Sender,
  ): RecordOpener | LegacyOpener | null {
    const { legacySession, negotiated } = this.session;
    if (tls13) return RecordOpener.forSuite(negotiated.suite ?? -1, secret);
    return legacySession === null ? null : LegacyOpener.create(legacySession, secret, sender);
  }
}
