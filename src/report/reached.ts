import type { Report } from '../core/report.js';

/**
 * No TLS was reached, and the error says why: then no rule of a profile is known, and to say so of each, eighty times, would hide the
 * one thing that there is to say. Formats for machines have them all the same.
 */
export const reachedNothing = ({ error, tls }: Report): boolean => error !== null && tls === null;
