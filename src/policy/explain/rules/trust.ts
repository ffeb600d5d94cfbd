import { rules } from '../make.js';
import { STAPLE } from '../settings-smtp.js';

const STAPLED =
  'A staple is asked for in every handshake, and verified by signature, responder, time and status.';
const LISTS =
  'The lists come from --crl-file; none is fetched. Both the leaf and its CAs are looked up with --crl-check all.';
const RECORDS =
  'The records are given with --tlsa; no DNS is asked. The chain is held against each as RFC 7671 has it.';
const ZONE = 'smtpcheck cert FILE --show-tlsa prints the record; it goes into the zone at _25._tcp.HOST.';

/** Revocation, and DANE. */
export const TRUST = rules({
  'certificate-revoked': {
    title: 'a certificate of the path is revoked',
    what: 'Its CA says so, in a staple or in a revocation list (code 23).',
    why: 'Its key may be in the hands of others, or it was issued by mistake.',
    attack: 'Who has the key answers in the place of the server.',
    measured: `${STAPLED} ${LISTS}`,
    fix: {
      other:
        'Find out why. Make a new key, have a new certificate issued, install both, and reload the mail server.',
    },
    refs: ['RFC 5280 section 5', 'RFC 6960'],
  },
  'crl-missing': {
    title: 'there is no revocation list for a certificate',
    what: 'No list of its issuer that counts was given (codes 3 and 33).',
    why: 'With --crl-check what is not known is not good.',
    measured: LISTS,
    fix: {
      other:
        'Give the newest complete list of the issuer with --crl-file; with --crl-check all also those of its CAs, the root too.',
    },
    refs: ['RFC 5280 section 6.3'],
  },
  'crl-invalid': {
    title: 'a revocation list does not count',
    what: 'Its signature, its scope, its dates or its extensions do not hold (codes 8, 15, 16, 35, 36, 41, 44, 54).',
    why: 'A list that somebody else made says nothing.',
    measured: LISTS,
    fix: { other: 'Fetch the list again from the address in crlDistributionPoints of the certificate.' },
    refs: ['RFC 5280 section 6.3'],
  },
  'crl-expired': {
    title: 'a revocation list has expired',
    what: 'Its nextUpdate has passed (code 12).',
    why: 'What was revoked since is not in it.',
    measured: LISTS,
    fix: { other: 'Fetch the newest list from the CA, and let a job do so before each nextUpdate.' },
    refs: ['RFC 5280 section 5.1.2.5'],
  },
  'crl-not-yet-valid': {
    title: 'a revocation list is not valid yet',
    what: 'Its thisUpdate is to come (code 11).',
    why: 'One of the clocks is wrong.',
    measured: LISTS,
    fix: { other: 'Check the clock here, or use the list that is valid now.' },
    refs: ['RFC 5280 section 5.1.2.4'],
  },
  'ocsp-stale': {
    title: 'the stapled OCSP response is out of date',
    what: 'Its nextUpdate has passed, or it is older than allowed.',
    why: 'Strict clients break off; to others it is as good as none.',
    measured: STAPLED,
    fix: STAPLE,
    refs: ['RFC 6960 section 3.2', 'RFC 6066 section 8'],
  },
  'ocsp-invalid': {
    title: 'the stapled OCSP response cannot be believed',
    what: 'It is of another certificate, not signed by a responder of the CA, or broken.',
    why: 'Strict clients break off; to others it is as good as none.',
    measured: STAPLED,
    fix: STAPLE,
    refs: ['RFC 6960 section 3.2', 'RFC 6066 section 8'],
  },
  'ocsp-unknown': {
    title: 'the OCSP responder does not know the certificate',
    what: 'The stapled response says unknown.',
    why: 'Strict clients break off.',
    measured: STAPLED,
    fix: {
      ...STAPLE,
      other:
        'Ask the CA: it can take a while for a new certificate. Staple nothing until there is a response.',
    },
    refs: ['RFC 6960 section 2.2'],
  },
  'must-staple-without-staple': {
    title: 'the certificate demands a staple, and none was sent',
    what: 'Its TLS feature extension has status_request (must-staple).',
    why: 'Clients that know the extension refuse the server.',
    measured: STAPLED,
    fix: {
      ...STAPLE,
      other:
        'Postfix cannot staple: have the certificate issued without the extension (certbot: without --must-staple).',
    },
    refs: ['RFC 7633 section 4.2.3.1', 'RFC 6066 section 8'],
  },
  'tlsa-matched': {
    title: 'a published TLSA record matches the chain',
    what: 'Senders that use DANE take the server for the right one.',
    why: 'It is a note: all is well.',
    measured: RECORDS,
    fix: { other: 'Nothing is to be done. Publish the record of the next key before you deploy it.' },
    refs: ['RFC 7672 section 3.1'],
  },
  'tlsa-mismatch': {
    title: 'no published TLSA record authenticates the chain',
    what: 'None of the records is of this key or of a CA in the chain.',
    why: 'Senders that use DANE do not deliver: the mail waits, and then bounces.',
    measured: RECORDS,
    fix: {
      other: `Publish the record of the new key beside the old one, wait for two TTLs, deploy, check, and only then take the old one away. ${ZONE}`,
    },
    refs: ['RFC 7671 section 8.1', 'RFC 7672 section 3.1.2'],
  },
  'tlsa-invalid': {
    title: 'a TLSA record matches, and the chain does not hold all the same',
    what: 'With usage 2 (and 0 and 1) dates, names and signatures count beside the record.',
    why: 'Senders that use DANE do not deliver.',
    measured: RECORDS,
    fix: {
      other: `Mend what is named, or publish 3 1 1, with which neither dates nor names nor issuers count. ${ZONE}`,
    },
    refs: ['RFC 7671 section 5.2', 'RFC 7672 section 3.1.1', 'RFC 5280 section 6.3'],
  },
  'tlsa-unusable': {
    title: 'TLSA records cannot be used',
    what: 'Their usage is 0 or 1, which mail does not use, or their numbers or data make no sense.',
    why: 'Senders pass over them. Where no other is left they encrypt, and do not authenticate.',
    measured: RECORDS,
    fix: { other: `Publish 3 1 1 in their place. ${ZONE}` },
    refs: ['RFC 7672 section 2.2', 'RFC 7672 section 3.1.3'],
  },
  'tlsa-combination-unmatched': {
    title: 'some kinds of TLSA record have none that matches',
    what: 'Of each combination of usage, selector and matching type one record has to match.',
    why: 'A client need not know the other combinations: to it the chain does not hold.',
    measured: RECORDS,
    fix: { other: `Publish a record of each combination, or take the combination away. ${ZONE}` },
    refs: ['RFC 7671 section 8'],
  },
  'tlsa-weak-choice': {
    title: 'a digest of the key is the better TLSA record',
    what: 'The record holds a whole certificate or key, or the digest of the whole certificate.',
    why: 'Large records may not fit; one of the certificate is outdated by each renewal.',
    measured: RECORDS,
    fix: { other: `Publish 3 1 1, or 2 0 1 for a CA. ${ZONE}` },
    refs: ['RFC 7671 section 10.1.2', 'RFC 7672 section 3.1.1'],
  },
});
