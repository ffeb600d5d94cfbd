import { namesOf, type Vocabulary } from '../../policy/gate-file/vocabulary.js';
import { isEhloName } from '../../smtp/command.js';
import {
  allGroups,
  allSchemes,
  allSuites,
  groupByName,
  nearestGroupNames,
  nearestSchemeNames,
  nearestSuiteNames,
  schemeByName,
  suiteByName,
} from '../../wire/names.js';
import { nearestNames } from '../../wire/nearest.js';
import { DH_PRIME_ROWS } from '../../wire/tables/dh-primes.js';

/** The words of a gate's file and of a profile's: our tables, with the rules and profiles that there are. */
export function vocabulary(rules: Iterable<string>, profiles: Iterable<string>): Vocabulary {
  return {
    rules: namesOf(rules, nearestNames),
    profiles: namesOf(profiles, nearestNames),
    suites: namesOf(
      allSuites().map(({ iana, openssl }) => iana ?? openssl ?? ''),
      nearestNames,
      {
        find(name) {
          const suite = suiteByName(name);
          return suite?.iana ?? suite?.openssl ?? undefined;
        },
        nearest: (name) => nearestSuiteNames(name, 3),
      },
    ),
    groups: namesOf(
      allGroups().map(({ iana }) => iana),
      nearestNames,
      { find: (name) => groupByName(name)?.iana, nearest: (name) => nearestGroupNames(name, 3) },
    ),
    schemes: namesOf(
      allSchemes().map(({ iana }) => iana),
      nearestNames,
      { find: (name) => schemeByName(name)?.iana, nearest: (name) => nearestSchemeNames(name, 3) },
    ),
    primes: namesOf(
      DH_PRIME_ROWS.map(([name]) => name),
      nearestNames,
    ),
    nearest: nearestNames,
    isEhloName,
  };
}
