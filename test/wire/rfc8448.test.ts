import { describe, expect, it } from 'vitest';
import { ServerFlight } from '../../src/wire/flight.js';
import { hkdfExpandLabel, RecordOpener } from '../../src/wire/record-protection.js';
import { hex, readRecord } from './support/build.js';

// RFC 8448 section 3, "Simple 1-RTT Handshake": the server's records and the values they were made with.
const SECRET = hex('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');
const KEY = hex('3fce516009c21727d0f2e4e86ee403bc');
const IV = hex('5d313eb2671276ee13000b30');
const SERVER_HELLO = hex(`
  160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e0033
  0024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304`);
const FLIGHT = hex(`
  17030302a2d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848a7ca07612e
  f9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5ecf7b13bd9aefb0e57f2
  71585b8ea9bb355c7c79020716cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4cf51427325250c7d0e509289444c9b3a
  648f1d71035d2ed65b0e3cdd0cbae8bf2d0b227812cbb360987255cc744110c453baa4fcd610928d809810e4b7ed1a8fd991f0
  6aa6248204797e36a6a73b70a2559c09ead686945ba246ab66e5edd8044b4c6de3fcf2a89441ac66272fd8fb330ef8190579b3
  684596c960bd596eea520a56a8d650f563aad27409960dca63d3e688611ea5e22f4415cf9538d51a200c27034272968a264ed6
  540c84838d89f72c24461aad6d26f59ecaba9acbbb317b66d902f4f292a36ac1b639c637ce343117b659622245317b49eeda0c
  6258f100d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f243d243dc7339d5684
  c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e4599426f7d461e66f99882bd89fc50800
  becca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b599186dc5c6918a396fa48a181d6b6fa4f9d62d513
  afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999bbf10dc35ae69f551561463
  6c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f60f0504de93b5b845e275592
  c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5d2af939828fd4ae3794e44f94df5a631ede42c1719bfda
  bf0253fe5175be898e750edc53370d2b`);
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
