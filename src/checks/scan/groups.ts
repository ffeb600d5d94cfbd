import type { Finding } from '../../core/finding.js';
import type { ScanGroup, ScanList } from '../../core/scan-report.js';
import type { ScanCheck } from './context.js';
import { newGroups, oldGroups } from './group-lists.js';
import { unknownOf } from './lists.js';

/** Key-exchange groups: curves, finite fields, and those that withstand a quantum computer. */
export const groups: ScanCheck<'groups'> = {
  id: 'groups',
  title: 'key-exchange groups of TLS 1.3 and 1.2: curves, FFDHE, ML-KEM and its hybrids',
  key: 'groups',
  after: ['protocols'],
  quick: false,
  ids: ['weak-groups-accepted', 'no-post-quantum-group', 'group-not-offered'],
  async run(ctx) {
    return Promise.all([oldGroups(ctx), newGroups(ctx)]);
  },
  judge: (data) => [...weakGroups(data), ...notOffered(data), ...noPostQuantum(data)],
  unknown: (data) => unknownOf(data, 'groups'),
};

/** RFC 9325 section 4.5: curves of less than this must not be used. */
const LEAST_CURVE_BITS = 224;

const isCurve = ({ id }: ScanGroup): boolean => Number(id) < 0x0100;

function weakGroups(data: readonly ScanList<ScanGroup>[]): Finding[] {
  const weak = data.flatMap(({ protocol, accepted }) =>
    accepted
      .filter((group) => isCurve(group) && group.bits !== null && group.bits < LEAST_CURVE_BITS)
      .map(({ name }) => `${name} (${protocol})`),
  );
  if (weak.length === 0) return [];
  return [
    {
      id: 'weak-groups-accepted',
      severity: 'warning',
      message: `the server accepts curves of less than ${LEAST_CURVE_BITS} bits`,
      evidence: weak.join(', '),
      fix: 'name the curves it is to use, such as X25519 and P-256; in Postfix: postconf -e "tls_eecdh_auto_curves = X25519 X448 prime256v1 secp384r1 secp521r1"',
      refs: ['RFC 9325 section 4.5', 'RFC 8422 section 5.1.1'],
    },
  ];
}

function notOffered(data: readonly ScanList<ScanGroup>[]): Finding[] {
  return data.flatMap(({ protocol, notOffered: used }): Finding[] =>
    used.length === 0
      ? []
      : [
          {
            id: 'group-not-offered',
            severity: 'warning',
            message: `with ${protocol} the server uses a group that it was not offered: a client that does not have it cannot connect`,
            evidence: used.map(({ name }) => name).join(', '),
            fix: 'update the TLS library: it does not look at supported_groups',
            refs: ['RFC 8422 section 5.1', 'RFC 8446 section 4.2.7'],
          },
        ],
  );
}

const ML_KEM = /MLKEM/;

function noPostQuantum(data: readonly ScanList<ScanGroup>[]): Finding[] {
  const list = data.find(({ protocol }) => protocol === 'TLSv1.3');
  if (list === undefined || list.skipped !== null || list.unknown !== null) return [];
  if (list.accepted.some(({ name }) => ML_KEM.test(name))) return [];
  return [
    {
      id: 'no-post-quantum-group',
      severity: 'info',
      message:
        'no group of TLS 1.3 withstands a quantum computer: what is recorded today could be read when there is one',
      evidence: list.accepted.map(({ name }) => name).join(', '),
      fix: 'use a library that has X25519MLKEM768 (OpenSSL 3.5 and newer), and put it into the list of groups',
      refs: ['FIPS 203', 'draft-ietf-tls-ecdhe-mlkem'],
    },
  ];
}
