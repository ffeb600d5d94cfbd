import { expect, it } from 'vitest';
import { renderText } from '../../src/report/text.js';
import { gateMixed } from './gate-samples.js';

const options = { color: false, width: 100, verbose: false };

/** A port where nothing listens gave eighty lines of rules that nobody could judge, and the error stood far above them. */
it('a gate that reached nothing says so once', () => {
  const error = { code: 'connection-refused', phase: 'connect', message: 'it refused' } as const;
  const report = { ...gateMixed, tls: null, error };
  expect(renderText(gateMixed, options)).toContain('not known');
  expect(renderText(report, options)).not.toMatch(/^ {2}not known /m);
  expect(renderText(report, { ...options, verbose: true })).toMatch(/^ {2}not known /m);
});
