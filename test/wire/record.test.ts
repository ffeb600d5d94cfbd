import { describe, expect, it } from 'vitest';
import { RecordReader } from '../../src/wire/record.js';
import { SmtpcheckError } from '../../src/core/errors.js';
import { octets, record } from './support/build.js';

function failureOf(bytes: Uint8Array): SmtpcheckError {
  try {
    new RecordReader().push(bytes);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('RecordReader', () => {
  const stream = octets(
    record(22, Buffer.from('one')),
    record(21, Buffer.from([2, 40])),
    record(23, Buffer.alloc(0)),
  );

  it('gives type, version, fragment and the raw octets', () => {
    const records = new RecordReader().push(stream);
    expect(records.map((r) => [r.type, r.legacyVersion, Buffer.from(r.fragment).toString('latin1')])).toEqual(
      [
        [22, 0x0303, 'one'],
        [21, 0x0303, '\x02('],
        [23, 0x0303, ''],
      ],
    );
    expect(Buffer.concat(records.map((r) => r.raw))).toEqual(stream);
  });

  it('gives the same in every two parts and octet by octet', () => {
    const whole = new RecordReader().push(stream);
    for (let at = 0; at <= stream.length; at++) {
      const reader = new RecordReader();
      expect([...reader.push(stream.subarray(0, at)), ...reader.push(stream.subarray(at))]).toEqual(whole);
      expect(reader.pending).toBe(0);
    }
    const reader = new RecordReader();
    expect([...stream].flatMap((octet) => reader.push(Buffer.from([octet])))).toEqual(whole);
  });

  it('counts what is not complete yet', () => {
    const reader = new RecordReader();
    reader.push(stream.subarray(0, 3));
    expect(reader.pending).toBe(3);
    reader.push(stream.subarray(3, 7));
    expect(reader.pending).toBe(7);
  });

  it('does not keep the chunk it was given', () => {
    const chunk = Buffer.from(stream);
    const [first] = new RecordReader().push(chunk);
    chunk.fill(0);
    expect(Buffer.from(first?.fragment ?? []).toString()).toBe('one');
  });

  it('takes the longest fragment and no longer one', () => {
    expect(new RecordReader().push(record(23, Buffer.alloc(2 ** 14 + 2048)))).toHaveLength(1);
    expect(failureOf(record(23, Buffer.alloc(2 ** 14 + 2049))).message).toContain('18433 octets');
  });

  it('tells text from other rubbish', () => {
    const text = failureOf(Buffer.from('220 mail.example.org ESMTP\r\n'));
    expect(text).toMatchObject({
      code: 'tls-garbled',
      phase: 'handshake',
      serverSaid: '220 mail.example.org ESMTP\r\n',
    });
    expect(failureOf(Buffer.from([0x80, 0x2e, 1, 0, 2])).serverSaid).toBeUndefined();
    expect(failureOf(Buffer.from([22, 2, 0, 0, 2])).message).toContain('version 2.0');
    expect(failureOf(Buffer.alloc(9000, 'A')).serverSaid?.length).toBe(2048);
  });

  it('gives a record in front of rubbish, then refuses', () => {
    const reader = new RecordReader();
    expect(
      reader.push(octets(record(21, Buffer.from([2, 40])), Buffer.from('421 go away\r\n'))),
    ).toHaveLength(1);
    expect(reader.failure).toMatchObject({ code: 'tls-garbled', serverSaid: '421 go away\r\n' });
    expect(() => reader.push(Buffer.alloc(0))).toThrow(SmtpcheckError);
  });

  it('octet by octet costs no more than linear time', () => {
    const reader = new RecordReader();
    const big = Buffer.concat(Array.from({ length: 20 }, () => record(23, Buffer.alloc(2 ** 14))));
    const started = performance.now();
    let count = 0;
    for (let i = 0; i < big.length; i++) count += reader.push(big.subarray(i, i + 1)).length;
    expect(count).toBe(20);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
