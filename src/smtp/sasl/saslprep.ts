import saslprep from '@mongodb-js/saslprep';

/*
 * The only module that loads the tables of RFC 3454, for who has characters beyond ASCII. A bundle of its own may hold it, so
 * it returns its refusals: an error thrown over there is no instance of the class over here.
 */

/** A prepared string, or the rule that the string breaks. */
export type Prepared = { readonly text: string } | { readonly rule: string };

/** SASLprep (RFC 4013). A query may hold code points that Unicode 3.2 does not know, a stored string may not. */
export function prepareBeyondAscii(text: string, use: 'query' | 'stored'): Prepared {
  try {
    return { text: saslprep(text, { allowUnassigned: use === 'query' }) };
  } catch (error) {
    return { rule: ruleOf(error) };
  }
}

// The library's message is matched and never passed on: nothing promises that it does not hold the string.
function ruleOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Prohibited')) return 'a prohibited character (RFC 4013 section 2.3)';
  if (message.startsWith('Unassigned')) {
    return 'a character that is not in Unicode 3.2, such as an emoji (RFC 4013 section 2.5)';
  }
  if (/RandALCat/.test(message)) return 'right-to-left text mixed with other text (RFC 4013 section 2.4)';
  // The library stumbles over a string of nothing but soft hyphens and the like.
  return 'only characters that are mapped to nothing (RFC 4013 section 2.1)';
}
