import { expect, it } from 'vitest';
import { renderText } from '../../src/report/text.js';
import type { Profile } from '../../src/policy/profile.js';
import { profileByName } from '../../src/policy/profiles/index.js';
import { judged, protocols, scanned, version } from '../policy/support.js';
import { gateMixed } from './gate-samples.js';
import { renderRun } from './render-run.js';

const options = { color: false, width: 100, verbose: false };

/** A port where nothing listens gave eighty lines of rules that nobody could judge, and the error stood far above them. */
it('a gate that reached nothing says so once', () => {
  const error = { code: 'connection-refused', phase: 'connect', message: 'it refused' } as const;
  const report = { ...gateMixed, tls: null, error };
  expect(renderText(gateMixed, options)).toContain('not known');
  expect(renderText(report, options)).not.toMatch(/^ {2}not known /m);
  expect(renderText(report, { ...options, verbose: true })).toMatch(/^ {2}not known /m);
  const unreached = judged({ ...scanned(), tls: null, error }, profileByName('mx') as Profile);
  expect(renderText(unreached, options)).toMatch(/^\S+ +mx\.example\.org:25 +it refused$/m);
  expect(renderRun('nagios', [unreached])).not.toContain('UNKNOWN');
  // A machine gets each of them.
  expect(renderRun('junit', [unreached]).match(/<error /g)?.length).toBeGreaterThan(20);
});

const partly = protocols(version('TLSv1.2', ['AES128-SHA'], { partial: true, asked: [] }));

/** A gate asks for what its profile is about, which is not what --quick asks for. */
it('a gate does not say of its suites what --quick says', () => {
  const text = renderText(judged(scanned({ protocols: partly }), profileByName('mx') as Profile), {
    ...options,
    verbose: true,
  });
  expect(text).toContain('asked for suites that the profile is about');
  expect(text).not.toContain('weak suites alone');
});
