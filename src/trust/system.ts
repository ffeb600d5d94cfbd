import { delimiter } from 'node:path';
import { SmtpcheckError } from '../core/errors.js';
import type { TrustStore } from '../x509/certificate-types.js';
import { openCaFile } from './ca-file.js';
import { openCaPath } from './ca-path.js';
import { combineStores } from './combine.js';

/** Where systems keep their CA bundle, most common first, and the directories of those that have none. */
export const USUAL_PLACES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // CentOS, RHEL 7
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, macOS, OpenBSD, FreeBSD
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD
  '/usr/local/etc/openssl/cert.pem', // Homebrew
  '/etc/ssl/certs',
  '/etc/pki/tls/certs',
];

export interface SystemOptions {
  /** The value of SSL_CERT_FILE. */
  readonly certFile?: string | undefined;
  /** The value of SSL_CERT_DIR: directories, separated as in PATH. */
  readonly certDir?: string | undefined;
  /** Other places to look in than the usual ones. */
  readonly places?: readonly string[] | undefined;
}

function labelled(store: TrustStore): TrustStore {
  return {
    bySubject: (name) => store.bySubject(name),
    settingsOf: (certificate) => store.settingsOf?.(certificate) ?? null,
    describe: () => `system: ${store.describe()}`,
  };
}

/** A directory or a file as a store, or null when it is neither, or has no certificates. */
function tryPlace(place: string): TrustStore | null {
  for (const open of [openCaPath, openCaFile]) {
    try {
      return open(place);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
    }
  }
  return null;
}

/**
 * The system's trust anchors. What SSL_CERT_FILE and SSL_CERT_DIR name is used alone, and has to be readable: falling back
 * in silence would trust CAs that the user meant to leave out. Otherwise the first of the usual places that has certificates.
 */
export function openSystem(options: SystemOptions = {}): TrustStore {
  const directories = (options.certDir ?? '').split(delimiter).filter((dir) => dir !== '');
  const named = [
    ...(options.certFile ? [openCaFile(options.certFile)] : []),
    ...directories.map((dir) => openCaPath(dir)),
  ];
  if (named.length > 0) return labelled(combineStores(named));
  for (const place of options.places ?? USUAL_PLACES) {
    const store = tryPlace(place);
    if (store !== null) return labelled(store);
  }
  throw new SmtpcheckError(
    'ca-unreadable',
    'trust',
    'this system has no CA certificates in any of the usual places',
    {
      hint: 'install the package ca-certificates, or name a file with --ca-file or SSL_CERT_FILE',
    },
  );
}
