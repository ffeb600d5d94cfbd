import { join } from 'node:path';

import { FIXTURES_DIR } from '../../servers/fixtures.js';
import { chainFile } from './chain-file.js';
import { cyrusSasl } from './cyrus.js';
import { startDovecotAuth, type DovecotAuth, type SaslUser } from './dovecot-auth.js';
import { startPostfix, type PostfixInstance } from './postfix.js';

export type { SaslUser } from './dovecot-auth.js';

export interface SaslPostfixOptions {
  readonly users: readonly SaslUser[];
  /** Who authenticates; `dovecot` by default. */
  readonly sasl?: 'dovecot' | 'cyrus';
  /** Default: DOVECOT_MECHANISMS or CYRUS_MECHANISMS. */
  readonly mechanisms?: readonly string[];
  /** Cyrus alone: its database cannot be read, and every AUTH is answered with 454. */
  readonly locked?: boolean;
  /** The only TLS version; by default TLS 1.2 and 1.3. */
  readonly tls?: 'TLSv1.2' | 'TLSv1.3';
  /** What `demanding` says to MAIL FROM without AUTH. */
  readonly refusal?: keyof typeof REFUSALS;
  /** Any lines of main.cf, which win over everything else. */
  readonly main?: Readonly<Record<string, string>>;
}

/** Submission servers that differ in when they ask for what. Over all of them mail needs AUTH, at RCPT TO at the latest. */
export interface SaslPorts {
  /** STARTTLS is optional, AUTH offered inside TLS alone (`smtpd_tls_auth_only`). */
  readonly submission: number;
  /** AUTH is offered before TLS as well, and accepted. */
  readonly cleartext: number;
  /** Everything but EHLO and STARTTLS is answered with 530 before TLS (`smtpd_tls_security_level = encrypt`). */
  readonly mandatoryTls: number;
  /** As `submission`, but MAIL FROM without AUTH is refused at once (`smtpd_delay_reject = no`). */
  readonly demanding: number;
  /** TLS from the first byte. */
  readonly implicit: number;
}

export interface SaslPostfix {
  readonly ports: SaslPorts;
  /** The name in the certificate and in the greeting. */
  readonly hostname: string;
  /** The root of its chain, good-rsa of certs-fixtures. */
  readonly caFile: string;
  /** All that Postfix and then Dovecot logged so far; still there after `stop`. */
  logs(): string;
  /** Ends all processes and removes all folders. May be called again. */
  stop(): Promise<void>;
}

const HOSTNAME = 'mail.smtpcheck.test';

const REFUSALS = {
  '530': 'check_sender_access static:{530 5.7.0 Authentication required}',
  '554': 'reject',
};

/** Debian's Postfix as a submission server on free ports of 127.0.0.1, with Dovecot's or Cyrus' SASL behind it. Needs root. */
export async function startSaslPostfix(options: SaslPostfixOptions): Promise<SaslPostfix> {
  const { sasl = 'dovecot', refusal = '530' } = options;
  const dovecot = sasl === 'dovecot' ? await startDovecotAuth(options) : undefined;
  try {
    const postfix = await startPostfix({
      hostname: HOSTNAME,
      smtps: true,
      prepare: async (dir) => ({
        ...COMMON,
        smtpd_tls_chain_files: chainFile(dir, 'good-rsa'),
        smtpd_tls_protocols: options.tls === undefined ? '>=TLSv1.2' : `>=${options.tls}, <=${options.tls}`,
        ...(dovecot === undefined
          ? await cyrusSasl(dir, HOSTNAME, options)
          : { smtpd_sasl_type: 'dovecot', smtpd_sasl_path: dovecot.socket }),
      }),
      services: {
        cleartext: { smtpd_tls_auth_only: 'no' },
        mandatoryTls: { smtpd_tls_security_level: 'encrypt' },
        demanding: {
          smtpd_delay_reject: 'no',
          smtpd_sender_restrictions: `permit_sasl_authenticated, ${REFUSALS[refusal]}`,
        },
      },
      ...(options.main === undefined ? {} : { main: options.main }),
    });
    return instance(postfix, dovecot);
  } catch (error) {
    const said = dovecot?.log() ?? '';
    await dovecot?.stop();
    throw new Error(`no submission server\n${said}`, { cause: error });
  }
}

const COMMON: Readonly<Record<string, string>> = {
  smtpd_sasl_auth_enable: 'yes',
  smtpd_tls_security_level: 'may',
  smtpd_tls_auth_only: 'yes',
  smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
  smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject',
};

function instance(postfix: PostfixInstance, dovecot: DovecotAuth | undefined): SaslPostfix {
  const { cleartext = 0, mandatoryTls = 0, demanding = 0 } = postfix.servicePorts;
  return {
    ports: {
      submission: postfix.port,
      implicit: postfix.smtpsPort ?? 0,
      cleartext,
      mandatoryTls,
      demanding,
    },
    hostname: HOSTNAME,
    caFile: join(FIXTURES_DIR, 'roots', 'lab-root-rsa.pem'),
    logs: () => `${postfix.log()}${dovecot?.log() ?? ''}`,
    stop: async () => {
      await postfix.stop();
      await dovecot?.stop();
    },
  };
}
