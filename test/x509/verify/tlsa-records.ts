import { associationData, type TlsaRecord, type TlsaSubject } from '../../../src/core/tlsa-record.js';

/** The record of these parameters for a certificate. */
export function recordOf(parameters: string, subject: TlsaSubject): TlsaRecord {
  const [usage = NaN, selector = NaN, matchingType = NaN] = parameters.split(' ').map(Number);
  const data = associationData({ selector, matchingType }, subject);
  if (data === undefined) throw new Error(`no record is ${parameters}`);
  return { usage, selector, matchingType, data };
}

/** A digest that is none of anything. */
export function wrongRecord(parameters: string): TlsaRecord {
  return recordOf(parameters, { der: Buffer.from('other'), spkiDer: Buffer.from('other') });
}
