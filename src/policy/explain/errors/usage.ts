import { errors } from '../make.js';

const NOTHING_SENT = 'Nothing was sent. The exit code is 2.';

/** Before anything is sent, and of ourselves. */
export const USAGE_ERRORS = errors({
  usage: {
    title: 'the command line or a file of the user cannot be understood',
    what: `An option, a target or a policy file is wrong. ${NOTHING_SENT}`,
    why: 'What was not understood was not measured, and must not look like a pass.',
    measured: 'Arguments and files are read before the first connection.',
    fix: {
      other:
        'The hint below the error says what was probably meant. smtpcheck COMMAND --help lists the options.',
    },
  },
  'ca-unreadable': {
    title: 'a file or directory of CAs cannot be read',
    what: `--ca-file or --ca-path names something that is not there, may not be read, or holds a broken block. ${NOTHING_SENT}`,
    why: 'A verdict with other CAs than those that were named would be a wrong one.',
    measured:
      'The files are opened before the first connection. PEM is read as strictly as OpenSSL reads it.',
    fix: {
      other: 'Check path and permissions. openssl x509 -in FILE -noout says whether a certificate is whole.',
    },
  },
  'ca-empty': {
    title: 'no CA was found where they were to be',
    what: `The file or directory of --ca-file or --ca-path holds no certificate that can be used. ${NOTHING_SENT}`,
    why: 'Without a CA every chain is untrusted, and that would say nothing of the server.',
    measured: 'A directory is read by subject hash, as OpenSSL does.',
    fix: {
      other: 'openssl rehash DIR makes the hash names; without them the files of a directory are not read.',
    },
    refs: ['openssl-rehash(1)'],
  },
  'crl-malformed': {
    title: 'a revocation list cannot be read',
    what: `A file of --crl-file is no list, or a broken one. ${NOTHING_SENT}`,
    why: 'A list that is left out could be the one with the certificate.',
    measured: 'PEM and DER are decoded before the first connection.',
    fix: { other: 'Fetch it again. openssl crl -in FILE -noout (-inform DER) says whether it is whole.' },
    refs: ['RFC 5280 section 5'],
  },
  'file-unreadable': {
    title: 'a file cannot be read',
    what: `A certificate, a key, a passphrase or a list of targets is not there, may not be read, or is not what it should be. ${NOTHING_SENT}`,
    why: 'What cannot be read was not judged.',
    measured: 'Files are opened before the first connection.',
    fix: { other: 'Check path and permissions; the message has the reason.' },
  },
  'credentials-unusable': {
    title: 'the credentials cannot be used',
    what: `User name or password has characters that the mechanism forbids, or a part is missing. ${NOTHING_SENT}`,
    why: 'They would be refused, or be taken for others.',
    measured:
      'They are prepared as the mechanism has it (SASLprep of RFC 4013 for SCRAM) before AUTH is said.',
    fix: {
      other:
        'Check the password file: one line end at its end is dropped, and no other. Or choose another --mechanism.',
    },
    refs: ['RFC 4013', 'RFC 4616'],
  },
  'connections-exhausted': {
    title: 'the connections that were allowed are used up',
    what: 'scan made as many connections to the address as --max-connections allows, and is not done.',
    why: 'What was not asked is not known, and no pass. The exit code is 4.',
    measured: 'Each connection is counted; the report has the number.',
    fix: { other: 'Raise --max-connections, or ask for less with --only or --quick.' },
  },
  interrupted: {
    title: 'the run was interrupted (Ctrl-C)',
    what: 'SIGINT came. What was measured until then is printed. The exit code is 130.',
    why: 'What was not measured is no pass.',
    measured: 'The signal is the answer.',
    fix: { other: 'Run it again. --timeout bounds the time of a probe.' },
  },
  terminated: {
    title: 'the run was ended from outside',
    what: 'SIGTERM came, as a pipeline sends it when its time is up. What was measured until then is printed. The exit code is 143.',
    why: 'What was not measured is no pass.',
    measured: 'The signal is the answer.',
    fix: { other: 'Give the job more time, or the probe less with --timeout.' },
  },
  internal: {
    title: 'a bug in smtpcheck',
    what: 'Something happened that must not. The exit code is 70, and the lines on stderr say where.',
    why: 'It says nothing of your server.',
    measured: 'An exception that nobody expected.',
    fix: { other: 'Please report it with the command line and the lines on stderr, which hold no secrets.' },
  },
});
