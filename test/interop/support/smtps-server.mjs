// An SMTP server behind implicit TLS, for another Node.js than that of the tests: `node smtps-server.mjs OPTIONS`, with the
// options of tls.createServer as JSON. Prints its port.
import { createServer } from 'node:tls';

const server = createServer(JSON.parse(process.argv[2] ?? '{}'), (client) => {
  client.on('error', () => undefined);
  client.setEncoding('latin1').write('220 mx.example.test ESMTP\r\n');
  client.on('data', (text) => {
    for (const line of text.split('\r\n').filter((part) => part !== '')) {
      if (/^QUIT/i.test(line)) client.end('221 2.0.0 bye\r\n');
      else client.write('250 mx.example.test\r\n');
    }
  });
});
server.on('tlsClientError', () => undefined);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
// Whoever started it is gone.
process.stdin.resume().on('end', () => process.exit());
