import { describe, expect, it } from 'vitest';
import { ServerFlight } from '../../src/wire/flight.js';
import { hkdfExpandLabel, RecordOpener } from '../../src/wire/record-protection.js';
import { hex, readRecord } from './support/build.js';
import { FLIGHT, SECRET, SERVER_HELLO } from './support/rfc8448.js';

const KEY = hex('3fce516009c21727d0f2e4e86ee403bc');
const IV = hex('5d313eb2671276ee13000b30');
const FINISHED = hex('140000209b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718');

describe('RFC 8448 section 3', () => {
  it('derives key and IV from the server handshake traffic secret', () => {
    expect(hkdfExpandLabel('sha256', SECRET, 'key', 16)).toEqual(KEY);
    expect(hkdfExpandLabel('sha256', SECRET, 'iv', 12)).toEqual(IV);
  });

  it('opens the record of the server', () => {
    const { type, content } = RecordOpener.forSuite(0x1301, SECRET).open(readRecord(FLIGHT));
    expect(type).toBe(22);
    expect(content.length).toBe(657);
    expect(Buffer.from(content.subarray(-FINISHED.length))).toEqual(FINISHED);
  });

  it('reads the flight, with the secret before, between and after the records', () => {
    for (const when of [0, 1, 2]) {
      const flight = new ServerFlight();
      [SERVER_HELLO, FLIGHT].forEach((raw, index) => {
        if (index === when) flight.provideServerHandshakeSecret(SECRET);
        flight.accept(readRecord(raw));
      });
      if (when === 2) {
        expect(flight.waitingForSecret).toBe(true);
        flight.provideServerHandshakeSecret(SECRET);
      }
      expect(flight).toMatchObject({ failure: null, finished: true, waitingForSecret: false });
      expect(flight.facts).toMatchObject({
        serverHello: { version: 0x0304, cipherSuite: 0x1301, compression: 0, extensions: [51, 43] },
        group: 0x1d,
        signatureScheme: 0x0804,
        alpn: null,
        certificateRequest: false,
        ocspStaple: null,
      });
      expect(flight.facts.certificates?.map((der) => der.length)).toEqual([432]);
    }
  });

  it('does not open with another secret, and says so', () => {
    const flight = new ServerFlight();
    flight.accept(readRecord(SERVER_HELLO));
    flight.accept(readRecord(FLIGHT));
    flight.provideServerHandshakeSecret(Buffer.alloc(32));
    expect(flight.failure).toMatchObject({ code: 'tls-garbled', phase: 'handshake' });
    expect(flight).toMatchObject({ finished: true, waitingForSecret: false });
    expect(flight.facts.serverHello?.cipherSuite).toBe(0x1301);
  });
});
