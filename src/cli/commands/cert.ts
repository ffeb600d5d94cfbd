import { SmtpcheckError } from '../../core/errors.js';
import { judgeCertificates } from '../../probe/cert.js';
import { readCertificateFile, readPrivateKey } from '../../probe/certificate-file.js';
import { readCertArgs, type CertArgs } from '../args/cert.js';
import type { RawArgs } from '../args/getter.js';
import { readOptionBytes, readSecretFile } from '../files.js';
import type { Io } from '../io.js';
import { openOutput, refuse, type Output } from '../reporting.js';
import { openTrustFiles } from '../trust-files.js';

type Judge = (path: string) => ReturnType<typeof judgeCertificates>;

/** `smtpcheck cert`. Resolves to the exit code; reports come out in the order of the files. */
export async function runCert(
  raw: RawArgs,
  files: readonly string[],
  io: Io,
  argv: readonly string[],
): Promise<number> {
  let args: CertArgs;
  let judge: Judge;
  let output: Output;
  try {
    args = readCertArgs(raw, files);
    output = await openOutput(args, argv, io);
    judge = await prepare(args, io);
  } catch (error) {
    return await refuse(faultOfUser(error), 'cert', argv, io);
  }
  const codes: number[] = [];
  for (const path of args.files) {
    try {
      const report = await judge(path);
      output.add(report);
      codes.push(report.exitCode);
    } catch (error) {
      codes.push(output.addRefused(faultOfUser(error), 'cert'));
    }
  }
  return output.end(codes);
}

/** @throws what is none: a bug. */
function faultOfUser(error: unknown): SmtpcheckError {
  if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
  return error;
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
