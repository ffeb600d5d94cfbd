// Loaded before a command under test: gives a name the addresses of POOL, `name=address,address`, as the system's resolver would.
'use strict';
const dns = require('node:dns');

const [name, addresses = ''] = (process.env.POOL ?? '').split('=');
const { lookup } = dns;
dns.lookup = (host, options, done) => {
  if (host !== name) return lookup(host, options, done);
  const found = addresses.split(',').map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  process.nextTick(done, null, found);
};
