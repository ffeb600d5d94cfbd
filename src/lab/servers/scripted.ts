import { serve } from '../listener.js';
import { play, reply, type Script, type Step } from '../script.js';
import { LAB_HOSTNAME, type LabContext, type LabServer } from '../types.js';

/** The `start` of a lab server that misbehaves in a way no mail server software can be asked to. */
export function scripted(makeScript: (context: LabContext) => Script): LabServer['start'] {
  return (context) => {
    const script = makeScript(context);
    return serve(context, (peer) => play(peer, script));
  };
}

/** The everyday greeting. */
export const GREETING: Step = { send: reply(220, `${LAB_HOSTNAME} ESMTP smtpcheck lab`) };

/** The everyday answer to EHLO, with these keywords. */
export function ehlo(...keywords: readonly string[]): readonly Step[] {
  return [{ send: reply(250, LAB_HOSTNAME, ...keywords) }];
}

/** EHLO before TLS, as most servers answer it. */
export const EHLO_WITH_STARTTLS = ehlo('PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES', 'STARTTLS');

/** EHLO after TLS. */
export const EHLO_AFTER_TLS = ehlo('PIPELINING', '8BITMIME', 'ENHANCEDSTATUSCODES');

/** STARTTLS done right, with the given chain of certs-fixtures. */
export function starttls(context: LabContext, certificate = 'good-rsa'): readonly Step[] {
  return [{ send: reply(220, '2.0.0 Ready to start TLS') }, { tls: context.certificate(certificate) }];
}
