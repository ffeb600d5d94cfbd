import { usageError } from '../../core/errors.js';
import type { CertificatePin } from '../../core/probe-options.js';
import { parseCertificatePin } from '../../probe/pins.js';
import { duration, optional, wholeNumber, type Getter } from './getter.js';

/** The options of TRUST_OPTIONS, checked as far as that goes without opening a file. */
export interface TrustArgs {
  readonly caPaths: readonly string[];
  readonly caFiles: readonly string[];
  readonly caStores: readonly string[];
  readonly depth?: number;
  readonly authLevel?: number;
  readonly partialChain: boolean;
  readonly x509Strict: boolean;
  readonly crlFiles: readonly string[];
  readonly crlCheck: 'leaf' | 'all';
  readonly expiresWithinMs?: number;
  readonly certificatePins: readonly CertificatePin[];
  readonly failOn: 'error' | 'warning';
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
