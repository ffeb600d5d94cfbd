import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy under test conditions, on port 0. */
export interface TestProxy {
  readonly port: number;
  readonly connections: number;
  /** Everything that clients sent before a tunnel was open. */
  readonly heard: () => Buffer;
  readonly stop: () => Promise<void>;
}

/** How a proxy behaves: it has the client's socket for itself. */
export type Behaviour = (client: Socket, heard: (chunk: Buffer) => void) => void;

/** Starts a proxy that does whatever a test wants of it. */
export async function startProxy(behaviour: Behaviour): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  const heard: Buffer[] = [];
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    sockets.add(client);
    client.on('error', () => undefined);
    behaviour(client, (chunk) => heard.push(chunk));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    heard: () => Buffer.concat(heard),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** How a working proxy writes. */
export interface Manner {
  /** Octet by octet, each in a segment of its own. */
  readonly slow?: boolean;
  /** Waits for the server's first words, and sends them in the segment of its own last. */
  readonly together?: boolean;
  /** The answer to CONNECT, instead of the usual one. */
  readonly answer?: string;
  /** Wants this user and password. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Reads exactly `count` octets; what is left stays in the socket. */
export async function take(socket: Socket, count: number, heard: (chunk: Buffer) => void): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read(count) as Buffer | null;
    if (chunk !== null) {
      heard(chunk);
      return chunk;
    }
    await new Promise((resolve, reject) => {
      socket.once('readable', resolve);
      socket.once('close', () => reject(new Error('closed')));
    });
  }
}

/** A SOCKS 5 server (RFC 1928, 1929) that connects wherever it is told to, on loopback. */
export function socksProxy(manner: Manner = {}): Behaviour {
  return (client, heard) => void speakSocks(client, heard, manner).catch(() => client.destroy());
}

async function speakSocks(client: Socket, heard: (chunk: Buffer) => void, manner: Manner): Promise<void> {
  const { login } = manner;
  const [, count = 0] = await take(client, 2, heard);
  const methods = await take(client, count, heard);
  const method = login === undefined ? 0 : 2;
  if (!methods.includes(method)) {
    client.end(Buffer.of(5, 0xff));
    return;
  }
  await write(client, Buffer.of(5, method), manner);
  if (login !== undefined) {
    if (!(await isLogin(client, login, heard))) {
      client.end(Buffer.of(1, 1));
      return;
    }
    await write(client, Buffer.of(1, 0), manner);
  }
  const host = await destination(client, heard);
  const port = (await take(client, 2, heard)).readUInt16BE();
  await tunnel(client, host, port, Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 25]), manner);
}

async function isLogin(
  client: Socket,
  login: NonNullable<Manner['login']>,
  heard: (chunk: Buffer) => void,
): Promise<boolean> {
  const [, userLength = 0] = await take(client, 2, heard);
  const user = await take(client, userLength, heard);
  const [passwordLength = 0] = await take(client, 1, heard);
  const password = await take(client, passwordLength, heard);
  return user.toString() === login.user && password.toString() === login.password;
}

async function destination(client: Socket, heard: (chunk: Buffer) => void): Promise<string> {
  const [, , , type] = await take(client, 4, heard);
  if (type === 1) return (await take(client, 4, heard)).join('.');
  if (type === 4) return (await take(client, 16, heard)).toString('hex').replace(/(.{4})(?!$)/g, '$1:');
  const [length = 0] = await take(client, 1, heard);
  return (await take(client, length, heard)).toString('latin1');
}

/** An HTTP proxy that knows CONNECT alone. */
export function httpProxy(manner: Manner = {}): Behaviour {
  return (client, heard) => void speakHttp(client, heard, manner).catch(() => client.destroy());
}

async function speakHttp(client: Socket, heard: (chunk: Buffer) => void, manner: Manner): Promise<void> {
  const { login, answer = 'HTTP/1.1 200 Connection established\r\n\r\n' } = manner;
  let head = '';
  while (!head.endsWith('\r\n\r\n')) head += (await take(client, 1, heard)).toString('latin1');
  const [, host = '', port] = /^CONNECT \[?([^ \]]+?)\]?:(\d+) HTTP\/1\.1\r\n/.exec(head) ?? [];
  const token = Buffer.from(`${login?.user ?? ''}:${login?.password ?? ''}`).toString('base64');
  if (login !== undefined && !head.includes(`Proxy-Authorization: Basic ${token}\r\n`)) {
    client.end('HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
    return;
  }
  await tunnel(client, host, Number(port), Buffer.from(answer, 'latin1'), manner);
}

async function tunnel(
  client: Socket,
  host: string,
  port: number,
  answer: Buffer,
  manner: Manner,
): Promise<void> {
  const server = connect({ host: host === 'mail.smtpcheck.test' ? '127.0.0.1' : host, port });
  server.on('error', () => client.destroy());
  await new Promise((resolve) => server.once('connect', resolve));
  const first =
    manner.together === true ? await new Promise<Buffer>((r) => server.once('data', r)) : Buffer.alloc(0);
  server.pause();
  await write(client, Buffer.concat([answer, first]), manner);
  client.pipe(server);
  server.pipe(client);
}

async function write(client: Socket, bytes: Buffer, { slow = false }: Manner): Promise<void> {
  client.setNoDelay(true);
  if (!slow) client.write(bytes);
  else
    for (const octet of bytes) {
      client.write(Buffer.of(octet));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
}
