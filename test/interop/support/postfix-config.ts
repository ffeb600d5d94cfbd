import { join } from 'node:path';

export interface PostfixOptions {
  /** `smtpd_tls_chain_files`: PEM files, each with a key followed by its chain. Several for RSA beside ECDSA. */
  readonly chainFiles?: readonly string[];
  /** `smtpd_tls_cert_file` (leaf first, then intermediates); not together with `chainFiles`. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Default 127.0.0.0/8. Clients of `mynetworks` may relay, and are exempt from anvil's limits by default. */
  readonly mynetworks?: string;
  /** Also serve implicit TLS (`smtpd_tls_wrappermode`) on a second port. */
  readonly smtps?: boolean;
  /** Further smtpd services, each on a port of its own, with lines of main.cf that hold for it alone. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Puts files into the instance's folder before the start; returns lines of main.cf that `main` may overrule. */
  readonly prepare?: (dir: string) => Promise<Readonly<Record<string, string>>>;
  /** Put postscreen in front of smtpd; loopback clients are not exempt, and the greet test is run on every visit. */
  readonly postscreen?: { readonly greetWaitSeconds: number };
  /** Default mx.example.test. */
  readonly hostname?: string;
  /** Any lines of main.cf, which win over everything above. An empty string sets an empty value. */
  readonly main?: Readonly<Record<string, string>>;
  /** The greeting that says the server is ready, for a configuration that greets with something else than 220. */
  readonly readyGreeting?: RegExp;
  /** Default 20 s, postscreen's wait included. */
  readonly startTimeoutMs?: number;
}

/** Where an instance listens. */
export interface PostfixPorts {
  readonly port: number;
  /** Implicit TLS, when `smtps` was asked for. */
  readonly smtpsPort: number | undefined;
  /** Of `services`, by name. */
  readonly servicePorts: Readonly<Record<string, number>>;
}

/** Where the parts of one instance are. */
export interface PostfixFolders {
  readonly dir: string;
  readonly config: string;
  readonly queue: string;
  readonly data: string;
  readonly log: string;
  readonly pidFile: string;
}

/** The layout below an instance's own folder: separate, because Postfix insists on another owner for each. */
export function postfixFolders(dir: string): PostfixFolders {
  const queue = join(dir, 'queue');
  return {
    dir,
    config: join(dir, 'etc'),
    queue,
    data: join(dir, 'data'),
    log: join(dir, 'mail.log'),
    pidFile: join(queue, 'pid', 'master.pid'),
  };
}

/** main.cf: a private instance that needs neither syslog, DNS nor the system's mail configuration. */
export function mainCf(folders: PostfixFolders, options: PostfixOptions): string {
  const settings: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: folders.queue,
    data_directory: folders.data,
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: folders.log,
    maillog_file_prefixes: folders.dir,
    myhostname: options.hostname ?? 'mx.example.test',
    mydestination: '$myhostname',
    mynetworks: options.mynetworks ?? '127.0.0.0/8',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    // Debian's banner.
    smtpd_banner: '$myhostname ESMTP $mail_name (Debian/GNU)',
    // A resolver that does not answer would hold back the greeting of every connection.
    smtpd_peername_lookup: 'no',
    // Nothing that a test hands over may leave the machine or land in a mailbox.
    local_recipient_maps: '',
    alias_maps: '',
    local_transport: 'discard:',
    default_transport: 'error:no mail leaves a test server',
    ...tlsSettings(options),
    ...postscreenSettings(options),
    ...options.main,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${oneLine(value)}\n`)
    .join('');
}

/** master.cf; nothing is chrooted, since the chroot would have to be filled with the resolver's and OpenSSL's files. */
export function masterCf({ port, smtpsPort, servicePorts }: PostfixPorts, options: PostfixOptions): string {
  const lines = options.postscreen
    ? [
        `127.0.0.1:${port} inet n - n - 1 postscreen`,
        'smtpd pass - - n - - smtpd',
        'dnsblog unix - - n - 0 dnsblog',
        'tlsproxy unix - - n - 0 tlsproxy',
      ]
    : [`127.0.0.1:${port} inet n - n - - smtpd`];
  if (smtpsPort !== undefined) {
    lines.push(`127.0.0.1:${smtpsPort} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`);
  }
  for (const [name, settings] of Object.entries(options.services ?? {})) {
    const overrides = Object.entries(settings).map(([key, value]) => ` -o { ${key} = ${oneLine(value)} }`);
    lines.push(`127.0.0.1:${servicePorts[name] ?? 0} inet n - n - - smtpd${overrides.join('')}`);
  }
  return [...lines, ...SERVICES, ''].join('\n');
}

const SERVICES = [
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'tlsmgr unix - - n 1000? 1 tlsmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'verify unix - - n - 1 verify',
  'flush unix n - n 1000? 0 flush',
  'proxymap unix - - n - - proxymap',
  'proxywrite unix - - n - 1 proxymap',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'discard unix - - n - - discard',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
];

function tlsSettings(options: PostfixOptions): Record<string, string> {
  if (options.chainFiles) {
    return { smtpd_tls_security_level: 'may', smtpd_tls_chain_files: options.chainFiles.join(', ') };
  }
  if (options.certFile === undefined) return {};
  return {
    smtpd_tls_security_level: 'may',
    smtpd_tls_cert_file: options.certFile,
    ...(options.keyFile === undefined ? {} : { smtpd_tls_key_file: options.keyFile }),
  };
}

function postscreenSettings(options: PostfixOptions): Record<string, string> {
  if (!options.postscreen) return {};
  return {
    postscreen_greet_wait: `${options.postscreen.greetWaitSeconds}s`,
    // The default, permit_mynetworks, lets loopback through untested.
    postscreen_access_list: '',
    postscreen_greet_ttl: '1s',
  };
}

function oneLine(value: string): string {
  if (/[\r\n]/.test(value))
    throw new Error(`a Postfix setting must be one line, got ${JSON.stringify(value)}`);
  return value;
}
