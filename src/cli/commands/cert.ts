import { SmtpcheckError } from '../../core/errors.js';
import { combineExitCodes } from '../../core/outcome.js';
import { judgeCertificates } from '../../probe/cert.js';
import { readCertificateFile, readPrivateKey } from '../../probe/certificate-file.js';
import { readCertArgs, type CertArgs } from '../args/cert.js';
import type { RawArgs } from '../args/getter.js';
import { readOptionBytes, readSecretFile } from '../files.js';
import type { Io } from '../io.js';
import { printReport, refuse } from '../reporting.js';
import { openTrustFiles } from '../trust-files.js';

type Judge = (path: string) => ReturnType<typeof judgeCertificates>;

/** `smtpcheck cert`. Resolves to the exit code; reports come out in the order of the files. */
export async function runCert(raw: RawArgs, files: readonly string[], io: Io): Promise<number> {
  const json = raw['json'] === true;
  const refused = (error: unknown): number => {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    return refuse(error, 'cert', json, io);
  };
  let args: CertArgs;
  let judge: Judge;
  try {
    args = readCertArgs(raw, files);
    judge = await prepare(args, io);
  } catch (error) {
    return refused(error);
  }
  const codes: number[] = [];
  for (const [i, path] of args.files.entries()) {
    try {
      const report = await judge(path);
      printReport(report, args, io, i > 0);
      codes.push(report.exitCode);
    } catch (error) {
      codes.push(refused(error));
    }
  }
  return combineExitCodes(codes);
}

/** Opens everything that the options name before the first file is judged. */
async function prepare(args: CertArgs, io: Io): Promise<Judge> {
  const { keyFile, passphraseFile } = args;
  const passphrase =
    passphraseFile === undefined ? undefined : readSecretFile('--passphrase-file', passphraseFile);
  const untrusted = await Promise.all(args.untrustedFiles.map(readUntrusted));
  const options = {
    ...args,
    ...(await openTrustFiles(args, io)),
    untrusted: untrusted.flat(),
    ...(keyFile === undefined
      ? {}
      : { key: readPrivateKey(keyFile, readOptionBytes('--key', keyFile), passphrase) }),
  };
  return async (path) => {
    const file = await readCertificateFile(path, readOptionBytes('the file', path), passphrase);
    return judgeCertificates(file, options);
  };
}

/** All certificates of the file, or none: the one that is left out could be the one that matters. */
async function readUntrusted(path: string): Promise<readonly Uint8Array[]> {
  const { certificates, broken } = await readCertificateFile(path, readOptionBytes('--untrusted', path));
  if (broken === null) return certificates;
  throw new SmtpcheckError('file-unreadable', 'arguments', `--untrusted cannot be read: ${path}: ${broken}`);
}
