export type Direction = 'sent' | 'received';

/** A number of a registry, and what the registry calls it. */
export interface TraceCode {
  readonly kind: 'code';
  readonly id: number;
  readonly name: string | null;
  /** How the registry writes its numbers. */
  readonly radix: 10 | 16;
}

/**
 * A value as it stood on the wire. What it looks like on paper is made elsewhere; whatever a peer chose freely (`text`,
 * `certificate`, `name`) has not been made safe for a terminal.
 */
export type TraceValue =
  | TraceCode
  | { readonly kind: 'number'; readonly number: number; readonly unit: string | null }
  /** Octets to be shown. */
  | { readonly kind: 'octets'; readonly data: Uint8Array }
  /** Octets that are not shown: keys, signatures, tickets. They are not in the event either. */
  | { readonly kind: 'opaque'; readonly length: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly TraceValue[] }
  | { readonly kind: 'fields'; readonly fields: readonly TraceField[] }
  | {
      readonly kind: 'extension';
      readonly type: TraceCode;
      readonly length: number;
      readonly fields: readonly TraceField[];
    }
  /** DER. `fields` are what TLS 1.3 adds to it. */
  | {
      readonly kind: 'certificate';
      readonly der: Uint8Array;
      readonly fields: readonly TraceField[];
    }
  /** A distinguished name, DER. */
  | { readonly kind: 'name'; readonly der: Uint8Array }
  /** From here on the message could not be read, and why. */
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface TraceField {
  readonly name: string;
  readonly value: TraceValue;
}

/** A handshake message, or as much of one as there ever was. */
export interface TraceMessage {
  readonly kind: 'message';
  readonly type: TraceCode;
  /** Octets of its body, as its header says. */
  readonly length: number;
  readonly fields: readonly TraceField[];
  /** Octets of the body that never came. */
  readonly missing: number;
}

export type TraceContent =
  | TraceMessage
  /** Part of a message that goes on in the next record; type and length are null until its header is whole. */
  | {
      readonly kind: 'fragment';
      readonly type: TraceCode | null;
      readonly length: number | null;
      readonly received: number;
    }
  | { readonly kind: 'alert'; readonly level: TraceCode; readonly description: TraceCode }
  | { readonly kind: 'change-cipher-spec' }
  /** Never what it says: that may be a secret. */
  | { readonly kind: 'application-data' }
  /** A record that could not be opened. */
  | { readonly kind: 'sealed'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Of a type that nothing is known about here. */
  | { readonly kind: 'other' };

/** One record, with what it brought. */
export interface TraceRecord {
  readonly kind: 'record';
  readonly direction: Direction;
  readonly type: TraceCode;
  readonly version: TraceCode;
  /** Octets of its fragment, as its header says. */
  readonly length: number;
  /** Octets of the fragment that never came. */
  readonly missing: number;
  readonly encrypted: boolean;
  /** What it was when opened; null for a record in the clear, and for one that was not opened. */
  readonly inner: { readonly type: TraceCode; readonly length: number } | null;
  readonly contents: readonly TraceContent[];
}

/** What a tracer sees, in the order of the wire. */
export type TraceEvent =
  | TraceRecord
  /** Octets that are no TLS records. What they say is not told. */
  | {
      readonly kind: 'not-tls';
      readonly direction: Direction;
      readonly octets: number;
      readonly reason: string;
    }
  /** The end came within a record's header. */
  | { readonly kind: 'cut-header'; readonly direction: Direction; readonly octets: number }
  /** The end came within a handshake message; null if within its header. */
  | {
      readonly kind: 'cut-message';
      readonly direction: Direction;
      readonly message: TraceMessage | null;
    };
