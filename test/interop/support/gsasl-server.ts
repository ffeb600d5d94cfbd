import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { SecureVersion, TLSSocket } from 'node:tls';

import { certificate, FIXTURES_DIR } from '../../servers/fixtures.js';
import type { SaslUser } from './dovecot-auth.js';
import { GsaslServer, type BindingType } from './gsasl.js';
import { SmtpLine } from './smtp-line.js';

export interface GsaslSmtpOptions {
  readonly user: SaslUser;
  /** Mechanisms of SCRAM. Default: SCRAM-SHA-256-PLUS and SCRAM-SHA-256. Without any -PLUS the server can bind nothing. */
  readonly mechanisms?: readonly string[];
  /** The only TLS version; by default TLS 1.2 and 1.3. */
  readonly tls?: 'TLSv1.2' | 'TLSv1.3';
  /** False: TLS 1.2 without RFC 7627, on which tls-unique says nothing. */
  readonly extendedMasterSecret?: boolean;
  /** TLS from the first byte. */
  readonly implicit?: boolean;
  /** `foreign`: gsasl is told the data of some other connection, as if a relay stood in between. */
  readonly binding?: 'own' | 'foreign';
}

/** A small SMTP server whose AUTH is carried out by `gsasl --server`. */
export interface GsaslSmtpServer {
  readonly port: number;
  /** The name in the certificate and in the greeting. */
  readonly hostname: string;
  /** The root of its chain, good-rsa of certs-fixtures. */
  readonly caFile: string;
  /** Every line so far, as `C: …` or `S: …`, and what gsasl said, as `gsasl: …`. */
  log(): string;
  /** Drops the connections, ends the gsasl processes and stops listening. */
  stop(): Promise<void>;
}

const HOSTNAME = 'mail.smtpcheck.test';
const DEFAULT_MECHANISMS = ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'];
/** SSL_OP_NO_EXTENDED_MASTER_SECRET of OpenSSL 3, which Node does not name. */
const NO_EXTENDED_MASTER_SECRET = 1;

export async function startGsaslServer(options: GsaslSmtpOptions): Promise<GsaslSmtpServer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    const session = new Session(new SmtpLine(socket, (line) => lines.push(line)), options);
    session.run().catch((error: unknown) => {
      lines.push(`error: ${String(error)}`);
      socket.destroy();
    });
  });
  return {
    port: await listen(server),
    hostname: HOSTNAME,
    caFile: join(FIXTURES_DIR, 'roots', 'lab-root-rsa.pem'),
    log: () => lines.map((line) => `${line}\n`).join(''),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve()),
  );
  return (server.address() as AddressInfo).port;
}

/** One connection. */
class Session {
  #tls: TLSSocket | undefined;

  constructor(
    readonly line: SmtpLine,
    readonly options: GsaslSmtpOptions,
  ) {}

  async run(): Promise<void> {
    if (this.options.implicit === true) await this.#secure();
    this.line.write(`220 ${HOSTNAME} ESMTP`);
    for (let line = await this.line.read(); line !== null; line = await this.line.read()) {
      const [verb = '', ...parameters] = line.split(' ');
      await this.#command(verb.toUpperCase(), parameters);
    }
  }

  async #command(verb: string, [mechanism = '', initial]: readonly string[]): Promise<void> {
    if (verb === 'EHLO') this.#hello();
    else if (verb === 'STARTTLS' && this.#tls === undefined) {
      this.line.write('220 2.0.0 Ready to start TLS');
      await this.#secure();
    } else if (verb === 'AUTH') this.line.write(await this.#auth(mechanism.toUpperCase(), initial));
    else if (verb === 'QUIT') {
      this.line.write('221 2.0.0 Bye');
      this.line.end();
    } else if (verb === 'NOOP' || verb === 'RSET') this.line.write('250 2.0.0 Ok');
    else if (verb === 'MAIL') this.line.write('530 5.7.0 Authentication required');
    else this.line.write('502 5.5.1 Command not implemented');
  }

  #hello(): void {
    this.line.write(`250-${HOSTNAME}`, '250-ENHANCEDSTATUSCODES');
    this.line.write(this.#tls === undefined ? '250 STARTTLS' : `250 AUTH ${this.#mechanisms.join(' ')}`);
  }

  get #mechanisms(): readonly string[] {
    return this.options.mechanisms ?? DEFAULT_MECHANISMS;
  }

  async #secure(): Promise<void> {
    const { tls, extendedMasterSecret = true } = this.options;
    const versions = (tls ?? 'TLSv1.2 TLSv1.3').split(' ') as SecureVersion[];
    this.#tls = await this.line.secure({
      ...certificate('good-rsa'),
      minVersion: versions.at(0),
      maxVersion: versions.at(-1),
      ...(extendedMasterSecret ? {} : { secureOptions: NO_EXTENDED_MASTER_SECRET }),
    });
  }

  /** The dialogue; returns the reply that ends it. */
  async #auth(mechanism: string, initial: string | undefined): Promise<string> {
    if (this.#tls === undefined) return '538 5.7.11 Encryption required';
    if (!this.#mechanisms.includes(mechanism)) return '504 5.5.4 No such mechanism';
    if (initial === undefined) this.line.write('334 ');
    const first = initial ?? (await this.line.read());
    if (first === null || first === '*') return '501 5.7.0 Authentication aborted';
    const gsasl = this.#gsasl(mechanism, this.#tls, first);
    try {
      let answer = await gsasl.answer(first);
      while (typeof answer === 'string') {
        this.line.write(`334 ${answer}`);
        const response = await this.line.read();
        if (response === null || response === '*') return '501 5.7.0 Authentication aborted';
        answer = await gsasl.answer(response);
      }
      return answer ? '235 2.7.0 Authentication successful' : '535 5.7.8 Authentication failed';
    } finally {
      gsasl.end();
      this.line.note(`gsasl: ${gsasl.said.trim().replaceAll('\n', ' | ')}`);
    }
  }

  /** gsasl knows one password and no names, so nobody but the one user gets that password to be measured by. */
  #gsasl(mechanism: string, tls: TLSSocket, first: string): GsaslServer {
    const { user, password } = this.options.user;
    const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
    const known = Buffer.from(first, 'base64').toString().split(',')[2] === `n=${name}`;
    const canBind = this.#mechanisms.some((offered) => offered.endsWith('-PLUS'));
    const foreign = this.options.binding === 'foreign';
    return new GsaslServer({
      mechanism,
      password: known ? password : randomBytes(16).toString('hex'),
      binding: canBind ? (type) => (foreign ? randomBytes(32) : bindingOf(tls, type)) : null,
    });
  }
}

/** RFC 9266 section 2, and RFC 5929 section 3: the first Finished, which the server sends when a session is resumed. */
function bindingOf(tls: TLSSocket, type: BindingType): Buffer {
  if (type === 'tls-exporter')
    return tls.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
  return (tls.isSessionReused() ? tls.getFinished() : tls.getPeerFinished()) ?? Buffer.alloc(0);
}
