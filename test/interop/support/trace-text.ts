/*
 * Two texts about one TLS connection, brought to the same form: what `openssl s_client` or `s_server` writes with `-trace`
 * (ssl/t1_trace.c), and what `smtpcheck --trace` writes. Numbers count, names do not: they are taken from registries.
 */

/** As the client sees it. */
export type Way = 'sent' | 'received';

export interface TracedMessage {
  /** `Certificate 971`: name and length. */
  readonly head: string;
  /** Its fields in order: `item=4865`, `extension=0/24`, `length=32`, `octets=9b9b14…`, `subject=CN=…`, … */
  readonly facts: string[];
}

export interface TracedRecord {
  readonly way: Way;
  /** Content type, version and length, and in TLS 1.3 the content type inside: `23 771 69 22`. */
  readonly head: string;
  readonly messages: TracedMessage[];
  /** Level and description. */
  readonly alerts: string[];
}

/** What a line means; undefined for one that the other text has no word for. */
type Rule = readonly [pattern: RegExp, fact: (...groups: string[]) => string];

/** Of these OpenSSL dumps the octets: server_name, status_request, certificate_authorities; of renegotiation_info it says EMPTY. */
const DUMPED: ReadonlySet<number> = new Set([0, 5, 47, 0xff01]);

const num = (text = ''): number => Number(text);
const distinguished = (text = ''): string => text.replaceAll(' = ', '=').trim();

const OPENSSL: readonly Rule[] = [
  [/^(?:client|server)_version=(0x[0-9a-f]+) /, (id) => `item=${num(id)}`],
  [/^(?:cipher_suite )?\{0x(..), 0x(..)\} /, (high = '', low = '') => `item=${num(`0x${high}${low}`)}`],
  [/^random_bytes \(len=28\): (\w+)$/, (data = '') => `octets=${data.toLowerCase()}`],
  [/^dh_p \(len=(\d+)\): /, (octets) => `bits=${num(octets) * 8}`],
  [/^DistinguishedName \(len=\d+\): (.*)$/, (text) => `name=${distinguished(text)}`],
  [/^verify_data \(len=\d+\): (\w+)$/, (data = '') => `octets=${data.toLowerCase()}`],
  [/^[A-Za-z_]+:? {0,2}\(len=(\d+)\):/, (octets) => `length=${num(octets)}`],
  [/^(?:ticket_lifetime_hint|ticket_age_add)=(\d+)$/, (value) => `number=${num(value)}`],
  [/^ASN\.1Cert, length=(\d+)$/, (octets) => `certificate=${num(octets)}`],
  [/\((0x[0-9a-f]+|\d+)\)$/, (id) => `item=${num(id)}`],
];

const OURS: readonly Rule[] = [
  [/^(?:random|verify_data): ([0-9a-f]+)$/, (data = '') => `octets=${data}`],
  [/^dh_p: (\d+) bits$/, (bits) => `bits=${num(bits)}`],
  [/^certificate of (\d+) octets?$/, (octets) => `certificate=${num(octets)}`],
  [/^\w+: (\d+) octets?$/, (octets) => `length=${num(octets)}`],
  [
    /^(?:ticket_lifetime|ticket_lifetime_hint|ticket_age_add): (\d+)(?: seconds)?$/,
    (v) => `number=${num(v)}`,
  ],
  [/\((0x[0-9a-f]+|\d+)\)$/, (id) => `item=${num(id)}`],
];

function factOf(line: string, rules: readonly Rule[]): string | undefined {
  for (const [pattern, fact] of rules) {
    const found = pattern.exec(line);
    if (found !== null) return fact(...found.slice(1));
  }
  return undefined;
}

const newRecord = (way: Way, numbers: readonly (string | undefined)[]): TracedRecord => ({
  way,
  head: numbers
    .filter((text) => text !== undefined)
    .map(num)
    .join(' '),
  messages: [],
  alerts: [],
});

/** The records in a text of OpenSSL's; `side` is whose text it is. */
export function readOpensslTrace(text: string, side: 'client' | 'server'): TracedRecord[] {
  const blocks = text.split(/^(Sent|Received) Record\nHeader:\n/m).slice(1);
  const records: TracedRecord[] = [];
  for (let i = 0; i < blocks.length; i += 2) {
    const [verb = '', body = ''] = blocks.slice(i, i + 2);
    const way = (verb === 'Sent') === (side === 'client') ? 'sent' : 'received';
    records.push(readOpensslRecord(way, body));
  }
  return records;
}

function readOpensslRecord(way: Way, body: string): TracedRecord {
  const head =
    /^ *Version = .*\((0x\w+)\)\n *Content Type = .*\((\d+)\)\n *Length = (\d+)\n(?: *Inner Content Type = .*\((\d+)\)\n)?/;
  const [whole = '', version, type, length, inner] = head.exec(body) ?? [];
  const record = newRecord(way, [type, version, length, inner]);
  let details = false;
  let extension = -1;
  let time = '';
  for (const line of body
    .slice(whole.length)
    .split('\n')
    .map((each) => each.trim())) {
    if (/^-+details-+$/.test(line)) details = true;
    else if (/^-{18}$/.test(line)) details = false;
    const facts = record.messages.at(-1)?.facts;
    const message = /^(\w+), Length=(\d+)$/.exec(line);
    const alert = /^Level=.*\((\d+)\), description=.*\((\d+)\)$/.exec(line);
    const about = /^(Issuer|Subject): (.*)$/.exec(line);
    const begun = /^extension_type=.*\((\d+)\), length=(\d+)$/.exec(line);
    if (details) {
      if (about !== null) facts?.push(`${(about[1] ?? '').toLowerCase()}=${distinguished(about[2])}`);
    } else if (message !== null) {
      record.messages.push({ head: `${message[1] ?? ''} ${message[2] ?? ''}`, facts: [] });
      extension = -1;
    } else if (alert !== null) record.alerts.push(`${alert[1] ?? ''}/${alert[2] ?? ''}`);
    else if (begun !== null) {
      extension = num(begun[1]);
      facts?.push(`extension=${extension}/${num(begun[2])}`);
    } else if (line.startsWith('gmt_unix_time=0x')) time = line.slice(16).toLowerCase();
    else if (!DUMPED.has(extension)) {
      const fact = factOf(line, OPENSSL) ?? (extension === ALPN && line !== '' ? `text=${line}` : undefined);
      if (fact !== undefined)
        facts?.push(line.startsWith('random_bytes') ? fact.replace('=', `=${time}`) : fact);
    }
  }
  return record;
}

const ALPN = 16;

/** The records in the text of `smtpcheck --trace`. */
export function readOurTrace(text: string): TracedRecord[] {
  const records: TracedRecord[] = [];
  let extension = -1;
  let subject = '';
  for (const line of text.split('\n')) {
    const words = line.trim();
    const record = records.at(-1);
    const facts = record?.messages.at(-1)?.facts;
    const header = /^(?:>>> (sent)|<<< (received)): (.*)$/.exec(line);
    const message = /^ {2}(\w+) \(\d+\), (\d+) octets?$/.exec(line);
    const alert = /^ {2}level: .*\((\d+)\), description: .*\((\d+)\)$/.exec(line);
    const begun = /^(\w+) \((\d+)\), (\d+) octets?$/.exec(words);
    const about = /^(subject|issuer): (.*)$/.exec(words);
    if (header !== null) {
      records.push(ourRecord(header[1] === undefined ? 'received' : 'sent', header[3] ?? ''));
    } else if (message !== null) {
      // OpenSSL calls it by its number.
      const name = (message[1] ?? '').replace('HelloRetryRequest', 'ServerHello');
      record?.messages.push({ head: `${name} ${message[2] ?? ''}`, facts: [] });
      extension = -1;
    } else if (alert !== null) record?.alerts.push(`${alert[1] ?? ''}/${alert[2] ?? ''}`);
    else if (begun !== null) {
      extension = num(begun[2]);
      facts?.push(`extension=${extension}/${num(begun[3])}`);
    } else if (about?.[1] === 'subject') subject = `subject=${distinguished(about[2])}`;
    // OpenSSL has the issuer first.
    else if (about !== null) facts?.push(`issuer=${distinguished(about[2])}`, subject);
    else if (!DUMPED.has(extension)) facts?.push(...ourFacts(words, extension === ALPN));
  }
  return records;
}

function ourRecord(way: Way, text: string): TracedRecord {
  const [type, version, length] = /^.*?\((\d+)\), .*?\((0x\w+)\), (\d+) octets?/.exec(text)?.slice(1) ?? [];
  const inside = /, encrypted: \w+ \((\d+)\)/.exec(text);
  // Up to TLS 1.2 it is what it says it is.
  const inner = type === '23' && inside !== null ? inside[1] : undefined;
  return newRecord(way, [type, version, length, inner]);
}

function ourFacts(line: string, isText: boolean): string[] {
  // Of the curve type OpenSSL says nothing.
  if (line.startsWith('curve_type: ')) return [];
  const parts = /^(group: .*), (key_exchange: .*)$/.exec(line)?.slice(1) ?? [line];
  return parts.flatMap((part) => {
    const fact = factOf(part, OURS) ?? nameFact(part) ?? (isText && part !== '' ? `text=${part}` : undefined);
    return fact === undefined ? [] : [fact];
  });
}

/** A distinguished name stands alone. */
const nameFact = (line: string): string | undefined => (/^[A-Z]+=/.test(line) ? `name=${line}` : undefined);
