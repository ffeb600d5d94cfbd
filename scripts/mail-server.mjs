// A mail server for measurements and for the build: STARTTLS with a chain of certs-fixtures, and no delay of its own.
//   node scripts/mail-server.mjs [good-rsa]
// Prints its port on a line and serves until stdin closes, so that it never outlives whoever started it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

const id = process.argv[2] ?? 'good-rsa';
const fixture = (name) => readFileSync(new URL(`../certs-fixtures/out/chains/${name}`, import.meta.url));
const secureContext = createSecureContext({ cert: fixture(`${id}.pem`), key: fixture(`${id}.key.pem`) });

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  serve(socket, false);
  socket.write('220 mail.smtpcheck.test ESMTP\r\n');
});

/** Answers line by line; after STARTTLS the same goes on inside TLS. */
function serve(stream, secure) {
  let text = '';
  const onData = (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const verb = text.slice(0, end).split(' ', 1)[0].toUpperCase();
      text = text.slice(end + 2);
      if (verb === 'EHLO') {
        stream.write(secure ? '250 mail.smtpcheck.test\r\n' : '250-mail.smtpcheck.test\r\n250 STARTTLS\r\n');
      } else if (verb === 'STARTTLS' && !secure) {
        stream.off('data', onData);
        stream.write('220 2.0.0 Ready to start TLS\r\n');
        const tls = new TLSSocket(stream, { isServer: true, secureContext });
        tls.on('error', () => undefined);
        serve(tls, true);
        return;
      } else if (verb === 'QUIT') {
        stream.end('221 2.0.0 Bye\r\n');
      } else {
        stream.write('502 5.5.1 Command not implemented\r\n');
      }
    }
  };
  stream.on('data', onData);
}

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit());
