// Validity periods.
import { intermediate, leaf, root } from '../lib/certificate.mjs';
import { ecIntermediate, ecRoot } from './authorities.mjs';

const PAST = { notAfter: '2021-01-01T00:00:00Z' };
const FUTURE = { notBefore: '2110-01-01T00:00:00Z' };

const pastIntermediate = intermediate('Lab Expired Intermediate', ecRoot, PAST);
const futureIntermediate = intermediate('Lab Future Intermediate', ecRoot, FUTURE);
const pastRoot = root('lab-root-expired', 'Lab Root Expired', PAST);
const futureRoot = root('lab-root-future', 'Lab Root Future', FUTURE);
const short = leaf(ecIntermediate, { notBefore: '2024-01-01T00:00:00Z', notAfter: '2024-03-31T23:59:59Z' });

export default [
  {
    id: 'expired-leaf',
    purpose: 'The leaf has expired.',
    chain: [leaf(ecIntermediate, PAST), ecIntermediate],
    trust: [ecRoot],
    shows: [10, 10],
  },
  {
    id: 'expired-intermediate',
    purpose: 'The intermediate has expired.',
    chain: [leaf(pastIntermediate), pastIntermediate],
    trust: [ecRoot],
    shows: [10, 10],
  },
  {
    id: 'expired-root',
    purpose: 'The trusted root has expired.',
    chain: [leaf(pastRoot)],
    trust: [pastRoot],
    shows: [10, 10],
  },
  {
    id: 'expired-leaf-and-intermediate',
    purpose: 'Both have expired: openssl reports from the top down.',
    chain: [leaf(pastIntermediate, PAST), pastIntermediate],
    trust: [ecRoot],
    shows: [10, 10],
  },
  {
    id: 'not-yet-valid',
    purpose: 'The leaf is not valid yet.',
    chain: [leaf(ecIntermediate, FUTURE), ecIntermediate],
    trust: [ecRoot],
    shows: [9, 9],
  },
  {
    id: 'not-yet-valid-intermediate',
    purpose: 'The intermediate is not valid yet.',
    chain: [leaf(futureIntermediate), futureIntermediate],
    trust: [ecRoot],
    shows: [9, 9],
  },
  {
    id: 'not-yet-valid-root',
    purpose: 'The trusted root is not valid yet.',
    chain: [leaf(futureRoot)],
    trust: [futureRoot],
    shows: [9, 9],
  },
  {
    id: 'validity-inverted',
    purpose: 'The validity ends before it begins.',
    chain: [leaf(ecIntermediate, { ...PAST, ...FUTURE }), ecIntermediate],
    trust: [ecRoot],
    shows: [9, 9],
  },
  {
    id: 'at-before',
    purpose: 'A good chain judged in 2019, before any of it is valid.',
    chain: [leaf(ecIntermediate), ecIntermediate],
    trust: [ecRoot],
    at: '2019-06-01T00:00:00Z',
    shows: [9, 9],
  },
  {
    id: 'at-after',
    purpose: 'A good chain judged in 2150, after all of it has expired.',
    chain: [leaf(ecIntermediate), ecIntermediate],
    trust: [ecRoot],
    at: '2150-06-01T00:00:00Z',
    shows: [10, 10],
  },
  {
    id: 'at-last-second',
    purpose: 'Judged at the very second of notAfter, which RFC 5280 counts as valid and openssl does not.',
    chain: [short, ecIntermediate],
    trust: [ecRoot],
    at: '2024-03-31T23:59:59Z',
    shows: [10, 10],
  },
  {
    id: 'at-one-second-later',
    purpose: 'Judged one second after notAfter.',
    chain: [short, ecIntermediate],
    trust: [ecRoot],
    at: '2024-04-01T00:00:00Z',
    shows: [10, 10],
  },
  {
    id: 'at-first-second',
    purpose: 'Judged at the very second of notBefore.',
    chain: [short, ecIntermediate],
    trust: [ecRoot],
    at: '2024-01-01T00:00:00Z',
    shows: [0, 0],
  },
];
