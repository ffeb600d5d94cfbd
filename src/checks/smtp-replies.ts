import type { TlsCheck } from './check.js';

// C0 without tab, DEL, C1, and the characters that turn the direction of text around.

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Bytes in replies that have no business there: a terminal or a log viewer would obey them. */
export const smtpReplies: TlsCheck = {
  id: 'smtp-replies',
  ids: ['control-characters-in-reply'],
  judge({ smtp }) {
    const line = smtp.replies.find((reply) => CONTROL.test(reply));
    if (line === undefined) return [];
    return [
      {
        id: 'control-characters-in-reply',
        severity: 'warning',
        message: 'a reply holds control characters, which could steer the terminal of whoever reads it',
        evidence: line.slice(0, 200),
        fix: "clean the server's banner and capability list",
        refs: ['RFC 5321 section 4.2'],
      },
    ];
  },
};
