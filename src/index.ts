/** The library: everything here is public, and importing it does nothing. */
export { parseTarget, type TargetDefaults } from './core/parse-target.js';
export type { Target, TargetMode } from './core/target.js';
export { SmtpcheckError, type ErrorCode, type Phase, type ReportError } from './core/errors.js';
export { combineExitCodes, EXIT, type Outcome } from './core/outcome.js';
export type { Finding, Severity } from './core/finding.js';
export type * from './core/report.js';
export type { CertificatePin, TlsPins } from './core/probe-options.js';
export { probeTls } from './probe/tls.js';
export type { ProbeTlsOptions } from './probe/options.js';
export { parseCertificatePin, resolvePins, type PinRequest } from './probe/pins.js';
export { openTrust, type TrustOptions } from './probe/trust.js';
export type { TrustStore } from './x509/certificate-types.js';
export { FORMATS, renderJson, renderText, type RenderOptions } from './report/index.js';
export { VERSION } from './core/version.js';
