import { connect } from 'node:net';
import { serveTcp, type TcpServer } from '../../support/tcp-server.js';

export interface FrontOptions {
  /** How a hello with an empty key_share is refused, by a server that has not heard of HelloRetryRequest. */
  readonly emptyShare?: 'close' | number;
}

/** The extension key_share with no octets but the length of its list. */
const EMPTY_SHARE = Buffer.from('003300020000', 'hex');

const fatal = (alert: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, alert]);

/** SMTP up to STARTTLS; from then on every octet goes to the TLS server and back. */
export function startFront(tlsPort: number, { emptyShare }: FrontOptions = {}): Promise<TcpServer> {
  return serveTcp((client, keep) => {
    client.setNoDelay(true);
    client.write('220 mail.smtpcheck.test ESMTP\r\n');
    const onLine = (chunk: Buffer): void => {
      const line = chunk.toString('latin1').trim();
      if (/^EHLO /i.test(line)) client.write('250-mail.smtpcheck.test\r\n250 STARTTLS\r\n');
      else if (/^QUIT$/i.test(line)) client.end('221 bye\r\n');
      else if (/^STARTTLS$/i.test(line)) {
        client.off('data', onLine);
        client.pause();
        const upstream = keep(connect(tlsPort, '127.0.0.1')).setNoDelay(true);
        upstream.pipe(client);
        client.once('data', (hello: Buffer) => {
          if (emptyShare !== undefined && hello.includes(EMPTY_SHARE)) {
            client.end(emptyShare === 'close' ? '' : fatal(emptyShare));
            return;
          }
          upstream.write(hello);
          client.pipe(upstream);
        });
        client.resume();
        client.once('close', () => upstream.destroy());
        upstream.once('close', () => client.destroySoon());
        client.write('220 go\r\n');
      }
    };
    client.on('data', onLine);
  });
}
