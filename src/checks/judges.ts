import type { ChainCheck } from './check.js';

const UNKNOWN = 'please report the chain, unless one of the codes is 46: RFC 3779 resources are refused here';

/** Node gives OpenSSL certificates without what a TRUSTED CERTIFICATE says beside them. */
const TRUST_SETTINGS =
  'nothing, where it is meant: the CA store has trust settings (TRUSTED CERTIFICATE), which our own validation honours and OpenSSL cannot be told of here; openssl x509 -clrtrust -clrreject takes them out';

/** OK needs two judges (design section 2.3): a missing or a different verdict is itself a finding. */
export const judges: ChainCheck = {
  id: 'judges',
  ids: ['judges-disagree', 'judge-missing'],
  judge({ source, verify, opensslAsked, asked, chainUnread }) {
    // A chain that was not read whole has nothing to compare; the report's error says so.
    if (verify === null || !opensslAsked || chainUnread) return [];
    const { openssl, own, trustSettings = false } = verify.judges;
    // Of a file, why there is no verdict is known, and a finding of its own.
    if (openssl === null && source === 'file') return [];
    if (openssl === null) {
      return [
        {
          id: 'judge-missing',
          severity: asked.judgeChain ? 'error' : 'warning',
          message:
            "OpenSSL's own verdict could not be read from the session, so the chain cannot be called OK",
          fix: 'this version of Node.js is not known to smtpcheck: please report it',
        },
      ];
    }
    if (openssl === own) return [];
    return [
      {
        id: 'judges-disagree',
        severity: openssl === 0 || own === 0 ? 'warning' : 'info',
        message: `OpenSSL ends on verify code ${openssl}, our own validation on ${own}; the stricter one decides`,
        evidence: `openssl ${openssl}, own ${own}, both at authentication level 0`,
        fix: trustSettings ? TRUST_SETTINGS : UNKNOWN,
      },
    ];
  },
};
