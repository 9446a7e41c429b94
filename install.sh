#!/usr/bin/env bash
# Sets up the telecare hub. Each step says what it does; run it as often as you like.
#
#   ./install.sh --demo   a simulated house in this terminal, no hardware needed
#   ./install.sh --test   everything that CI runs
#
# Everything goes into .venv beside this file; only --test, and only as root, installs Debian packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly VENV=.venv
# What the tests talk to for real: a broker, a voice, and two other programs that know modems.
readonly TEST_PACKAGES=(mosquitto mosquitto-clients espeak-ng gammu gammu-smsd make openssl)

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# The newest Python the hub runs on; python3 itself first, since it is the one the system cares for.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info)' 2>/dev/null; then
      printf '%s\n' "$name"
      return
    fi
  done
  fail "needs Python 3.11 or newer; on Debian 12 or Raspberry Pi OS: apt install python3 python3-venv"
}

debian_packages() {
  command -v apt-get >/dev/null || fail "needs $*; install them with your system's package manager"
  is_root || fail "needs $*; run once as root, or: sudo apt-get install $*"
  say "installing Debian packages: $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

make_venv() {
  local python
  python=$(find_python)
  if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
    say "making $VENV with $("$python" --version)"
    # Debian's python3 comes without ensurepip unless python3-venv is there.
    "$python" -c 'import ensurepip' 2>/dev/null || debian_packages python3-venv
    "$python" -m venv --clear "$VENV"
  fi
}

install_package() {
  say "installing the hub into $VENV ($1)"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$1]"
}

missing_test_packages() {
  local package
  for package in "${TEST_PACKAGES[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$package"
  done
}

demo() {
  make_venv
  install_package demo
  say "starting the demo: a house, its phones and its modem are simulated, the hub is real"
  exec "$VENV/bin/telecare-hub" demo "$@"
}

check() {
  local missing
  mapfile -t missing < <(missing_test_packages)
  [ "${#missing[@]}" -eq 0 ] || debian_packages "${missing[@]}"
  make_venv
  install_package test
  say "running all checks: make check"
  exec make check
}

case "${1:-}" in
  --demo) shift && demo "$@" ;;
  --test) check ;;
  --help | -h) usage ;;
  "") fail "installing on a Raspberry Pi comes with a later version; try ./install.sh --demo or ./install.sh --test" ;;
  *) fail "unknown option $1; try --demo, --test or --help" ;;
esac
