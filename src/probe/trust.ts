import { usageError } from '../core/errors.js';
import { mozillaRoots } from '../net/mozilla.js';
import { openCaFile } from '../trust/ca-file.js';
import { openCaPath } from '../trust/ca-path.js';
import { combineStores } from '../trust/combine.js';
import { openPemList } from '../trust/pem-list.js';
import { openSystem } from '../trust/system.js';
import type { TrustStore } from '../x509/certificate-types.js';

export interface TrustOptions {
  /** Directories with certificates by subject hash, or of plain PEM files. */
  readonly caPaths?: readonly string[];
  /** Files with one or more PEM certificates. */
  readonly caFiles?: readonly string[];
  /** `mozilla` or `system`. */
  readonly caStores?: readonly string[];
  /** For `system`: the values of SSL_CERT_FILE and SSL_CERT_DIR. */
  readonly certFile?: string | undefined;
  readonly certDir?: string | undefined;
}

/**
 * The CAs to trust: all that are named, together; Mozilla's when none is.
 * @throws SmtpcheckError `ca-unreadable`, `ca-empty` or `usage`: nothing was sent then.
 */
export function openTrust(options: TrustOptions = {}): TrustStore {
  const stores = [
    ...(options.caPaths ?? []).map((dir) => openCaPath(dir)),
    ...(options.caFiles ?? []).map((file) => openCaFile(file)),
    ...(options.caStores ?? []).map((name) => openNamed(name, options)),
  ];
  const [only, ...more] = stores.length === 0 ? [openNamed('mozilla', options)] : stores;
  return only !== undefined && more.length === 0 ? only : combineStores(stores);
}

function openNamed(name: string, options: TrustOptions): TrustStore {
  if (name === 'mozilla') {
    const { pems, label } = mozillaRoots();
    return { ...openPemList(pems, label), isPublic: true };
  }
  if (name === 'system') return openSystem({ certFile: options.certFile, certDir: options.certDir });
  throw usageError(`--ca-store takes mozilla or system, not ${JSON.stringify(name)}`);
}
