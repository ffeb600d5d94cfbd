import { ascii, cn, der, oid } from '../support/der-writer.js';
import { constraints, dns, otherName, subtree } from '../support/constraint-writer.js';

/** A value of the nameConstraints extension, and whether OpenSSL reads it. */
export interface ConstraintForm {
  readonly why: string;
  readonly value: Uint8Array;
  readonly read: boolean;
}

const of = (read: boolean, forms: Readonly<Record<string, Uint8Array>>): ConstraintForm[] =>
  Object.entries(forms).map(([why, value]) => ({ why, value, read }));

/** nameConstraints with this base alone. */
const based = (base: Uint8Array): Uint8Array => constraints({ permitted: [subtree(base)] });
const dnsSubtree = subtree(dns('example.test'));
/** A directoryName of one attribute with a value of this type. */
const named = (value: Uint8Array): Uint8Array =>
  based(der(0xa4, der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), value)))));
const valued = (value: Uint8Array): Uint8Array => based(otherName('1.2.3.4', value));

const FRAMES = [
  ...of(true, {
    'no lists': der(0x30),
    'empty lists': constraints({ permitted: [], excluded: [] }),
    'a list that does not call itself constructed': der(0x30, der(0x80, dnsSubtree)),
    'data behind the value': Uint8Array.from([...constraints({ excluded: [dnsSubtree] }), 5, 0]),
  }),
  ...of(false, {
    'no octets': Uint8Array.of(),
    'no SEQUENCE': der(0x31),
    'lists in the wrong order': der(0x30, der(0xa1, dnsSubtree), der(0xa0, dnsSubtree)),
    'a list twice': der(0x30, der(0xa0, dnsSubtree), der(0xa0, dnsSubtree)),
    'a third list': der(0x30, der(0xa2, dnsSubtree)),
    'a list of names, not of subtrees': der(0x30, der(0xa0, dns('example.test'))),
    'a list cut off': Uint8Array.of(0x30, 0x03, 0xa0, 0x05, 0x30),
  }),
];

const SUBTREES = [
  ...of(true, {
    'a minimum of 0': constraints({ permitted: [subtree(dns('x.test'), [0])] }),
    'a negative minimum': constraints({ permitted: [subtree(dns('x.test'), [0xff])] }),
    'a huge maximum': constraints({
      permitted: [subtree(dns('x.test'), undefined, [1, 2, 3, 4, 5, 6, 7, 8, 9])],
    }),
  }),
  ...of(false, {
    'a subtree without a base': constraints({ permitted: [der(0x30)] }),
    'a subtree that is a SET': constraints({ permitted: [der(0x31, dns('x.test'))] }),
    'an empty minimum': constraints({ permitted: [subtree(dns('x.test'), [])] }),
    'a minimum with a padded octet': constraints({ permitted: [subtree(dns('x.test'), [0, 1])] }),
    'a maximum before the minimum': constraints({
      permitted: [der(0x30, dns('x.test'), der(0x81, [1]), der(0x80, [1]))],
    }),
    'a minimum in an EXPLICIT tag': constraints({
      permitted: [der(0x30, dns('x.test'), der(0xa0, der(0x02, [0])))],
    }),
    'more behind the maximum': constraints({
      permitted: [der(0x30, dns('x.test'), der(0x81, [1]), der(0x82, [1]))],
    }),
  }),
];

const BASES = [
  ...of(true, {
    'a base of any octets': based(dns('\0\xff')),
    'an x400Address that is none': based(der(0xa3, [0xff, 0xff, 0xff])),
    'an ediPartyName': based(der(0xa5, der(0xa0, der(0x0c, ascii('a'))), der(0xa1, der(0x13, ascii('b'))))),
    'an ediPartyName without an assigner': based(der(0xa5, der(0xa1, der(0x13, ascii('b'))))),
    'a directoryName without parts': based(der(0xa4, der(0x30))),
    'a directoryName with an empty part': based(der(0xa4, der(0x30, der(0x31)))),
    'an attribute that is a BIT STRING': named(der(0x03, [0, 1])),
    'an attribute that is a SEQUENCE': named(der(0x30, [0xff])),
    'an attribute of a type that OpenSSL has no name for': named(der(0x0d, [1])),
    'an otherName with a SEQUENCE of nothing known': valued(der(0x30, [0xff])),
    'an otherName with a value of another class': valued(der(0x85, [1])),
    'an otherName with an INTEGER': valued(der(0x02, [1])),
    'an otherName with a NULL': valued(der(0x05)),
  }),
  ...of(false, {
    'an unknown kind of name': based(der(0x89, [1])),
    'a name in a universal tag': based(der(0x16, ascii('x.test'))),
    'an x400Address that is not constructed': based(der(0x83)),
    'an otherName without a value': based(der(0xa0, oid('1.2.3.4'))),
    'an otherName without a type': based(der(0xa0, der(0xa0, der(0x05)))),
    'an otherName with two values': based(der(0xa0, oid('1.2.3.4'), der(0xa0, der(0x05), der(0x05)))),
    'an otherName with more behind it': based(der(0xa0, oid('1.2.3.4'), der(0xa0, der(0x05)), der(0x05))),
    'an otherName with an empty value': based(der(0xa0, oid('1.2.3.4'), der(0xa0))),
    'an otherName with a BOOLEAN of two octets': valued(der(0x01, [1, 1])),
    'an otherName with a NULL of an octet': valued(der(0x05, [0])),
    'an otherName with an empty INTEGER': valued(der(0x02)),
    'an otherName with a padded ENUMERATED': valued(der(0x0a, [0, 1])),
    'an otherName with an empty BIT STRING': valued(der(0x03)),
    'an otherName with an empty OBJECT IDENTIFIER': valued(der(0x06)),
    'an otherName with half a character': valued(der(0x1e, [1])),
    'an otherName with half a wide character': valued(der(0x1c, [0, 0, 1])),
    'an otherName with a SEQUENCE that is not constructed': valued(der(0x10)),
    'an otherName with a constructed INTEGER': valued(der(0x22, der(0x02, [1]))),
    'an ediPartyName without a party': based(der(0xa5, der(0xa0, der(0x0c, ascii('a'))))),
    'an ediPartyName with an IA5String': based(der(0xa5, der(0xa1, der(0x16, ascii('b'))))),
    'an ediPartyName with more behind it': based(der(0xa5, der(0xa1, der(0x13, ascii('b'))), der(0x05))),
    'a directoryName in no EXPLICIT tag': based(der(0xa4, cn('x').subarray(2))),
    'a directoryName with an OCTET STRING': named(der(0x04, [1])),
    'a directoryName with a VisibleString': named(der(0x1a, ascii('x'))),
    'a directoryName with a malformed BIT STRING': named(der(0x03, [8, 1])),
    'a directoryName with invalid UTF-8': named(der(0x0c, [0xc3])),
    'a registeredID without arcs': based(der(0x88)),
    'a registeredID cut off': based(der(0x88, [0x80])),
  }),
];

/** Every form is one that a reader that only looks for what it knows would take. */
export const CONSTRAINT_FORMS: readonly ConstraintForm[] = [...FRAMES, ...SUBTREES, ...BASES];
