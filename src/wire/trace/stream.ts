import { SmtpcheckError } from '../../core/errors.js';
import { RecordReader, type BegunRecord, type TlsRecord } from '../record.js';
import type { Direction, TraceEvent } from './event.js';

/** One direction's octets, cut into records. */
export class Stream {
  private readonly records = new RecordReader();
  private total = 0;
  private inRecords = 0;
  private failed = false;
  private passedOver = 0;

  constructor(private readonly direction: Direction) {}

  /** The record that is being filled, or null. */
  get begun(): BegunRecord | null {
    return this.failed ? null : this.records.begun;
  }

  /** Octets of a record's header that is not whole. */
  get headerOctets(): number {
    return this.failed || this.begun !== null ? 0 : this.records.pending;
  }

  /** Octets that came after those that were no TLS. */
  get lost(): number {
    return this.passedOver;
  }

  /** The records that a chunk completes, and the event when what follows them is no TLS. */
  push(chunk: Uint8Array): { readonly records: readonly TlsRecord[]; readonly event: TraceEvent | null } {
    if (this.failed) {
      this.passedOver += chunk.length;
      return { records: [], event: null };
    }
    this.total += chunk.length;
    const records = this.cut(chunk);
    for (const { raw } of records) this.inRecords += raw.length;
    const { failure } = this.records;
    return { records, event: failure === null ? null : this.fail(failure) };
  }

  private cut(chunk: Uint8Array): readonly TlsRecord[] {
    try {
      return this.records.push(chunk);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      return [];
    }
  }

  private fail({ message }: SmtpcheckError): TraceEvent {
    this.failed = true;
    const octets = this.total - this.inRecords;
    return { kind: 'not-tls', direction: this.direction, octets, reason: message };
  }
}
