#!/usr/bin/env bash
# Prints the path of an unpacked source tree of Debian's openssl, for the tests that put OpenSSL's own cases to our path
# validation: OPENSSL_SOURCE=$(scripts/openssl-source.sh) npm test. Gets it with apt, as any user, without a change to the
# system's own lists; what was fetched before is used again.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/smtpcheck
recipe=test/recipes/25-test_verify.t
found() { find "$cache" -mindepth 3 -maxdepth 4 -path "*/$recipe" 2>/dev/null | sort -V | tail -n 1; }
unpacked() { local file; file=$(found); [ -z "$file" ] || printf '%s\n' "${file%"/$recipe"}"; }

mkdir -p "$cache"
tree=$(unpacked)
if [ -z "$tree" ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  mkdir -p "$scratch/parts" "$scratch/lists/partial"
  # The same sources as the system has, for source packages.
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$scratch/parts/${file##*/}"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -e "$file" ] && sed -n 's/^deb /deb-src /p' "$file" >"$scratch/parts/${file##*/}.list"
  done
  options=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$scratch/parts"
    -o "Dir::State::lists=$scratch/lists" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update >&2 || true
  versions=$(apt-cache "${options[@]}" showsrc openssl | sed -n 's/^Version: //p' | sort -rVu)
  # Only the original archive is wanted: a mirror that has lost Debian's changes to it is good enough.
  for version in $versions; do
    (cd "$scratch" && apt-get "${options[@]}" source --download-only "openssl=$version" >&2) || true
    archive=$(find "$scratch" -maxdepth 1 -name 'openssl_*.orig.tar.*z' | head -n 1)
    [ -z "$archive" ] || break
  done
  [ -n "${archive:-}" ] || { echo 'openssl-source: no source of openssl could be had from apt' >&2; exit 1; }
  tar -xf "$archive" -C "$cache"
  tree=$(unpacked)
fi
[ -n "$tree" ] || { echo "openssl-source: the source has no $recipe" >&2; exit 1; }
printf '%s\n' "$tree"
