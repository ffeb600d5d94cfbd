import net from 'node:net';
import { addressFamily } from '../core/address.js';

/**
 * Lets Node.js ask us whether a server name is an address, which `tls.connect` wants to know of each. Node 20 compiles a
 * pattern of 2,000 characters for that (4 of 75 ms), at the worst moment: between STARTTLS and the ClientHello. It changes
 * the module for all of the process, so it is for the command to call; the library leaves Node.js as it is.
 */
export function answerForNetIsIp(): void {
  Object.assign(net, { isIP: addressFamily });
}
