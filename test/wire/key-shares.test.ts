import { describe, expect, it } from 'vitest';
import { AGREEABLE_GROUPS, makeKeyShares, sampleShares } from '../../src/wire/hello/key-shares.js';
import { allGroups, groupById, groupByName } from '../../src/wire/names.js';

const id = (name: string): number => groupByName(name)?.id ?? -1;

/** Octets of a client's share: RFC 8446 sections 4.2.8.1 and 4.2.8.2, FIPS 203 table 3. */
const LENGTHS: Readonly<Record<string, number>> = {
  x25519: 32,
  x448: 56,
  secp256r1: 65,
  secp384r1: 97,
  secp521r1: 133,
  brainpoolP256r1tls13: 65,
  brainpoolP384r1tls13: 97,
  brainpoolP512r1tls13: 129,
  curveSM2: 65,
  ffdhe2048: 256,
  ffdhe3072: 384,
  ffdhe4096: 512,
  ffdhe6144: 768,
  ffdhe8192: 1024,
  MLKEM512: 800,
  MLKEM768: 1184,
  MLKEM1024: 1568,
  SecP256r1MLKEM768: 65 + 1184,
  X25519MLKEM768: 1184 + 32,
  SecP384r1MLKEM1024: 97 + 1568,
};

describe('makeKeyShares', () => {
  it.each(AGREEABLE_GROUPS.map((group) => [groupById(group)?.iana ?? '', group] as const))(
    '%s: two of it agree, and on something else with a third',
    (name, group) => {
      const [one, two, three] = [makeKeyShares([group]), makeKeyShares([group]), makeKeyShares([group])];
      const key = (from: typeof one): Uint8Array => from.shares[0]?.key ?? new Uint8Array();
      expect(key(one)).toHaveLength(LENGTHS[name] ?? -1);
      const secret = Buffer.from(one.agree(group, key(two)) ?? []);
      expect(secret.length).toBeGreaterThanOrEqual(32);
      expect(Buffer.from(two.agree(group, key(one)) ?? [])).toEqual(secret);
      expect(Buffer.from(one.agree(group, key(three)) ?? [])).not.toEqual(secret);
    },
  );

  it('keeps the order, and leaves out what it cannot agree on', () => {
    const { shares } = makeKeyShares([id('P-256'), id('X25519MLKEM768'), id('X25519')]);
    expect(shares.map(({ group }) => group)).toEqual([id('P-256'), id('X25519')]);
  });

  it.each([
    ['too short', 'X25519', Buffer.alloc(31)],
    ['zero, which agrees on zero', 'X25519', Buffer.alloc(32)],
    ['not on the curve', 'P-256', Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])],
    ['zero', 'ffdhe2048', Buffer.alloc(256)],
    ['longer than the prime', 'ffdhe2048', Buffer.alloc(257, 0xff)],
    ['nothing', 'X448', Buffer.alloc(0)],
  ])('a share that is %s gives no secret, and throws nothing (%s)', (_why, name, peer) => {
    expect(makeKeyShares([id(name)]).agree(id(name), peer)).toBeNull();
  });

  it('a share of another group than ours gives no secret', () => {
    expect(makeKeyShares([id('X25519')]).agree(id('P-256'), Buffer.alloc(65))).toBeNull();
  });
});

describe('sampleShares', () => {
  it('has one of each group, of the length that the group has', () => {
    const groups = allGroups().map((group) => group.id);
    const shares = sampleShares(groups);
    expect(shares.map(({ group }) => group)).toEqual(groups);
    for (const { group, key } of shares) {
      const expected = LENGTHS[groupById(group)?.iana ?? ''];
      if (expected === undefined) expect(key.length).toBeGreaterThan(0);
      else expect([group, key.length]).toEqual([group, expected]);
    }
  });
});
