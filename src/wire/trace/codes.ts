import { TLS_VERSIONS } from '../../core/tls-names.js';
import { alertEntry, extensionEntry, groupById, schemeById, suiteById } from '../names.js';
import {
  ALERT_LEVELS,
  CONTENT_TYPES,
  HANDSHAKE_TYPES,
  STATUS_TYPES,
  type SmallTable,
} from '../tables/messages.js';
import type { TraceCode } from './event.js';

const code = (id: number, name: string | null | undefined, radix: TraceCode['radix']): TraceCode => ({
  kind: 'code',
  id,
  name: name ?? null,
  radix,
});

/** A number out of one of the small registries. */
export const small = (table: SmallTable, id: number): TraceCode => code(id, table[id], 10);

export const contentType = (id: number): TraceCode => small(CONTENT_TYPES, id);
export const handshakeType = (id: number): TraceCode => small(HANDSHAKE_TYPES, id);
export const alertLevel = (id: number): TraceCode => small(ALERT_LEVELS, id);
export const statusType = (id: number): TraceCode => small(STATUS_TYPES, id);
export const alert = (id: number): TraceCode => code(id, alertEntry(id), 10);
export const extensionType = (id: number): TraceCode => code(id, extensionEntry(id) ?? grease(id), 10);

export const version = (id: number): TraceCode =>
  code(
    id,
    id === 0x0300 ? 'SSL 3.0' : (TLS_VERSIONS.find(({ value }) => value === id)?.label ?? grease(id)),
    16,
  );

export function suite(id: number): TraceCode {
  const known = suiteById(id);
  return code(id, known?.iana ?? known?.openssl ?? grease(id), 16);
}

export const group = (id: number): TraceCode => code(id, groupById(id)?.iana ?? grease(id), 16);
export const scheme = (id: number): TraceCode => code(id, schemeById(id)?.iana ?? grease(id), 16);

/** Numbers that stand for nothing, to keep the other side tolerant (RFC 8701 section 2): 0x0a0a, 0x1a1a, … */
function grease(id: number): string | null {
  return (id & 0x0f0f) === 0x0a0a && id >> 8 === (id & 0xff) ? 'GREASE' : null;
}
