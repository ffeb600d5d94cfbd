#!/usr/bin/env bash
# Prints the path of a folder with Exim, OpenSMTPD and NSS's selfserv of Debian 13, with all the libraries that they need, to be run
# in as root with chroot(1): MAIL_SERVERS=$(scripts/mail-servers.sh) npm test. As packages they could not be installed beside Postfix,
# and OpenSMTPD of Debian 12 fails every handshake (it was made for OpenSSL 1.1). Gets them with apt, without a change to the system's own
# lists; what was fetched before is used again.
set -euo pipefail

suite=trixie
wanted='opensmtpd exim4-daemon-light libnss3-tools'
# Needed by packages and not by what is run of them.
unneeded='^lib(perl|systemd|pam-|semanage|sepol|selinux|debconf|file-|mount|blkid|smartcols|apparmor|audit-|acl|attr|bsd|md0|gdbm|seccomp)'

cache=${XDG_CACHE_HOME:-$HOME/.cache}/smtpcheck
root=$cache/mail-servers-$suite
if [ ! -d "$root" ]; then
  mkdir -p "$cache"
  scratch=$(mktemp -d "$cache/mail-servers.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  mkdir -p "$scratch/lists/partial" "$scratch/debs" "$scratch/root"
  # The system's own mirror.
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^ *#' |
    grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 || true)
  echo "deb ${mirror:-http://deb.debian.org/debian} $suite main" >"$scratch/sources.list"
  options=(-q -o "Dir::Etc::sourcelist=$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$scratch/lists" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update >&2
  packages=$(for package in $wanted; do
    echo "$package"
    apt-get "${options[@]}" install --no-install-recommends -y --print-uris "$package" |
      sed -nE "s/^'[^']*' ((lib|zlib)[^_]*)_.*/\1/p"
  done | sort -u | grep -vE "$unneeded")
  # shellcheck disable=SC2086
  (cd "$scratch/debs" && apt-get "${options[@]}" download $packages >&2)
  tree=$scratch/root
  mkdir -p "$tree"/{dev,etc,run,tmp,usr/lib,usr/lib64,usr/sbin,var/spool} "$tree/var/lib/opensmtpd/empty"
  ln -s usr/lib "$tree/lib"
  ln -s usr/lib64 "$tree/lib64"
  ln -s usr/sbin "$tree/sbin"
  ln -s ../run "$tree/var/run"
  chmod 1777 "$tree/tmp"
  for package in "$scratch"/debs/*.deb; do
    # As tar: dpkg would put a folder in the place of a link.
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$tree" --keep-directory-symlink \
      --exclude './usr/share/*' --exclude './etc/*' --exclude '*/gconv/*' --exclude '*/perl*'
  done
  # What they look for at their start: their users, and a sink.
  cat >"$tree/etc/passwd" <<'USERS'
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534::/nonexistent:/bin/false
Debian-exim:x:61001:61001::/nonexistent:/bin/false
opensmtpd:x:61002:61002::/var/lib/opensmtpd/empty:/bin/false
opensmtpq:x:61003:61003::/var/lib/opensmtpd/empty:/bin/false
USERS
  cut -d: -f1,2,4 "$tree/etc/passwd" | sed 's/$/:/' >"$tree/etc/group"
  echo '127.0.0.1 localhost' >"$tree/etc/hosts"
  : >"$tree/dev/null"
  chmod 666 "$tree/dev/null"
  # The tests copy no folder without it.
  : >"$tree/made-by-mail-servers.sh"
  chmod 755 "$tree"
  mv "$tree" "$root"
fi
printf '%s\n' "$root"
