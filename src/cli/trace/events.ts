import { layOut, type Line } from '../../report/layout.js';
import { CONTENT_TYPE } from '../../wire/record.js';
import type {
  Direction,
  TraceContent,
  TraceEvent,
  TraceMessage,
  TraceRecord,
} from '../../wire/trace/event.js';
import { codeText, fieldLines, line, octetsText, STEP } from './values.js';

const ARROWS: Readonly<Record<Direction, string>> = { sent: '>>> sent', received: '<<< received' };

export interface TraceView {
  /** Columns to wrap at; Infinity never wraps. */
  readonly width: number;
  /** Shows of what was received the kinds and lengths alone. */
  readonly hushed: boolean;
}

/** A trace event as text, in the manner of `openssl s_client -trace`. */
export function eventText(event: TraceEvent, { width, hushed }: TraceView): string {
  const veiled = hushed && event.direction === 'received';
  return layOut(eventLines(event, veiled), { color: false, width });
}

function eventLines(event: TraceEvent, veiled: boolean): Line[] {
  const lead = `${ARROWS[event.direction]}: `;
  switch (event.kind) {
    case 'record':
      return [
        line(lead, recordText(event)),
        ...event.contents.flatMap((content) => contentLines(content, STEP, veiled)),
      ];
    case 'not-tls':
      return [line(lead, `${octetsText(event.octets)} that are no TLS record (${event.reason})`)];
    case 'cut-header':
      return [line(lead, `${octetsText(event.octets)} of a record's header, and no more`)];
    case 'cut-message':
      return [
        line(lead, 'a handshake message that does not end'),
        ...(event.message === null ? [] : messageLines(event.message, STEP, veiled)),
      ];
  }
}

function recordText({ type, version, length, missing, encrypted, inner }: TraceRecord): string {
  const size = missing > 0 ? `${length - missing} of ${octetsText(length)}` : octetsText(length);
  const record = `${codeText(type)}, ${codeText(version)}, ${size}`;
  if (inner === null) return encrypted ? `${record}, encrypted` : record;
  // Of application data the record's length is enough: a login's own length is the password's.
  const inside = inner.type.id === CONTENT_TYPE.applicationData ? '' : `, ${octetsText(inner.length)}`;
  return `${record}, encrypted: ${codeText(inner.type)}${inside}`;
}

function contentLines(content: TraceContent, indent: string, veiled: boolean): Line[] {
  switch (content.kind) {
    case 'message':
      return messageLines(content, indent, veiled);
    case 'fragment': {
      const name = content.type === null ? 'a handshake message' : codeText(content.type);
      const whole = content.length === null ? '' : `, ${content.received} of ${octetsText(content.length)}`;
      return [line(indent, `the beginning of ${name}${whole}`)];
    }
    case 'alert':
      return [
        line(indent, `level: ${codeText(content.level)}, description: ${codeText(content.description)}`),
      ];
    case 'sealed':
      return [line(indent, `not opened: ${content.reason}`)];
    case 'unreadable':
      return [line(indent, `unreadable: ${content.reason}`)];
    // The record's own line says it.
    case 'change-cipher-spec':
    case 'application-data':
    case 'other':
      return [];
  }
}

function messageLines(
  { type, length, missing, fields }: TraceMessage,
  indent: string,
  veiled: boolean,
): Line[] {
  const size = missing > 0 ? `${length - missing} of ${octetsText(length)}` : octetsText(length);
  const head = line(indent, `${codeText(type)}, ${size}`);
  if (!veiled || fields.length === 0) return [head, ...fieldLines(fields, indent + STEP)];
  return [head, line(indent + STEP, 'hidden: the server may have heard the secret')];
}
