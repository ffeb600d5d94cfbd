import type { GeneralSubtree, NameConstraints } from './certificate-types.js';
import { childrenOf, expectTag, integerOctets, malformed, readElement, TAG, type DerElement } from './der.js';
import { readGeneralName } from './extensions.js';

/**
 * RFC 5280 section 4.2.1.10: two lists, either of which may be left out. Refused is what OpenSSL's d2i_NAME_CONSTRAINTS
 * refuses: a certificate whose constraints cannot be read must not count as one that has none.
 */
export function decodeNameConstraints(value: Uint8Array): NameConstraints {
  const lists = childrenOf(expectTag(readElement(value), TAG.sequence, 'nameConstraints'));
  const permitted = takeList(lists, 0);
  const excluded = takeList(lists, 1);
  if (lists.length > 0) throw malformed('nameConstraints of unknown parts');
  return { permitted, excluded };
}

/** GeneralSubtrees under the IMPLICIT tag `number`. RFC 5280 wants one subtree at least; an empty list constrains nothing. */
function takeList(lists: DerElement[], number: number): GeneralSubtree[] {
  // OpenSSL takes a list by its number alone, also where it does not call itself constructed.
  const tags: readonly (number | undefined)[] = [0x80 | number, 0xa0 | number];
  const list = tags.includes(lists[0]?.tag) ? lists.shift() : undefined;
  return list === undefined ? [] : childrenOf(list).map(readSubtree);
}

function readSubtree(element: DerElement): GeneralSubtree {
  const fields = childrenOf(expectTag(element, TAG.sequence, 'a GeneralSubtree'));
  const base = fields.shift();
  if (base === undefined) throw malformed('a GeneralSubtree without a base');
  const minimum = fields[0]?.tag === 0x80 ? integerOctets(expectTag(fields.shift(), 0x80, 'a minimum')) : [0];
  const maximum =
    fields[0]?.tag === 0x81 ? integerOctets(expectTag(fields.shift(), 0x81, 'a maximum')) : null;
  if (fields.length > 0) throw malformed('a GeneralSubtree of unknown parts');
  return { base: readGeneralName(base), limited: minimum.join() !== '0' || maximum !== null };
}
