import type {
  Direction,
  TraceEvent,
  TraceField,
  TraceMessage,
  TraceRecord,
  TraceValue,
} from '../../../src/wire/trace/event.js';
import { TlsTracer } from '../../../src/wire/trace/tracer.js';
import type { WireStep } from '../support/capture.js';

export const bytes = (direction: Direction, chunk: Uint8Array): WireStep => ({
  kind: 'bytes',
  direction,
  chunk: Buffer.from(chunk),
});
export const keylog = (line: string): WireStep => ({ kind: 'keylog', line });

/** What a tracer tells of these steps, to the end of the connection. */
export function trace(steps: Iterable<WireStep>): TraceEvent[] {
  const events: TraceEvent[] = [];
  const tracer = new TlsTracer((event) => events.push(event));
  for (const step of steps) {
    if (step.kind === 'keylog') tracer.keylog(step.line);
    else tracer.bytes(step.direction, step.chunk);
  }
  tracer.end();
  return events;
}

export const records = (events: readonly TraceEvent[]): TraceRecord[] =>
  events.filter((event) => event.kind === 'record');

/** Handshake messages with their direction, in order. */
export function messages(events: readonly TraceEvent[]): { direction: Direction; message: TraceMessage }[] {
  return records(events).flatMap(({ direction, contents }) =>
    contents.filter((content) => content.kind === 'message').map((message) => ({ direction, message })),
  );
}

/** `> ClientHello 192`, `< ServerHello 86`, … and what else stood in records: the sequence at a glance. */
export function outline(events: readonly TraceEvent[]): string[] {
  return events.flatMap((event) => {
    const arrow = event.direction === 'sent' ? '>' : '<';
    if (event.kind !== 'record') return [`${arrow} ${event.kind}`];
    return event.contents.map((content) => {
      switch (content.kind) {
        case 'message':
          return `${arrow} ${content.type.name ?? content.type.id} ${content.length}`;
        case 'alert':
          return `${arrow} alert ${content.description.name ?? content.description.id}`;
        default:
          return `${arrow} ${content.kind}`;
      }
    });
  });
}

/** The message of that name. */
export function find(events: readonly TraceEvent[], name: string, direction?: Direction): TraceMessage {
  const found = messages(events).find(
    (each) => each.message.type.name === name && (direction ?? each.direction) === each.direction,
  );
  if (found === undefined) throw new Error(`no ${name} among ${outline(events).join(', ')}`);
  return found.message;
}

/** Fields as plain values: names of codes, hex of octets, `12 octets` for what is not shown. */
export function plain(fields: readonly TraceField[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.map(({ name, value }) => {
      const items = plainValue(value);
      return [name, name === 'extensions' ? Object.assign({}, ...(items as object[])) : items];
    }),
  );
}

function plainValue(value: TraceValue): unknown {
  switch (value.kind) {
    case 'code':
      return value.name ?? value.id;
    case 'number':
      return value.number;
    case 'octets':
      return Buffer.from(value.data).toString('hex');
    case 'opaque':
      return `${value.length} octets`;
    case 'text':
      return value.text;
    case 'list':
      return value.items.map(plainValue);
    case 'fields':
      return plain(value.fields);
    case 'extension':
      return { [value.type.name ?? value.type.id]: plain(value.fields) };
    case 'certificate':
      return { octets: value.der.length, ...plain(value.fields) };
    case 'name':
      return Buffer.from(value.der).toString('hex');
    case 'unreadable':
      return value.reason;
  }
}
