import { rules } from '../make.js';
import { CHAIN, STARTTLS_ON, VERSIONS } from '../settings.js';
import { POST_QUANTUM } from '../settings-key-exchange.js';
import { MECHANISMS } from '../settings-smtp.js';

const EXPECTED = 'What the server does is compared with expect of the target in smtpcheck.yaml.';

/** What the gate's file asks for. */
export const GATE = rules({
  'expected-min-tls': {
    title: 'the server accepts an older version than the target expects',
    what: 'min-tls of the target does not hold.',
    why: 'You asked for it.',
    measured: EXPECTED,
    fix: VERSIONS,
  },
  'expected-groups': {
    title: 'the server lacks a group that the target expects',
    what: 'A group of the list groups was refused.',
    why: 'You asked for it.',
    measured: EXPECTED,
    fix: {
      ...POST_QUANTUM,
      other:
        'For a curve, put its name into the list: tls_eecdh_auto_curves in Postfix, tls_require_ciphers or tls_eccurve in Exim.',
    },
  },
  'expected-certificate': {
    title: 'the certificate is another one than the target expects',
    what: 'The leaf is none of those that cert-sha256 and spki-sha256 of the target name.',
    why: 'It was renewed, was not deployed, or somebody else answers.',
    measured: EXPECTED,
    fix: {
      ...CHAIN,
      other:
        'After a renewal that was meant, put the new digest into the file. Reload the mail server if it shows the old one.',
    },
  },
  'expected-auth-mechanisms': {
    title: 'the server offers other mechanisms than the target expects',
    what: 'The list of AUTH inside TLS is not auth-mechanisms of the target.',
    why: 'A mechanism that came by itself may be a weak one; one that went locks users out.',
    measured: EXPECTED,
    fix: MECHANISMS,
    refs: ['RFC 4954 section 3'],
  },
  'expected-starttls': {
    title: 'STARTTLS is not as the target expects',
    what: 'starttls of the target does not hold.',
    why: 'You asked for it.',
    measured: EXPECTED,
    fix: STARTTLS_ON,
    refs: ['RFC 3207 section 2'],
  },
  'waiver-ended': {
    title: 'a waiver has ended',
    what: 'Its until has passed, so that it excuses nothing any more.',
    why: 'An exception that nobody looks at again is no exception.',
    measured: 'until is compared with the day of the run.',
    fix: { other: 'Mend what it excused, or give it a new end and a reason in smtpcheck.yaml.' },
  },
  'rules-inconclusive': {
    title: 'rules that could fail cannot be judged',
    what: 'The server did not answer what these rules depend on, and --inconclusive=warn lets that pass.',
    why: 'What is not known may be a breach: a gate that passes it is weaker than it looks.',
    measured: 'A rule is judged by answers alone: 421, a close or a silence is none.',
    fix: {
      other:
        'Run it again, or slower with rate and max-wait in smtpcheck.yaml. Without --inconclusive=warn the exit code is 4.',
    },
  },
  'waiver-unused': {
    title: 'a waiver excuses nothing',
    what: 'No breach of its rule was found at its target.',
    why: 'It would hide the breach if it came back.',
    measured: 'Each breach is compared with each waiver, once all was measured.',
    fix: {
      other:
        'Take it out of smtpcheck.yaml. If it should excuse something, check rule and target for a misspelling.',
    },
  },
});
