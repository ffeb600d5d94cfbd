import { usageError } from '../../core/errors.js';
import type { CertificatePin, TrustChoice } from '../../core/probe-options.js';
import { parseCertificatePin } from '../../probe/pins.js';
import { duration, optional, wholeNumber, type Getter } from './getter.js';

/** The options of TRUST_OPTIONS, checked as far as that goes without opening a file. */
export interface TrustArgs extends TrustChoice {
  readonly certificatePins: readonly CertificatePin[];
}

/** @throws SmtpcheckError `usage` */
export function readTrustArgs(get: Getter): TrustArgs {
  const crlFiles = get.many('crl-file');
  const crlCheck = get.one('crl-check');
  if (crlCheck !== undefined && crlFiles.length === 0) {
    throw usageError(
      '--crl-check needs --crl-file',
      'nothing is fetched: download the list and name its file',
    );
  }
  return {
    caPaths: get.many('ca-path'),
    caFiles: get.many('ca-file'),
    caStores: get.many('ca-store'),
    ...optional('depth', wholeNumber(get, 'depth', 0, 100)),
    ...optional('authLevel', wholeNumber(get, 'auth-level', 0, 5)),
    partialChain: get.flag('partial-chain'),
    x509Strict: get.flag('x509-strict'),
    crlFiles,
    crlCheck: crlCheck === 'all' ? 'all' : 'leaf',
    ...optional('expiresWithinMs', duration(get, 'expires-within')),
    certificatePins: get.many('pin').map(parseCertificatePin),
    failOn: get.one('fail-on') === 'warning' ? 'warning' : 'error',
  };
}
