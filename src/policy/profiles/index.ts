import type { Profile } from '../profile.js';
import { intermediate, modern, old } from './mozilla.js';
import { ncscNl202505 } from './ncsc-nl.js';
import { rfc9325 } from './rfc9325.js';
import { mx, submission } from './roles.js';

/*
 * The only registry of profiles: a new one is its file, a line here, its name in names.ts, and its test.
 */

export const PROFILES: readonly Profile[] = [
  mx,
  submission,
  modern,
  intermediate,
  old,
  ncscNl202505,
  rfc9325,
];

export const profileByName = (name: string): Profile | undefined =>
  PROFILES.find((profile) => profile.name === name);
