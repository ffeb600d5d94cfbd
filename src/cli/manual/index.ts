import { COMMANDS } from '../catalogue/index.js';
import { manualPage } from './page.js';

/** docs/smtpcheck.1 as it has to be. */
export function manual(version: string, date: string): string {
  return manualPage(COMMANDS, version, date);
}
