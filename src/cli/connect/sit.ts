import { SmtpcheckError, usageError } from '../../core/errors.js';
import type { NotDone } from '../../probe/connect/held-session.js';
import { findKeyword } from '../../smtp/ehlo.js';
import { decodeText } from '../../smtp/reply.js';
import { readTypedLine } from '../../smtp/typed-line.js';
import { sayError } from '../say.js';
import { runDotCommand, type Sitting } from './dot-commands.js';

/** Octets behind one BDAT: they are held in memory until all are there. */
const MAX_CHUNK = 64 * 1024 * 1024;

/**
 * Carries out the lines of a session until there are no more or the server ends it. Where nobody sees what comes of a line, the
 * first that was not carried out is the last: what follows it was written for another case, and behind a DATA or an AUTH that was
 * refused the lines of a mail, or of secrets, would go to the server as commands.
 * @returns whether every line was carried out.
 * @throws SmtpcheckError for what ended the session.
 */
export async function sit(sitting: Sitting): Promise<boolean> {
  const { session, source, io } = sitting;
  let allDone = true;
  while (!session.over) {
    const next = await source.next(session.turn);
    if (next.kind === 'stopped') await session.hearOut();
    if (next.kind === 'interrupted') throw new SmtpcheckError('interrupted', 'session', 'interrupted');
    if (next.kind !== 'line') break;
    const outcome = await carryOut(sitting, next.line);
    if (outcome === 'leave') break;
    if (outcome === null) continue;
    allDone = false;
    sayError(io, outcome);
    if (!source.interactive) break;
    source.discard();
  }
  await leave(sitting);
  return allDone;
}

function carryOut(sitting: Sitting, line: Uint8Array): Promise<NotDone | 'leave' | null> {
  const { session, source } = sitting;
  const text = decodeText(line);
  if (session.turn === 'mail') return session.say(line);
  if (session.turn === 'answer') {
    return source.hidesAnswers || text.trim() === '*' ? session.say(line) : refuseAnswer(sitting);
  }
  if (text.startsWith('..')) return session.say(line.subarray(1));
  if (text.startsWith('.')) return runDotCommand(sitting, text);
  const typed = readTypedLine(text);
  return typed.kind === 'bdat' ? sayChunk(sitting, line, typed.octets) : session.say(line);
}

/** The exchange is cancelled by `leave`, or by the next answer. */
async function refuseAnswer({ session }: Sitting): Promise<NotDone> {
  await session.say(Buffer.from('*'));
  return {
    message: 'the answer to a challenge may not come from where it can be seen',
    hint: 'put the commands into a pipe, or use .auth',
  };
}

async function sayChunk(
  { session, source }: Sitting,
  line: Uint8Array,
  octets: number,
): Promise<NotDone | null> {
  if (octets > 0 && findKeyword(session.ehlo, 'CHUNKING') === null) {
    return { message: 'BDAT was not sent: without CHUNKING the octets would be commands to the server' };
  }
  if (octets > MAX_CHUNK) return { message: `BDAT is taken up to ${MAX_CHUNK} octets` };
  const chunk = await source.take(octets);
  if (chunk === null) {
    return {
      message: 'BDAT was not sent: the octets that follow it cannot be typed',
      hint: 'put the commands and the octets into a pipe, or use DATA',
    };
  }
  if (chunk.length === octets) return session.say(line, chunk);
  return { message: `BDAT was not sent: ${chunk.length} of its ${octets} octets are there` };
}

/** Leaves the session in a state in which QUIT is a command, or says that there is no such. */
async function leave({ session }: Sitting): Promise<void> {
  if (session.over) return;
  if (session.turn === 'mail') {
    throw usageError(
      'the input ended inside the mail: the server was left without the end of it',
      'mail ends with a line of a single dot',
    );
  }
  if (session.turn === 'answer') await session.say(Buffer.from('*'));
}
