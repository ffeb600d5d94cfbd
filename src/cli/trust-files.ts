import { openTrust } from '../probe/trust.js';
import type { TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';
import { parseCrls } from '../x509/crl.js';
import type { TrustArgs } from './args/trust.js';
import { readOptionBytes } from './files.js';
import type { Io } from './io.js';

/** What the options of TRUST_OPTIONS name, opened. */
export interface TrustFiles {
  readonly trust: TrustStore;
  readonly revocation?: RevocationInput;
}

/** @throws SmtpcheckError for a file that cannot be read: nothing was sent then. */
export function openTrustFiles(args: TrustArgs, { env }: Io): TrustFiles {
  const trust = openTrust({ ...args, certFile: env['SSL_CERT_FILE'], certDir: env['SSL_CERT_DIR'] });
  if (args.crlFiles.length === 0) return { trust };
  const crls = args.crlFiles.flatMap((file) => parseCrls(readOptionBytes('--crl-file', file)));
  return { trust, revocation: { crls, scope: args.crlCheck } };
}
