// Two shapes of chain that many cases share: all is ordinary but one certificate.
import { intermediate, leaf } from '../lib/certificate.mjs';
import { ecIntermediate, ecRoot } from './authorities.mjs';

/** Root, an intermediate made with these options, an ordinary leaf. */
export function below(id, purpose, options, shows) {
  const odd = intermediate(`Lab Odd Intermediate (${id})`, ecRoot, options);
  return { id, purpose, chain: [leaf(odd), odd], trust: [ecRoot], shows };
}

/** Root, ordinary intermediate, a leaf made with these options. */
export const leafWith = (id, purpose, options, shows) => ({
  id,
  purpose,
  chain: [leaf(ecIntermediate, options), ecIntermediate],
  trust: [ecRoot],
  shows,
});
