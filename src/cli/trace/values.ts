import { SmtpcheckError } from '../../core/errors.js';
import type { Line } from '../../report/layout.js';
import type { TraceCode, TraceField, TraceValue } from '../../wire/trace/event.js';
import { rawOf } from '../../x509/der.js';
import { formatName, parseName } from '../../x509/name.js';
import { readCertificateElements } from '../../x509/tbs.js';

/** One line: our own words in front, behind them what may be a peer's. */
export const line = (lead: string, text = ''): Line => ({ kind: 'line', lead, text });

export const STEP = '  ';

/** `name (number)`, the number as its registry writes it. */
export function codeText({ id, name, radix }: TraceCode): string {
  const number = radix === 16 ? `0x${id.toString(16).padStart(4, '0')}` : String(id);
  return `${name ?? 'unknown'} (${number})`;
}

export const octetsText = (count: number): string => (count === 1 ? '1 octet' : `${count} octets`);

/** Fields, one below the other. */
export function fieldLines(fields: readonly TraceField[], indent: string): Line[] {
  return fields.flatMap(({ name, value }) => [
    line(`${indent}${name}: `, shortText(value)),
    ...partLines(value, indent + STEP),
  ]);
}

/** A value on one line; of what has parts, how many or how large it is. */
function shortText(value: TraceValue): string {
  switch (value.kind) {
    case 'code':
      return codeText(value);
    case 'number':
      return value.unit === null ? String(value.number) : `${value.number} ${value.unit}`;
    case 'octets':
      return Buffer.from(value.data).toString('hex');
    case 'opaque':
      return octetsText(value.length);
    case 'text':
      return value.text;
    case 'list':
      return String(value.items.length);
    case 'fields':
      return value.fields.map((field) => `${field.name}: ${shortText(field.value)}`).join(', ');
    case 'extension':
      return `${codeText(value.type)}, ${octetsText(value.length)}`;
    case 'certificate':
      return `certificate of ${octetsText(value.der.length)}`;
    case 'name':
      return nameText(value.der);
    case 'unreadable':
      return value.reason;
  }
}

/** The parts of a value, below it. */
function partLines(value: TraceValue, indent: string): Line[] {
  switch (value.kind) {
    case 'list':
      return itemLines(value.items, indent);
    case 'extension': {
      // Most hold one list and nothing else, whose name and length say nothing new.
      const [only, ...more] = value.fields;
      return only?.value.kind === 'list' && more.length === 0
        ? itemLines(only.value.items, indent)
        : fieldLines(value.fields, indent);
    }
    case 'certificate':
      return [...subjectLines(value.der, indent), ...fieldLines(value.fields, indent)];
    default:
      return [];
  }
}

function itemLines(items: readonly TraceValue[], indent: string): Line[] {
  return items.flatMap((item) => [line(indent, shortText(item)), ...partLines(item, indent + STEP)]);
}

function subjectLines(der: Uint8Array, indent: string): Line[] {
  try {
    const { subject, issuer } = readCertificateElements(der);
    return [
      line(`${indent}subject: `, nameText(rawOf(subject))),
      line(`${indent}issuer: `, nameText(rawOf(issuer))),
    ];
  } catch (error) {
    return [line(`${indent}unreadable: `, reasonOf(error))];
  }
}

function nameText(der: Uint8Array): string {
  try {
    return formatName(parseName(der));
  } catch (error) {
    return `unreadable: ${reasonOf(error)}`;
  }
}

/** What bytes do to a parser; anything but our own error is a bug, and stays one. */
function reasonOf(error: unknown): string {
  if (error instanceof SmtpcheckError) return error.message;
  throw error;
}
