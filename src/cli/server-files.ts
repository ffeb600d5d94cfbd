import type { ProxyServer } from '../core/proxy.js';
import type { ClientCertificate } from '../net/secure-context.js';
import type { TlsArgs } from './args/tls.js';
import { readOptionFile, readSecretFile } from './files.js';
import type { Inside } from './inside.js';
import type { Io } from './io.js';
import type { ProbeTlsOptions } from '../probe/options.js';
import { openTrustFiles, type TrustFiles } from './trust-files.js';

/** What the options of `tls` name, opened. */
export interface ServerFiles extends TrustFiles {
  readonly client?: ClientCertificate;
  readonly proxy?: ProxyServer;
}

/** @throws SmtpcheckError for a file that cannot be read: nothing was sent then. */
export async function openServerFiles(args: TlsArgs, io: Io): Promise<ServerFiles> {
  const client = clientCertificate(args);
  const proxy =
    args.proxyUrl === undefined ? undefined : (await import('./proxy.js')).openProxy(args.proxyUrl, args, io);
  return {
    ...(await openTrustFiles(args, io)),
    ...(client === undefined ? {} : { client }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

function clientCertificate(args: TlsArgs): ClientCertificate | undefined {
  if (args.certFile === undefined || args.keyFile === undefined) return undefined;
  const passphrase =
    args.passphraseFile === undefined ? undefined : readSecretFile('--passphrase-file', args.passphraseFile);
  return {
    cert: readOptionFile('--cert', args.certFile),
    key: readOptionFile('--key', args.keyFile),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

/** The options of a probe that the command line has. */
export function probeOptions(args: TlsArgs, files: ServerFiles, inside: Inside): ProbeTlsOptions {
  return {
    ...args,
    ...files,
    transcript: args.verbose,
    ...inside.options,
    showCerts: args.showCerts || args.showLeaf || args.saveChain !== undefined,
  };
}
