import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';

/** One whole SMTP reply (RFC 5321 section 4.2). */
export interface Reply {
  readonly code: number;
  /** The text of each line, without code, separator and line end; bytes as they came, see {@link decodeText}. */
  readonly lines: readonly string[];
  /** The enhanced status code of the last line (RFC 2034), such as `5.7.0`, or null. */
  readonly enhanced: string | null;
  /** True when a line ended in a bare LF, which RFC 5321 section 2.3.8 forbids. */
  readonly bareLf: boolean;
}

const LF = 0x0a;
const CR = 0x0d;

let utf8: InstanceType<typeof TextDecoder> | undefined;

/** Server text as UTF-8 where it is valid, else as Latin-1, so that no byte is lost. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return (utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function cut(text: string): string {
  return text.length > LIMITS.serverText ? `${text.slice(0, LIMITS.serverText)}…` : text;
}

/**
 * Incremental reply parser. Bytes go in with `push`, whole replies come out of `next`; whatever lies behind the reply
 * stays in `rest`, which is how response injection is seen (RFC 3207 section 4.2; CVE-2011-0411).
 * @throws SmtpcheckError `reply-malformed` or `reply-too-large`, phase `banner`; the caller knows the real phase.
 */
export class ReplyReader {
  private chunks: Uint8Array[] = [];
  private buffered = 0;
  private lines: string[] = [];
  private code = -1;
  private replySize = 0;
  private bareLf = false;
  /** False while bytes are buffered that were not searched for a line end yet. */
  private searched = true;

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    // Bytes that were searched before need no second look: a line fed byte by byte must not cost its square.
    if (chunk.includes(LF)) this.searched = false;
  }

  /** The next whole reply, or null when more bytes are needed. */
  next(): Reply | null {
    for (;;) {
      const line = this.takeLine();
      if (line === null) return null;
      const reply = this.acceptLine(line);
      if (reply !== null) return reply;
    }
  }

  /** Bytes behind the last whole reply. With a reply half read, its lines are not in here. */
  rest(): Uint8Array {
    return this.joined();
  }

  /** Takes those bytes out, so that they cannot be read as the answer to what is sent next. */
  drain(): Uint8Array {
    const bytes = this.joined();
    this.chunks = [];
    this.buffered = 0;
    this.searched = true;
    return bytes;
  }

  /** True when some lines of a reply, or part of a line, were read. */
  get midReply(): boolean {
    return this.lines.length > 0 || this.buffered > 0;
  }

  private joined(): Uint8Array {
    if (this.chunks.length === 1 && this.chunks[0] !== undefined) return this.chunks[0];
    const all = Buffer.concat(this.chunks, this.buffered);
    this.chunks = [all];
    return all;
  }

  private takeLine(): Uint8Array | null {
    const all = this.searched ? null : this.joined();
    const end = all?.indexOf(LF) ?? -1;
    if (all === null || end < 0) {
      this.searched = true;
      if (this.buffered > LIMITS.replyLine) this.tooLarge('line', this.joined());
      return null;
    }
    const line = all.subarray(0, end + 1);
    const tail = all.subarray(end + 1);
    this.chunks = tail.length === 0 ? [] : [tail];
    this.buffered = tail.length;
    if (line.length > LIMITS.replyLine) this.tooLarge('line', line);
    return line;
  }

  private tooLarge(what: 'line' | 'reply', bytes: Uint8Array): never {
    const limit = what === 'line' ? LIMITS.replyLine : LIMITS.reply;
    throw new SmtpcheckError(
      'reply-too-large',
      'banner',
      `a reply${what === 'line' ? ' line' : ''} is longer than ${limit} octets`,
      {
        serverSaid: cut(decodeText(bytes.subarray(0, 200))),
      },
    );
  }

  private acceptLine(line: Uint8Array): Reply | null {
    this.replySize += line.length;
    if (this.replySize > LIMITS.reply) this.tooLarge('reply', line);
    const crlf = line.length >= 2 && line[line.length - 2] === CR;
    if (!crlf) this.bareLf = true;
    const text = decodeText(line.subarray(0, line.length - (crlf ? 2 : 1)));
    const match = /^([2-5][0-9]{2})(?:([ -])([\s\S]*))?$/.exec(text);
    if (match === null)
      throw this.malformed('a reply line must start with a three-digit code from 2xx to 5xx', text);
    const code = Number(match[1]);
    if (this.lines.length > 0 && code !== this.code) {
      throw this.malformed(`a line of a ${this.code} reply has the code ${code}`, text);
    }
    this.code = code;
    this.lines.push(match[3] ?? '');
    return match[2] === '-' ? null : this.finish();
  }

  private malformed(message: string, text: string): SmtpcheckError {
    return new SmtpcheckError('reply-malformed', 'banner', message, { serverSaid: cut(text) });
  }

  private finish(): Reply {
    const enhanced = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(this.lines.at(-1) ?? '');
    const reply = {
      code: this.code,
      lines: this.lines,
      enhanced: enhanced?.[1] ?? null,
      bareLf: this.bareLf,
    };
    this.lines = [];
    this.replySize = 0;
    this.bareLf = false;
    return reply;
  }
}

/** The lines of a reply as they were sent, without line ends. */
export function replyLines({ code, lines }: Pick<Reply, 'code' | 'lines'>): string[] {
  return lines.map((line, i) => {
    const end = i === lines.length - 1;
    return end && line === '' ? String(code) : `${code}${end ? ' ' : '-'}${line}`;
  });
}

/** A reply as one line for messages: code and text of all lines. */
export function replyText(reply: Reply): string {
  return cut(`${reply.code} ${reply.lines.join(' / ')}`.trimEnd());
}
