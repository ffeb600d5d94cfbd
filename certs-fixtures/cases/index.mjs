// The table of all cases. A case is
//   id, purpose, chain (as sent: certificates), trust (roots),
// and where it needs them
//   hostToCheck (null: none; default: the usual host), ip, depth (limit), at (time), tls (what the handshake needs),
//   shows: [code at level 0, code at level 2], what the case is meant to show first. It is never recorded: the
//   generator warns where openssl says otherwise.
import anchors from './anchors.mjs';
import constraints from './constraints.mjs';
import good from './good.mjs';
import nameConstraints from './name-constraints.mjs';
import names from './names.mjs';
import sent from './sent.mjs';
import times from './times.mjs';
import usages from './usages.mjs';
import weak from './weak.mjs';

export const cases = [
  ...good,
  ...sent,
  ...anchors,
  ...times,
  ...names,
  ...constraints,
  ...usages,
  ...nameConstraints,
  ...weak,
];
