import type { CliOptions } from './option.js';

const CONNECTION = 'Connection:';

/** Where and how to connect: of every command that speaks to a server. */
export const CONNECTION_OPTIONS: CliOptions = {
  'implicit-tls': {
    type: 'boolean',
    group: CONNECTION,
    describe: 'TLS from the first byte (port 465 unless given)',
  },
  lmtp: { type: 'boolean', group: CONNECTION, describe: 'speak LMTP: LHLO in the place of EHLO' },
  ipv4: { type: 'boolean', alias: '4', group: CONNECTION, describe: 'use IPv4 addresses only' },
  ipv6: { type: 'boolean', alias: '6', group: CONNECTION, describe: 'use IPv6 addresses only' },
  address: {
    type: 'string',
    placeholder: 'IP',
    group: CONNECTION,
    describe: "connect to this address, and keep the target's name",
  },
  bind: { type: 'string', placeholder: 'IP', group: CONNECTION, describe: 'connect from this local address' },
  proxy: {
    type: 'string',
    placeholder: 'URL',
    group: CONNECTION,
    describe:
      'connect through socks5://[user@]host:port (names looked up here), socks5h:// (there) or http://host:port',
  },
  timeout: {
    type: 'string',
    placeholder: 'TIME',
    group: CONNECTION,
    describe: 'for the whole probe, such as 20s (default 60s)',
  },
  'connect-timeout': {
    type: 'string',
    placeholder: 'TIME',
    group: CONNECTION,
    describe: 'for one connection attempt (default 10s)',
  },
  ehlo: {
    type: 'string',
    placeholder: 'NAME',
    group: CONNECTION,
    describe: "name to say in EHLO (default: this machine's)",
  },
  servername: {
    type: 'string',
    placeholder: 'NAME',
    group: CONNECTION,
    describe: 'SNI, and the name to verify (default: the host)',
  },
  'no-sni': { type: 'boolean', group: CONNECTION, describe: 'send no SNI' },
};
