import { latin1, type ByteReader } from '../bytes.js';
import { EXTENSION } from '../server-hello.js';
import {
  CERTIFICATE_COMPRESSIONS,
  MAX_FRAGMENT_LENGTHS,
  POINT_FORMATS,
  PSK_MODES,
} from '../tables/messages.js';
import * as codes from './codes.js';
import type { TraceValue } from './event.js';
import {
  add,
  count,
  distinguishedName,
  hidden,
  list,
  opaque,
  readFields,
  u32,
  type Fields,
} from './fields.js';

/** The message that an extension stands in: the same number holds different things in each (RFC 8446 section 4.2). */
export type ExtensionPlace =
  | 'ClientHello'
  | 'ServerHello'
  | 'HelloRetryRequest'
  | 'EncryptedExtensions'
  | 'Certificate'
  | 'CertificateRequest'
  | 'NewSessionTicket';

type ReadExtension = (reader: ByteReader, out: Fields, place: ExtensionPlace) => void;

/** What is inside each extension that is read; of all others the number and the length are shown. Those without content need no reader. */
const READERS: Readonly<Record<number, ReadExtension>> = {
  [EXTENSION.serverName]: serverName,
  [EXTENSION.maxFragmentLength]: (reader, out) =>
    add(out, 'max_fragment_length', codes.small(MAX_FRAGMENT_LENGTHS, reader.u8())),
  [EXTENSION.statusRequest]: statusRequest,
  [EXTENSION.supportedGroups]: (reader, out) =>
    list(out, 'named_group_list', reader, 2, (inner, push) => push(codes.group(inner.u16()))),
  [EXTENSION.ecPointFormats]: (reader, out) =>
    list(out, 'ec_point_format_list', reader, 1, (inner, push) =>
      push(codes.small(POINT_FORMATS, inner.u8())),
    ),
  [EXTENSION.signatureAlgorithms]: signatureSchemes,
  [EXTENSION.signatureAlgorithmsCert]: signatureSchemes,
  [EXTENSION.alpn]: (reader, out) =>
    list(out, 'protocol_name_list', reader, 2, (inner, push) =>
      push({ kind: 'text', text: latin1(inner.vector(1)) }),
    ),
  [EXTENSION.signedCertificateTimestamp]: (reader, out, place) => {
    if (place === 'ClientHello' || place === 'CertificateRequest') return;
    list(out, 'sct_list', reader, 2, hidden(2));
  },
  [EXTENSION.compressCertificate]: (reader, out) =>
    list(out, 'algorithms', reader, 1, (inner, push) =>
      push(codes.small(CERTIFICATE_COMPRESSIONS, inner.u16())),
    ),
  [EXTENSION.recordSizeLimit]: (reader, out) => add(out, 'record_size_limit', count(reader.u16(), 'octets')),
  [EXTENSION.preSharedKey]: preSharedKey,
  [EXTENSION.earlyData]: (reader, out, place) => {
    if (place === 'NewSessionTicket') add(out, 'max_early_data_size', count(u32(reader), 'octets'));
  },
  [EXTENSION.supportedVersions]: supportedVersions,
  [EXTENSION.cookie]: (reader, out) => opaque(out, 'cookie', reader, 2),
  [EXTENSION.pskKeyExchangeModes]: (reader, out) =>
    list(out, 'ke_modes', reader, 1, (inner, push) => push(codes.small(PSK_MODES, inner.u8()))),
  [EXTENSION.certificateAuthorities]: (reader, out) => list(out, 'authorities', reader, 2, distinguishedName),
  [EXTENSION.keyShare]: keyShare,
  [EXTENSION.renegotiationInfo]: (reader, out) => opaque(out, 'renegotiated_connection', reader, 1),
};

/** A block of extensions. */
export function extensions(out: Fields, reader: ByteReader, place: ExtensionPlace): void {
  list(out, 'extensions', reader, 2, (inner, push) => push(extension(inner, place)));
}

function extension(reader: ByteReader, place: ExtensionPlace): TraceValue {
  const type = codes.extensionType(reader.u16());
  const length = reader.u16();
  // What is missing of the last one in a message that was cut off is told by its own reader.
  const data = reader.bytes(Math.min(length, reader.remaining));
  const read = READERS[type.id];
  const fields =
    read === undefined
      ? []
      : readFields(data, type.name ?? 'the extension', (inner, into) => read(inner, into, place));
  return { kind: 'extension', type, length, fields };
}

/** RFC 6066 section 3; a server answers with an empty one. */
function serverName(reader: ByteReader, out: Fields, place: ExtensionPlace): void {
  if (place !== 'ClientHello') return;
  list(out, 'server_name_list', reader, 2, (inner, push) => {
    const type = inner.u8();
    const name = inner.vector(2);
    push(type === 0 ? { kind: 'text', text: latin1(name) } : { kind: 'opaque', length: name.length });
  });
}

/** RFC 6066 section 8; the response itself in the Certificate of TLS 1.3 (RFC 8446 section 4.4.2.1). */
function statusRequest(reader: ByteReader, out: Fields, place: ExtensionPlace): void {
  if (place === 'ClientHello') {
    add(out, 'status_type', codes.statusType(reader.u8()));
    opaque(out, 'responder_id_list', reader, 2);
    opaque(out, 'request_extensions', reader, 2);
  } else if (place === 'Certificate') {
    certificateStatus(reader, out);
  }
}

/** CertificateStatus (RFC 6066 section 8). */
export function certificateStatus(reader: ByteReader, out: Fields): void {
  add(out, 'status_type', codes.statusType(reader.u8()));
  opaque(out, 'response', reader, 3);
}

function signatureSchemes(reader: ByteReader, out: Fields): void {
  list(out, 'supported_signature_algorithms', reader, 2, (inner, push) => push(codes.scheme(inner.u16())));
}

/** RFC 8446 section 4.2.1. */
function supportedVersions(reader: ByteReader, out: Fields, place: ExtensionPlace): void {
  if (place === 'ClientHello') {
    list(out, 'versions', reader, 1, (inner, push) => push(codes.version(inner.u16())));
  } else add(out, 'selected_version', codes.version(reader.u16()));
}

/** RFC 8446 section 4.2.8. */
function keyShare(reader: ByteReader, out: Fields, place: ExtensionPlace): void {
  if (place === 'HelloRetryRequest') {
    add(out, 'selected_group', codes.group(reader.u16()));
  } else if (place === 'ClientHello') {
    list(out, 'client_shares', reader, 2, (inner, push) => {
      const fields: Fields = [];
      push({ kind: 'fields', fields });
      keyShareEntry(inner, fields);
    });
  } else keyShareEntry(reader, out);
}

function keyShareEntry(reader: ByteReader, out: Fields): void {
  add(out, 'group', codes.group(reader.u16()));
  opaque(out, 'key_exchange', reader, 2);
}

/** RFC 8446 section 4.2.11. An identity is a ticket, or names a key. */
function preSharedKey(reader: ByteReader, out: Fields, place: ExtensionPlace): void {
  if (place !== 'ClientHello') {
    add(out, 'selected_identity', count(reader.u16()));
    return;
  }
  list(out, 'identities', reader, 2, (inner, push) => {
    const fields: Fields = [];
    push({ kind: 'fields', fields });
    opaque(fields, 'identity', inner, 2);
    add(fields, 'obfuscated_ticket_age', count(u32(inner)));
  });
  list(out, 'binders', reader, 2, hidden(1));
}
