import type { ChannelBindingType, Credentials, MechanismName } from '../../smtp/sasl/index.js';
import type { ProbeTlsOptions } from '../options.js';

/** Who logs in, and how. */
export interface LoginOptions {
  readonly credentials: Credentials;
  /** Only this one; default the strongest that is offered and fits the secret. */
  readonly mechanism?: MechanismName;
  /** Bind to this; default the strongest that the session gives. */
  readonly channelBinding?: ChannelBindingType;
}

/** Everything that `probeAuth` can be told beyond `probeTls`. */
export interface ProbeAuthOptions extends Omit<ProbeTlsOptions, 'judgeChain'>, LoginOptions {
  /** Each mechanism that is offered and fits, on a connection of its own, until one is rejected: accounts get locked. */
  readonly allMechanisms?: boolean;
  /** Send the credentials even where the chain or the name did not verify. */
  readonly insecureAuth?: boolean;
  /** Ask, on a connection of its own and without credentials, whether AUTH would be taken without TLS. */
  readonly probePlaintext?: boolean;
}
