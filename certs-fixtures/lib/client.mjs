// The client certificate that a server may ask for, with its key in the clear and encrypted.
import { ecRoot } from '../cases/authorities.mjs';
import * as ext from './extensions.mjs';
import { leaf } from './certificate.mjs';
import { encryptedPkcs8, pkcs8 } from './keys.mjs';
import { write } from './output.mjs';

const PASSPHRASE = 'sesame';

export async function writeClient() {
  const client = leaf(ecRoot, {
    subject: 'client.smtpcheck.test',
    extensions: {
      extKeyUsage: ext.extKeyUsage('clientAuth'),
      subjectAltName: ext.subjectAltName({ dns: ['client.smtpcheck.test'] }),
    },
  });
  await write('client/client.pem', client.pem);
  await write('client/client.key.pem', pkcs8(client.key));
  await write('client/client.enc.key.pem', encryptedPkcs8(client.key, PASSPHRASE));
  await write('client/client.passphrase', PASSPHRASE);
}
