import { SmtpcheckError } from '../../core/errors.js';
import { ByteReader } from '../bytes.js';
import { HandshakeReader, type HandshakeMessage } from '../handshake.js';
import { CONTENT_TYPE, type TlsRecord } from '../record.js';
import * as codes from './codes.js';
import type { Covers, Opening } from './cover.js';
import type { TraceContent, TraceMessage } from './event.js';
import { decodeBegun, decodeMessage } from './messages.js';
import type { Sender, TracedSession } from './session.js';

/** What one record turned out to be. */
export interface ReadRecord {
  readonly encrypted: boolean;
  /** Null when it was in the clear. */
  readonly opening: Opening | null;
  readonly contents: readonly TraceContent[];
}

const CUT_SHORT: Opening = { kind: 'locked', reason: 'it is cut short' };

/** What one side sends, its handshake messages put together across records. */
export class Side {
  private readonly messages = new HandshakeReader();

  constructor(
    private readonly sender: Sender,
    private readonly session: TracedSession,
    private readonly covers: Covers,
  ) {}

  /** The side's next record, or as much of it as there ever was. */
  read(record: TlsRecord, cutShort: boolean): ReadRecord {
    if (!this.covers.isEncrypted(this.sender, record)) {
      return { encrypted: false, opening: null, contents: this.contentsOf(record.type, record.fragment) };
    }
    const opening = cutShort ? CUT_SHORT : this.open(record);
    switch (opening.kind) {
      case 'opened':
        return { encrypted: true, opening, contents: this.contentsOf(opening.type, opening.content) };
      case 'passed-over':
        return { encrypted: true, opening, contents: [{ kind: 'application-data' }] };
      case 'locked':
        return { encrypted: true, opening, contents: [{ kind: 'sealed', reason: opening.reason }] };
    }
  }

  /** The message that was never finished; undefined when there is none, null when not even its header is whole. */
  unfinished(): TraceMessage | null | undefined {
    const { begun } = this.messages;
    return begun === null ? undefined : decodeBegun(begun, this.session.negotiated);
  }

  private open(record: TlsRecord): Opening {
    try {
      return this.covers.open(this.sender, record);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      return { kind: 'locked', reason: error.message };
    }
  }

  private contentsOf(type: number, content: Uint8Array): TraceContent[] {
    switch (type) {
      case CONTENT_TYPE.handshake:
        return this.handshake(content);
      case CONTENT_TYPE.alert:
        return [alert(content)];
      case CONTENT_TYPE.changeCipherSpec:
        this.covers.noteChange(this.sender);
        return [{ kind: 'change-cipher-spec' }];
      case CONTENT_TYPE.applicationData:
        return [{ kind: 'application-data' }];
      default:
        return [{ kind: 'other' }];
    }
  }

  private handshake(content: Uint8Array): TraceContent[] {
    const contents: TraceContent[] = [];
    try {
      for (const message of this.messages.push(content)) contents.push(this.message(message));
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      return [...contents, { kind: 'unreadable', reason: error.message }];
    }
    const { begun } = this.messages;
    if (begun === null) return contents;
    const { type, length, body } = begun;
    const name = type === null ? null : codes.handshakeType(type);
    return [...contents, { kind: 'fragment', type: name, length, received: body.length }];
  }

  private message(message: HandshakeMessage): TraceMessage {
    this.session.note(this.sender, message);
    const decoded = decodeMessage(message.type, message.body, this.session.negotiated);
    this.covers.note(this.sender, message);
    return decoded;
  }
}

/** An alert (RFC 8446 section 6), whatever its level. */
function alert(content: Uint8Array): TraceContent {
  try {
    const reader = new ByteReader(content, 'the alert');
    const level = codes.alertLevel(reader.u8());
    const description = codes.alert(reader.u8());
    reader.end();
    return { kind: 'alert', level, description };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { kind: 'unreadable', reason: error.message };
  }
}
