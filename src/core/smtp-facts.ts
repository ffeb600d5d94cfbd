import type { EhloKeyword } from './report.js';

/** What the SMTP dialogue of one probe gave, as far as it came. The probe fills it in as it goes. */
export interface SmtpFacts {
  banner: string | null;
  ehlo: EhloKeyword[] | null;
  ehloAfterTls: EhloKeyword[] | null;
  starttls: 'offered' | 'not-offered' | 'refused' | null;
  /** The reply to STARTTLS, when it was not 220. */
  starttlsReply: string | null;
  /** Bytes that came before TLS and were not asked for, as text, and behind which reply; they are dropped. */
  leftover: { readonly after: string; readonly text: string; readonly bytes: number } | null;
  /** Every reply line that was read, for checks on their characters. */
  replies: string[];
}

export function noSmtpFacts(): SmtpFacts {
  return {
    banner: null,
    ehlo: null,
    ehloAfterTls: null,
    starttls: null,
    starttlsReply: null,
    leftover: null,
    replies: [],
  };
}
