// Name constraints (RFC 5280 section 4.2.1.10) in the intermediate.
import * as ext from '../lib/extensions.mjs';
import { distinguishedName, HOST, intermediate, leaf } from '../lib/certificate.mjs';
import { ecRoot } from './authorities.mjs';

const NO_ERROR = [0, 0];

/** Root, an intermediate with these name constraints, a leaf with these names. */
function constrained(id, purpose, constraints, shows, leafOptions) {
  const ca = intermediate(`Lab Constrained Intermediate (${id})`, ecRoot, {
    extensions: { nameConstraints: ext.nameConstraints(constraints) },
  });
  return { id, purpose, chain: [leaf(ca, leafOptions), ca], trust: [ecRoot], shows };
}

const san = (names) => ({ extensions: { subjectAltName: names && ext.subjectAltName(names) } });

export default [
  constrained(
    'name-constraints-permitted',
    'dNSName constraint that the leaf keeps.',
    { permitted: { dns: ['smtpcheck.test'] } },
    NO_ERROR,
    san({ dns: [HOST] }),
  ),
  constrained(
    'name-constraints-violated',
    'dNSName constraint that the leaf breaks.',
    { permitted: { dns: ['example.test'] } },
    [47, 47],
    san({ dns: [HOST] }),
  ),
  constrained(
    'name-constraints-one-san-violates',
    'One of the leaf’s two names breaks the constraint.',
    { permitted: { dns: ['smtpcheck.test'] } },
    [47, 47],
    san({ dns: [HOST, 'mail.example.test'] }),
  ),
  constrained(
    'name-constraints-excluded',
    'The leaf’s name is excluded.',
    { excluded: { dns: ['smtpcheck.test'] } },
    [48, 48],
    san({ dns: [HOST] }),
  ),
  constrained(
    'name-constraints-leading-dot',
    'A dNSName constraint with a leading dot.',
    { permitted: { dns: ['.smtpcheck.test'] } },
    NO_ERROR,
    san({ dns: [HOST] }),
  ),
  constrained(
    'name-constraints-label-boundary',
    'A constraint ends inside a label: check.test is no parent of smtpcheck.test.',
    { permitted: { dns: ['check.test'] } },
    [47, 47],
    san({ dns: [HOST] }),
  ),
  constrained(
    'name-constraints-ip-permitted',
    'An address range that has the leaf’s address.',
    { permitted: { ip: ['127.0.0.0/255.0.0.0'] } },
    NO_ERROR,
    san({ dns: [HOST], ip: ['127.0.0.1'] }),
  ),
  constrained(
    'name-constraints-ip-violated',
    'An address range that has it not.',
    { permitted: { ip: ['10.0.0.0/255.0.0.0'] } },
    [47, 47],
    san({ dns: [HOST], ip: ['127.0.0.1'] }),
  ),
  constrained(
    'name-constraints-cn-violates',
    'No SAN; the common name, read as a host name, breaks the constraint.',
    { permitted: { dns: ['example.test'] } },
    [47, 47],
    san(undefined),
  ),
  constrained(
    'name-constraints-directory-permitted',
    'directoryName constraint that the leaf’s subject keeps.',
    { permitted: { directory: [distinguishedName([['O', 'smtpcheck test PKI']])] } },
    NO_ERROR,
  ),
  constrained(
    'name-constraints-directory-violated',
    'directoryName constraint that the leaf’s subject breaks.',
    { permitted: { directory: [distinguishedName([['O', 'Somebody Else']])] } },
    [47, 47],
  ),
];
