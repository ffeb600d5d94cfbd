import { SmtpcheckError } from '../../core/errors.js';

/** `read()`, or null where the DER is not what it should be. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SmtpcheckError) return null;
    throw error;
  }
}
