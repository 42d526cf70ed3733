#!/usr/bin/env bash
# Makes sure that conncert is on the PATH of the steps that follow: the version that is asked for, the one that is there, or the
# source of the action itself. Runs on Linux, macOS (bash 3.2) and Windows.
set -euo pipefail

fail() {
  printf '::error title=conncert::%s\n' "$1"
  exit 2
}

version=${CONNCERT_VERSION:-}
version=${version#v}
case $version in
  *[!0-9A-Za-z.+-]*) fail "The input version is no version number such as 0.1.0." ;;
esac

there=""
if command -v conncert >/dev/null 2>&1; then
  there=$(conncert --version) || there=""
fi

if [ -n "$there" ] && { [ -z "$version" ] || [ "$there" = "conncert $version" ]; }; then
  printf 'Using %s, which is on the PATH.\n' "$there"
  exit 0
fi
if ! command -v cargo >/dev/null 2>&1; then
  fail "There is no conncert on the PATH and no cargo to install it with. Install a Rust toolchain in a step before this one."
fi
if [ -n "$version" ]; then
  cargo install --locked --force conncert --version "$version"
else
  cargo install --locked --force --path "$GITHUB_ACTION_PATH"
fi
# Where cargo installs programs is on the PATH of hosted runners, but not of every other.
printf '%s\n' "${CARGO_INSTALL_ROOT:-${CARGO_HOME:-$HOME/.cargo}}/bin" >>"$GITHUB_PATH"
