import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Tool {
  readonly command: string;
  /** Debian's name for the package that brings the command. */
  readonly debian: string;
  /** Set for a server that gives up its privileges itself and so must be started as root. */
  readonly needsRoot?: true;
}

const TOOLS = {
  openssl: { command: 'openssl', debian: 'openssl' },
  postfix: { command: 'postfix', debian: 'postfix', needsRoot: true },
  'posttls-finger': { command: 'posttls-finger', debian: 'postfix' },
  exim: { command: 'exim4', debian: 'exim4-daemon-light', needsRoot: true },
  dovecot: { command: 'dovecot', debian: 'dovecot-core', needsRoot: true },
  'gnutls-serv': { command: 'gnutls-serv', debian: 'gnutls-bin' },
  saslpasswd2: { command: 'saslpasswd2', debian: 'sasl2-bin libsasl2-modules' },
  gsasl: { command: 'gsasl', debian: 'gsasl' },
  script: { command: 'script', debian: 'bsdutils' },
  tinyproxy: { command: 'tinyproxy', debian: 'tinyproxy' },
  microsocks: { command: 'microsocks', debian: 'microsocks' },
  bash: { command: 'bash', debian: 'bash' },
  zsh: { command: 'zsh', debian: 'zsh' },
  fish: { command: 'fish', debian: 'fish' },
  mandoc: { command: 'mandoc', debian: 'mandoc' },
  groff: { command: 'groff', debian: 'groff' },
  curl: { command: 'curl', debian: 'curl' },
  python3: { command: 'python3', debian: 'python3' },
  swaks: { command: 'swaks', debian: 'swaks' },
  sslscan: { command: 'sslscan', debian: 'sslscan' },
  nmap: { command: 'nmap', debian: 'nmap' },
  tcpdump: { command: 'tcpdump', debian: 'tcpdump', needsRoot: true },
  xmllint: { command: 'xmllint', debian: 'libxml2-utils' },
  promtool: { command: 'promtool', debian: 'prometheus' },
  tshark: { command: 'tshark', debian: 'tshark' },
} as const satisfies Record<string, Tool>;

/** A real server or client that interop tests run against. */
export type ToolName = keyof typeof TOOLS;

/** Servers live in sbin, which is not on the PATH of every user. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const told = new Set<string>();

/**
 * Says whether a real peer can be used here, for `describe.skipIf(!requireTool('postfix'))`. When it cannot, one line
 * on stderr says what to install; with `CI=true` that is an error instead, so that a gate never passes by skipping.
 */
export function requireTool(name: ToolName): boolean {
  return requirePeer(name, whyNot(TOOLS[name]));
}

/** The same for a peer that is no command: `problem` says why it cannot be used, undefined when it can. */
export function requirePeer(name: string, problem: string | undefined): boolean {
  if (problem === undefined) return true;
  const line = `interop: ${name}: ${problem}`;
  if (process.env['CI'] === 'true') throw new Error(line);
  if (!told.has(name)) process.stderr.write(`${line}; its tests are skipped\n`);
  told.add(name);
  return false;
}

/** The full path of a tool's command, looked for on PATH and in the sbin directories, or undefined. */
export function findTool(name: ToolName): string | undefined {
  return findCommand(TOOLS[name].command);
}

function whyNot(tool: Tool): string | undefined {
  if (findCommand(tool.command) === undefined) {
    return `${tool.command} not found, install the package ${tool.debian} (apt-get install ${tool.debian})`;
  }
  if (tool.needsRoot && process.getuid?.() !== 0)
    return `${tool.command} is there but must be started as root`;
  return undefined;
}

function findCommand(command: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SBIN].filter(
    (folder) => folder !== '',
  );
  return folders.map((folder) => join(folder, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
