import type { HelloResult } from './context.js';

/** Says that the version is the matter, and nothing else. */
const PROTOCOL_VERSION = 70;

export interface FormOptions {
  readonly ask: (ids: readonly number[], plain: boolean) => Promise<HelloResult>;
  /** The server is known to need the plain form. */
  readonly plain?: boolean;
  /** The server is known to answer the other one. */
  readonly answers?: boolean;
  /** Even a refusal in words may be one of the form, as long as nothing was accepted. */
  readonly doubtsRefusal?: boolean;
}

/**
 * Asks in the form that teaches most, and from the first trouble on in the plainest, since it may be one of the extensions that a
 * server chokes on. In TLS 1.3 the trouble may be the empty key_share: it is legal (RFC 8446 section 4.2.8), and there are servers
 * that refuse it in words, or by closing, as if they had nothing in common with the client. That must not be taken for a no.
 */
export class FormedQuestion {
  plain: boolean;
  private answers: boolean;

  constructor(private readonly options: FormOptions) {
    this.plain = options.plain === true;
    this.answers = options.answers === true;
  }

  async ask(ids: readonly number[]): Promise<HelloResult> {
    const result = await this.options.ask(ids, this.plain);
    if (this.plain || !this.mayBeTheForm(result)) return result;
    this.plain = true;
    return this.options.ask(ids, true);
  }

  private mayBeTheForm(result: HelloResult): boolean {
    switch (result.answer) {
      case 'accepted':
        this.answers = true;
        return false;
      case 'inconclusive':
        return result.kind !== 'unreached';
      case 'rejected':
        return this.options.doubtsRefusal === true && !this.answers && result.alert !== PROTOCOL_VERSION;
    }
  }
}
