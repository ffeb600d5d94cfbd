// The smallest Node script that does the handshake of the measurement and believes no stranger: what `smtpcheck tls` is
// measured against. What it leaves out is in README.md.
//   node bench/smallest.cjs HOST PORT SERVERNAME CAFILE CIPHER
// CAFILE `-` trusts nothing and verifies nothing: that variant shows what verification costs this script.
const { readFileSync } = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');

const [host, port, servername, caFile, ciphers] = process.argv.slice(2);
const verify = caFile !== '-';

/** Sends a line, if any, and calls back on the last line of the reply when it has the code that is expected. */
function say(stream, line, expected, next) {
  let text = '';
  stream.on('data', function onData(chunk) {
    text += chunk;
    const last = /^(\d{3})(?: .*)?\r\n/m.exec(text);
    if (last === null) return;
    stream.off('data', onData);
    if (last[1] !== expected) throw new Error(text);
    next();
  });
  if (line !== '') stream.write(line);
}

const socket = net.connect({ host, port: Number(port), noDelay: true });
say(socket, '', '220', () =>
  say(socket, 'EHLO [127.0.0.1]\r\n', '250', () =>
    say(socket, 'STARTTLS\r\n', '220', () => {
      const secure = tls.connect({
        socket,
        servername,
        ca: verify ? readFileSync(caFile) : [],
        ciphers,
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.2',
        rejectUnauthorized: verify,
      });
      secure.on('secureConnect', () => {
        if (verify && !secure.authorized) throw secure.authorizationError;
        say(secure, 'EHLO [127.0.0.1]\r\n', '250', () =>
          say(secure, 'QUIT\r\n', '221', () => {
            console.log(secure.getProtocol(), secure.getCipher().name, secure.authorized);
            secure.end();
          }),
        );
      });
    }),
  ),
);
