import { SmtpcheckError } from '../core/errors.js';
import type { TrustChoice } from '../core/probe-options.js';
import { openTrust } from '../probe/trust.js';
import type { TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';
import { readOptionBytes } from './files.js';
import type { Io } from './io.js';

/** What the options of TRUST_OPTIONS name, opened. */
export interface TrustFiles {
  readonly trust: TrustStore;
  readonly revocation?: RevocationInput;
}

/** @throws SmtpcheckError for a file that cannot be read: nothing was sent then. */
export async function openTrustFiles(args: TrustChoice, { env }: Io): Promise<TrustFiles> {
  const trust = openTrust({ ...args, certFile: env['SSL_CERT_FILE'], certDir: env['SSL_CERT_DIR'] });
  if (args.crlFiles.length === 0) return { trust };
  const { parseCrls } = await import('../x509/crl.js');
  const crls = args.crlFiles.flatMap((file) => {
    const bytes = readOptionBytes('--crl-file', file);
    return namingFile(file, () => parseCrls(bytes));
  });
  return { trust, revocation: { crls, scope: args.crlCheck } };
}

/** What reads bytes does not know the file that they are from. */
function namingFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    const { code, phase, message, hint } = error;
    throw new SmtpcheckError(code, phase, `${file}: ${message}`, { hint, cause: error });
  }
}
