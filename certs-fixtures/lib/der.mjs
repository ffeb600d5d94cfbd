// A thin DER writer over node-forge's asn1: every function returns a forge ASN.1 node, `toDer` makes bytes of it.
import forge from 'node-forge';

const { asn1 } = forge;
const { Class, Type } = asn1;

const binary = (bytes) => Buffer.from(bytes).toString('binary');
const primitive = (type, value) => asn1.create(Class.UNIVERSAL, type, false, value);
const constructed = (type, children) => asn1.create(Class.UNIVERSAL, type, true, children.filter(Boolean));

export const toDer = (node) => Buffer.from(asn1.toDer(node).getBytes(), 'binary');
export const fromDer = (bytes) => asn1.fromDer(binary(bytes), { decodeBitStrings: false });

export const seq = (...children) => constructed(Type.SEQUENCE, children);
export const set = (...children) => constructed(Type.SET, children);
export const oid = (dotted) => primitive(Type.OID, asn1.oidToDer(dotted).getBytes());
export const boolean = (value) => primitive(Type.BOOLEAN, value ? '\xff' : '\x00');
export const octets = (bytes) => primitive(Type.OCTETSTRING, binary(bytes));
export const nil = () => primitive(Type.NULL, '');
export const ia5 = (text) => primitive(22, text);

/** A non-negative INTEGER, from a small number or from big-endian bytes. */
export function integer(value) {
  if (typeof value === 'number') return primitive(Type.INTEGER, asn1.integerToDer(value).getBytes());
  const bytes = value[0] & 0x80 ? Buffer.concat([Buffer.of(0), value]) : value;
  return primitive(Type.INTEGER, binary(bytes));
}

export const bits = (bytes, unused = 0) =>
  primitive(Type.BITSTRING, binary(Buffer.concat([Buffer.of(unused), bytes])));

/** A named-bit list (KeyUsage): trailing zero bits are dropped, as DER asks. */
export function namedBits(positions) {
  const last = Math.max(...positions);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const position of positions) bytes[position >> 3] |= 0x80 >> (position & 7);
  return bits(bytes, 7 - (last & 7));
}

/** [tag] EXPLICIT: wraps the node. */
export const explicit = (tag, child) => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, [child]);
/** [tag] IMPLICIT over constructed content. */
export const implicit = (tag, ...children) => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, children);
/** [tag] IMPLICIT over primitive bytes. */
export const implicitBytes = (tag, bytes) => asn1.create(Class.CONTEXT_SPECIFIC, tag, false, binary(bytes));

/** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
export function time(iso) {
  const date = new Date(iso);
  return date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
}

const STRING_TAGS = { utf8: 12, printable: 19, teletex: 20, ia5: 22 };

/** A directory string; `kind` picks the ASN.1 type, which OpenSSL ignores when it compares names. */
export function directoryString(text, kind = 'utf8') {
  if (kind === 'bmp') return primitive(Type.BMPSTRING, text); // forge itself writes two bytes a character
  return primitive(STRING_TAGS[kind], binary(Buffer.from(text, kind === 'utf8' ? 'utf8' : 'latin1')));
}
