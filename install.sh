#!/usr/bin/env bash
# Sets up the telecare hub. Each step says what it does; run it as often as you like.
#
#   ./install.sh --demo [--language en] [--port 8080] [--terminal] [--story NAME --headless]
#                         a simulated house in your browser (or this terminal), no hardware needed
#   ./install.sh --test   everything that CI runs
#   sudo ./install.sh [--offline DIR]      on a Raspberry Pi, or a plain Debian: the hub itself, started with the machine
#   sudo ./install.sh --upgrade            this release beside the one that runs; back to that one if this does not arm
#   sudo ./install.sh --check              tells what an installation would change, and changes nothing
#   sudo ./install.sh --uninstall [--purge]    takes it away; with --purge the home's records too
#
# --root DIR: into that folder instead of this machine (an image, a test); nothing is started.
# --offline DIR: Debian packages (*.deb) and Python wheels (*.whl) are taken from there, and from no network.
# For --demo and --test everything goes into .venv beside this file; only --test, and only as root, installs Debian packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly VENV=.venv
# What the tests talk to for real, and the Debian package it is in: a broker, a voice, two other programs that know
# modems, and a browser.
readonly TEST_TOOLS=(mosquitto:mosquitto espeak-ng:espeak-ng gammu:gammu gammu-smsd:gammu-smsd make:make openssl:openssl
  chromium:chromium chromedriver:chromium-driver shellcheck:shellcheck)

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# A Python the hub runs on; python3 itself first, since it is the one the system cares for.
find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && is_new_enough "$name"; then
      printf '%s\n' "$name"
      return
    fi
  done
  fail "needs Python 3.11 or newer. On Debian 12, Ubuntu 24.04 or Raspberry Pi OS: sudo apt install python3 python3-venv;" \
    "on Ubuntu 22.04: sudo apt install python3.11 python3.11-venv"
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info)' 2>/dev/null
}

debian_packages() {
  command -v apt-get >/dev/null || fail "needs $*; install them with your system's package manager, then run this again"
  is_root || fail "needs $*: run  sudo apt-get install $*  and then this again"
  say "installing Debian packages: $*"
  apt-get update -qq || fail "apt-get update failed: is there a network? The lines above say more"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    fail "apt-get could not install $*; the lines above say why"
}

make_venv() {
  local python
  if is_new_enough "$VENV/bin/python" && "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
    return
  fi
  python=$(find_python)
  # Debian's Python comes without ensurepip unless its -venv package is there.
  "$python" -c 'import ensurepip' 2>/dev/null || debian_packages "$python-venv"
  say "making $VENV with $("$python" --version)"
  "$python" -m venv --clear "$VENV" || fail "$VENV could not be made here: may you write to $PWD, and is there room?"
}

# pip looks at each of a hundred requirements; what was installed from this very file, in this place, need not be looked at again.
install_package() {
  local stamp wanted
  stamp="$VENV/installed-$1"
  wanted="$PWD $(cksum <pyproject.toml)"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  say "installing the hub and what it needs into $VENV ($1); the first time this takes a minute"
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".[$1]" ||
    fail "pip could not install it; the lines above say why. Is there a network? Behind a proxy, set HTTPS_PROXY"
  printf '%s\n' "$wanted" >"$stamp"
}

missing_test_packages() {
  local tool
  for tool in "${TEST_TOOLS[@]}"; do
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${tool%%:*}" >/dev/null || printf '%s\n' "${tool##*:}"
  done
}

demo() {
  make_venv
  install_package demo
  say "starting the demo: a house, its phones and its modem are simulated, the hub is real"
  exec "$VENV/bin/python" -m hub demo "$@"
}

check() {
  local missing
  mapfile -t missing < <(missing_test_packages)
  [ "${#missing[@]}" -eq 0 ] || debian_packages "${missing[@]}"
  make_venv
  install_package test
  say "running all checks: make check"
  exec make --no-print-directory check
}

case "${1:-}" in
  --demo) shift && demo "$@" ;;
  --test) check ;;
  --help | -h) usage ;;
  *) exec "$PWD/firmware_config/install/hub.sh" "$@" ;;
esac
