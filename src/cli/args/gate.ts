import type { FailOn } from '../../core/outcome.js';
import type { Inconclusive } from '../../policy/judge.js';
import type { CliOptions } from '../options/option.js';
import { Getter, optional, type RawArgs } from './getter.js';
import { readOutputArgs, type OutputArgs } from './output.js';

/** What `gate` and `judge` are asked for beside the file. */
export interface JudgingArgs extends OutputArgs {
  readonly profile?: string;
  readonly baseline?: string;
  readonly inconclusive?: Inconclusive;
  readonly failOn?: FailOn;
}

/** @throws SmtpcheckError `usage` */
export function readJudgingArgs(raw: RawArgs, options: CliOptions): JudgingArgs {
  const get = new Getter(raw, options);
  return {
    ...optional('profile', get.one('profile')),
    ...optional('baseline', get.one('baseline')),
    ...optional('inconclusive', get.one('inconclusive') as Inconclusive | undefined),
    ...optional('failOn', get.one('fail-on') as FailOn | undefined),
    ...readOutputArgs(get),
  };
}
