// Host names and addresses (RFC 9525). openssl's answers are recorded as they are, also where RFC 9525 says no:
// common names, partial wildcards.
import * as ext from '../lib/extensions.mjs';
import { HOST, leaf } from '../lib/certificate.mjs';
import { ecIntermediate, ecRoot } from './authorities.mjs';

/** A chain whose leaf has these names, judged for `check` ({ hostToCheck } or { ip }). */
function named(id, purpose, { san, subject, critical, ...check }, code) {
  const extensions = { subjectAltName: san && ext.subjectAltName(san, critical) };
  const chain = [leaf(ecIntermediate, { subject, extensions }), ecIntermediate];
  return { id, purpose, chain, trust: [ecRoot], ...check, shows: [code, code] };
}

const OTHER = 'other.smtpcheck.test';
const usual = { dns: [HOST], ip: ['127.0.0.1', '::1'] };

export default [
  named('wrong-name', 'The certificate is for another host.', { san: { dns: [OTHER] }, subject: OTHER }, 62),
  {
    id: 'wrong-name-and-expired',
    purpose: 'Another host’s certificate, and expired: two errors at depth 0.',
    chain: [
      leaf(ecIntermediate, {
        subject: OTHER,
        notAfter: '2021-01-01T00:00:00Z',
        extensions: { subjectAltName: ext.subjectAltName({ dns: [OTHER] }) },
      }),
      ecIntermediate,
    ],
    trust: [ecRoot],
    shows: [62, 62],
  },
  named(
    'name-second-in-san',
    'The name is the second of three.',
    { san: { dns: [OTHER, HOST, 'localhost'] } },
    0,
  ),
  named('name-in-capitals', 'Case does not matter.', { san: { dns: ['MAIL.SmtpCheck.TEST'] } }, 0),
  named(
    'name-trailing-dot-in-san',
    'The SAN ends in a dot.',
    { san: { dns: [`${HOST}.`] }, subject: OTHER },
    62,
  ),
  named(
    'name-trailing-dot-asked',
    'The name asked for ends in a dot.',
    { san: usual, hostToCheck: `${HOST}.` },
    62,
  ),
  named(
    'name-is-suffix',
    'The SAN is a parent domain of the host.',
    { san: { dns: ['smtpcheck.test'] } },
    62,
  ),
  named(
    'name-leading-dot-san',
    'The SAN is the parent domain with a leading dot.',
    { san: { dns: ['.smtpcheck.test'] } },
    62,
  ),
  named(
    'name-with-nul',
    'The SAN has a NUL byte after the right name: software written in C used to stop reading there.',
    { san: { dns: [`${HOST}\0.evil.test`] }, subject: OTHER },
    62,
  ),
  named('name-empty-san', 'The SAN extension holds an empty list.', { san: {}, subject: OTHER }, 62),
  named(
    'name-empty-subject',
    'No subject at all, and a critical SAN, as RFC 5280 wants it then.',
    { san: usual, subject: [], critical: true },
    0,
  ),
  named(
    'wildcard-san',
    '*.smtpcheck.test for mail.smtpcheck.test.',
    { san: { dns: ['*.smtpcheck.test'] } },
    0,
  ),
  named(
    'wildcard-wrong-level',
    '*.smtpcheck.test stands for one label only.',
    { san: { dns: ['*.smtpcheck.test'] }, hostToCheck: 'a.mail.smtpcheck.test' },
    62,
  ),
  named(
    'wildcard-bare-domain',
    '*.smtpcheck.test does not stand for smtpcheck.test.',
    { san: { dns: ['*.smtpcheck.test'] }, hostToCheck: 'smtpcheck.test' },
    62,
  ),
  named('wildcard-not-leftmost', 'A wildcard in the second label.', { san: { dns: ['mail.*.test'] } }, 62),
  named('wildcard-alone', 'The SAN is a lone *.', { san: { dns: ['*'] }, hostToCheck: 'localhost' }, 62),
  named(
    'wildcard-top-level',
    '*.test for smtpcheck.test: openssl wants two labels after the wildcard.',
    { san: { dns: ['*.test'] }, hostToCheck: 'smtpcheck.test' },
    62,
  ),
  named(
    'partial-wildcard',
    'm*.smtpcheck.test: openssl accepts part of a label, RFC 9525 does not.',
    { san: { dns: ['m*.smtpcheck.test'] } },
    0,
  ),
  named(
    'partial-wildcard-f',
    'f*.smtpcheck.test for foo.smtpcheck.test: the same with the name given.',
    { san: { dns: ['f*.smtpcheck.test'] }, hostToCheck: 'foo.smtpcheck.test' },
    0,
  ),
  named(
    'wildcard-idn',
    '*.smtpcheck.test for an A-label.',
    { san: { dns: ['*.smtpcheck.test'] }, hostToCheck: 'xn--bcher-kva.smtpcheck.test' },
    0,
  ),
  named('cn-only', 'No SAN, the common name is right: openssl falls back to it, RFC 9525 does not.', {}, 0),
  named('cn-only-wrong', 'No SAN, and the common name is wrong.', { subject: OTHER }, 62),
  named(
    'cn-right-san-wrong',
    'The common name is right, but a SAN names another host: the SAN wins.',
    { san: { dns: [OTHER] } },
    62,
  ),
  named(
    'cn-with-ip-san-only',
    'The common name is right and the SAN has an address alone: openssl still falls back.',
    { san: { ip: ['127.0.0.1'] } },
    0,
  ),
  named(
    'cn-with-email-san-only',
    'The same with an e-mail address in the SAN.',
    { san: { email: ['postmaster@smtpcheck.test'] } },
    0,
  ),
  named('ip-san-match', 'The address is in the SAN.', { san: usual, ip: '127.0.0.1' }, 0),
  named(
    'ip-san-match-v6',
    'The IPv6 address is in the SAN, asked for in long form.',
    { san: usual, ip: '0:0:0:0:0:0:0:1' },
    0,
  ),
  named('ip-mismatch', 'Another address is asked for.', { san: usual, ip: '127.0.0.2' }, 64),
  named(
    'ip-in-dns-san',
    'The address is in the SAN, but as a dNSName.',
    { san: { dns: ['127.0.0.1'] }, ip: '127.0.0.1' },
    64,
  ),
  named(
    'ip-in-cn',
    'The address is in the common name alone.',
    { subject: '127.0.0.1', ip: '127.0.0.1' },
    64,
  ),
  named(
    'ip-v4-mapped',
    'The SAN has the IPv4 address, the mapped IPv6 form is asked for.',
    { san: usual, ip: '::ffff:7f00:1' },
    64,
  ),
];
