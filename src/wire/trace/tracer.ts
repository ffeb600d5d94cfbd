import { LIMITS } from '../../core/limits.js';
import type { TlsRecord } from '../record.js';
import { contentType, version } from './codes.js';
import { Covers } from './cover.js';
import type { Direction, TraceEvent, TraceRecord } from './event.js';
import { TracedSession, type Sender } from './session.js';
import { Side } from './side.js';
import { Stream } from './stream.js';

/** What came and was not told yet, in the order of the wire. */
type Waiting =
  | { readonly kind: 'record'; readonly direction: Direction; readonly record: TlsRecord }
  | { readonly kind: 'event'; readonly event: TraceEvent };

const SENDER: Readonly<Record<Direction, Sender>> = { sent: 'client', received: 'server' };

/**
 * Tells what passes between a client and a server, record by record and message by message, from the octets of both directions
 * and the lines of the key log. It only listens, checks no more than it must to read on, and never throws for what it is given.
 *
 * Events come in the order of the wire: a record that is encrypted waits for its secret, and all behind it wait with it.
 */
export class TlsTracer {
  private readonly session = new TracedSession();
  private readonly covers = new Covers(this.session);
  private readonly sides = {
    sent: new Side('client', this.session, this.covers),
    received: new Side('server', this.session, this.covers),
  };
  private readonly streams = { sent: new Stream('sent'), received: new Stream('received') };
  private waiting: Waiting[] = [];
  private waitingOctets = 0;
  private ended = false;

  constructor(private readonly emit: (event: TraceEvent) => void) {}

  /** Octets of the connection, from the first of TLS on, cut as they happen to be. */
  bytes(direction: Direction, chunk: Uint8Array): void {
    if (this.ended) return;
    const { records, event } = this.streams[direction].push(chunk);
    for (const record of records) {
      this.waiting.push({ kind: 'record', direction, record });
      this.waitingOctets += record.raw.length;
    }
    if (event !== null) this.waiting.push({ kind: 'event', event });
    this.tell();
  }

  /** A line of the SSLKEYLOGFILE format (RFC 9850). */
  keylog(line: string): void {
    this.session.addKeylog(line);
    this.tell();
  }

  /** Nothing more comes: tells what is left, as far as it can be read. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.tell();
    for (const direction of ['sent', 'received'] as const) this.tellRest(direction);
  }

  private tell(): void {
    let told = 0;
    for (const next of this.waiting) {
      if (next.kind === 'event') {
        this.emit(next.event);
      } else {
        const { direction, record } = next;
        if (this.mustWait(direction, record)) break;
        this.waitingOctets -= record.raw.length;
        this.emit(this.describe(direction, record, 0));
      }
      told += 1;
    }
    this.waiting = this.waiting.slice(told);
  }

  private mustWait(direction: Direction, record: TlsRecord): boolean {
    if (!this.covers.isWaiting(SENDER[direction], record)) return false;
    // A secret that does not come may neither fill memory nor keep back what was seen.
    if (!this.ended && this.waitingOctets <= LIMITS.heldTrace) return true;
    this.covers.giveUp(SENDER[direction]);
    return false;
  }

  private describe(direction: Direction, record: TlsRecord, missing: number): TraceRecord {
    const { encrypted, opening, contents } = this.sides[direction].read(record, missing > 0);
    return {
      kind: 'record',
      direction,
      type: contentType(record.type),
      version: version(record.legacyVersion),
      length: record.fragment.length + missing,
      missing,
      encrypted,
      inner:
        opening?.kind === 'opened'
          ? { type: contentType(opening.type), length: opening.content.length }
          : null,
      contents,
    };
  }

  private tellRest(direction: Direction): void {
    const { begun, headerOctets: octets, lost } = this.streams[direction];
    if (begun !== null) this.emit(this.describe(direction, begun, begun.length - begun.fragment.length));
    else if (octets > 0) this.emit({ kind: 'cut-header', direction, octets });
    if (lost > 0) this.emit({ kind: 'not-tls', direction, octets: lost, reason: 'what follows that' });
    const message = this.sides[direction].unfinished();
    if (message !== undefined) this.emit({ kind: 'cut-message', direction, message });
  }
}
