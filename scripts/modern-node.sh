#!/usr/bin/env bash
# Prints the path of a Node.js that has ML-KEM (24 or newer), for the tests that use it as a server:
# MODERN_NODE=$(scripts/modern-node.sh) npm test. Gets it from the npm registry, where it is not the one that runs this; what was
# fetched before is used again.
set -euo pipefail

if [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 24')" = true ]; then
  node -p process.execPath
  exit
fi
package=node-$(node -p '`${process.platform}-${process.arch}`')
folder=${XDG_CACHE_HOME:-$HOME/.cache}/smtpcheck/modern-node
binary=$folder/node_modules/$package/bin/node
if [ ! -x "$binary" ]; then
  mkdir -p "$folder"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --loglevel=error "$package@24" >&2
fi
printf '%s\n' "$binary"
