/** The gate's file: looked for, in this order, where none is named. */
export const DEFAULT_FILES: readonly string[] = ['smtpcheck.yaml', 'smtpcheck.yml', 'smtpcheck.json'];
