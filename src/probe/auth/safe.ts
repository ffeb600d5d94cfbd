import { judgeTls } from '../../checks/index.js';
import type { ProbeFacts } from '../../core/tls-facts.js';
import { suiteById, suiteName } from '../../wire/names.js';
import type { ProbeState } from '../state.js';

/** Why credentials are not sent even where the user does not mind who gets them: anybody on the way could read them. */
function whyNever({ tls }: ProbeState): string | null {
  const suite = tls?.flight.serverHello?.cipherSuite;
  return suite !== undefined && suiteById(suite)?.bits === 0
    ? `${suiteName(suite)} does not encrypt anything`
    : null;
}

/** Why this server may not have the credentials, or null; with `insecureAuth` only what nobody may allow counts. */
export async function whyNotTo(
  state: ProbeState,
  insecureAuth: boolean,
  gather: () => Promise<ProbeFacts>,
): Promise<string | null> {
  return whyNever(state) ?? (insecureAuth ? null : whyUnsafe(await gather()));
}

/** Why credentials would not be safe with this server, or null. What is only not judged is not safe either. */
function whyUnsafe(facts: ProbeFacts): string | null {
  const { verify } = facts;
  if (verify === null) return 'the server showed no certificate';
  if (verify.code !== 0) return `the chain did not verify (${verify.code}, ${verify.reason})`;
  if (verify.judges.openssl !== 0) return 'OpenSSL did not verify the chain';
  if (verify.hostname.result !== 'match')
    return 'it was not verified that the certificate is for this server';
  const error = judgeTls(facts).find(({ severity }) => severity === 'error');
  return error === undefined ? null : error.message;
}
