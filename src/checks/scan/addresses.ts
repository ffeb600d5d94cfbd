import type { Finding } from '../../core/finding.js';
import type { Report } from '../../core/report.js';
import { observe, type Observation, type Topic } from './address-observations.js';

export const ADDRESS_FINDINGS: readonly string[] = ['addresses-differ'];

/** Differences that are shown of one topic. */
const MOST_SHOWN = 8;

const TOPICS: Readonly<Record<Topic, { readonly what: string; readonly fix: string }>> = {
  starttls: {
    what: 'whether they offer STARTTLS',
    fix: 'switch TLS on where it is off: senders take whichever address comes first',
  },
  certificates: {
    what: 'the certificates that they show',
    fix: 'roll the new certificate out to all of them; with DANE, every key needs its TLSA record',
  },
  verification: {
    what: 'whether their certificate can be verified',
    fix: 'mend the ones that fail: clients take whichever address comes first',
  },
  protocols: {
    what: 'the protocol versions that they accept',
    fix: 'give all of them the same TLS settings',
  },
  suites: { what: 'the cipher suites that they accept', fix: 'give all of them the same TLS settings' },
  groups: { what: 'the groups that they accept', fix: 'give all of them the same TLS settings' },
  schemes: { what: 'the signature schemes that they use', fix: 'give all of them the same TLS settings' },
  capabilities: {
    what: 'what EHLO offers',
    fix: 'bring all of them to the same version and the same settings',
  },
  behaviour: { what: 'how they behave', fix: 'bring all of them to the same version and the same settings' },
};

/**
 * What the addresses of one name do not have in common: pure, from a report of each. What is not known of one of them is no difference.
 */
export function judgeAddresses(reports: readonly Report[]): Finding[] {
  const seen = reports.map((report) => ({
    address: report.target?.address ?? '',
    observations: new Map(observe(report).map((one) => [one.key, one])),
  }));
  const keys = new Set(seen.flatMap(({ observations }) => [...observations.keys()]));
  const lines = new Map<Topic, Set<string>>();
  for (const key of keys) {
    const known = seen.flatMap(({ address, observations }) => {
      const observation = observations.get(key);
      return observation === undefined ? [] : [{ address, observation }];
    });
    for (const { topic, line } of differences(known)) {
      const ofTopic = lines.get(topic) ?? new Set();
      lines.set(topic, ofTopic.add(line));
    }
  }
  const host = reports[0]?.target?.host ?? 'the server';
  return [...lines].map(([topic, found]) => findingOf(host, topic, [...found]));
}

interface Known {
  readonly address: string;
  readonly observation: Observation;
}

function differences(known: readonly Known[]): { topic: Topic; line: string }[] {
  const items = new Set(known.flatMap(({ observation }) => [...observation.values.keys()]));
  return [...items].flatMap((item) => {
    const byValue = new Map<string, string[]>();
    let topic: Topic | null = null;
    for (const { address, observation } of known) {
      const value = observation.values.get(item) ?? observation.otherwise;
      if (value === null) continue;
      topic = observation.topic;
      byValue.set(value, [...(byValue.get(value) ?? []), address]);
    }
    if (topic === null || byValue.size < 2) return [];
    const values = [...byValue].map(([value, addresses]) => `${value} at ${addresses.join(', ')}`);
    return [{ topic, line: `${item}: ${values.join(', ')}` }];
  });
}

function findingOf(host: string, topic: Topic, lines: readonly string[]): Finding {
  const { what, fix } = TOPICS[topic];
  const more = lines.length > MOST_SHOWN ? `; and ${lines.length - MOST_SHOWN} more` : '';
  return {
    id: 'addresses-differ',
    severity: 'warning',
    message: `the addresses of ${host} differ in ${what}`,
    evidence: `${lines.slice(0, MOST_SHOWN).join('; ')}${more}`,
    fix,
  };
}
