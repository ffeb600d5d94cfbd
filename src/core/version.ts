declare const __SMTPCHECK_VERSION__: string | undefined;

/** The version of smtpcheck; put in by the build. */
export const VERSION: string =
  typeof __SMTPCHECK_VERSION__ === 'string' ? __SMTPCHECK_VERSION__ : '0.0.0-source';
