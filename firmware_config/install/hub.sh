#!/usr/bin/env bash
# The installation on a machine of its own: what `sudo ./install.sh` does. Each step is done only where it is not done yet, and
# says what it did; a second run in a row says nothing and changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly USER_NAME=telecare-hub
readonly HOME_DIR=/opt/telecare-hub
readonly BEGINS="# telecare-hub begins" ENDS="# telecare-hub ends"
readonly ARMS_WITHIN_S=120
readonly BROKER_PASSWORDS=/etc/mosquitto/telecare-hub.passwords
readonly STARTED=(telecare-hub.service telecare-hub-clock.service telecare-hub-copy.timer)
readonly PACKAGES=(python3-pip mosquitto espeak-ng avahi-daemon)

ROOT="" OFFLINE="" MODE=install PURGE=no CHANGES=0
# Where the files of the release that is being put into place are: this checkout, or what a release keeps of its own.
FROM=.

say() { printf '== %s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

# --- doing a thing once -----------------------------------------------------------------------------------------------

# step WORDS COMMAND...: something is to be changed. It is told and done; with --check only told.
step() {
  local words=$1
  shift
  CHANGES=$((CHANGES + 1))
  if [ "$MODE" = check ]; then
    say "would: $words"
    return
  fi
  say "$words"
  "$@"
}

# put SOURCE TARGET MODE: a file of ours as it is here. A release that we go back to may not have it yet.
put() {
  local source=$1 target=$ROOT$2 mode=$3
  if [ ! -e "$source" ]; then
    take_away "$2"
    return
  fi
  if cmp -s "$source" "$target" && [ "$(stat -c %a "$target")" = "$mode" ]; then
    return
  fi
  step "writing $2" write "$source" "$target" "$mode"
}

# In place at once: a power cut leaves the old one or the new one.
write() {
  install -D -m "$3" "$1" "$2.new"
  mv "$2.new" "$2"
}

# A file that the installer or the family changes: written once, and then theirs.
put_once() {
  [ -e "$ROOT$2" ] || put "$@"
}

folder() {
  local target=$ROOT$1 mode=$2
  if [ -d "$target" ] && [ "$(stat -c %a "$target")" = "$mode" ]; then
    return
  fi
  step "making $1" install -d -m "$mode" "$target"
}

is_live() { [ -z "$ROOT" ]; }

has_systemd() { is_live && [ -d /run/systemd/system ]; }

# Ours, where this machine knows us; an image's files are given to the user at its first start.
give_to_user() {
  is_live || return 0
  local path
  for path in "$@"; do
    if [ -e "$path" ] && [ "$(stat -c %U "$path")" != "$USER_NAME" ]; then
      step "giving $path to $USER_NAME" chown -R "$USER_NAME:$USER_NAME" "$path"
    fi
  done
}

# --- the steps ----------------------------------------------------------------------------------------------------------

packages() {
  is_live || return 0
  local package missing=()
  for package in "${PACKAGES[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  for package in $(pin_packages); do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ -n "$OFFLINE" ]; then
    step "installing the Debian packages of $OFFLINE, for ${missing[*]}" from_folder
  else
    step "installing Debian packages: ${missing[*]}" from_network "${missing[@]}"
  fi
}

# A program that opens serial adapters by itself, and answers for the modem.
rivals() {
  is_live || return 0
  ! is_installed brltty ||
    say "brltty looks for braille displays behind serial adapters, and may take a modem's: where nobody needs it, sudo apt purge brltty"
}

# The pins' libraries that this system offers: Raspberry Pi OS has all, plain Debian none (pip then brings them).
# rpi-lgpio and RPi.GPIO have the same import name: whichever it came with stays.
pin_packages() {
  ! is_offered python3-lgpio || echo python3-lgpio
  if is_installed python3-rpi.gpio || ! is_offered python3-rpi-lgpio; then
    ! is_offered python3-rpi.gpio || echo python3-rpi.gpio
  else
    echo python3-rpi-lgpio
  fi
}

is_offered() { is_installed "$1" || apt-cache policy "$1" 2>/dev/null | grep -q '^ *Candidate: [^(]'; }

from_folder() {
  dpkg -i "$OFFLINE"/*.deb >/dev/null || fail "the packages in $OFFLINE could not be installed; the lines above say why"
}

from_network() {
  apt-get update -qq || fail "apt-get update failed: is there a network? Without one: --offline DIR"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null ||
    fail "apt-get could not install $*; the lines above say why"
}

is_installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

account() {
  is_live || return 0
  local group
  for group in gpio dialout; do
    getent group "$group" >/dev/null || step "making the group $group" groupadd --system "$group"
  done
  if ! getent passwd "$USER_NAME" >/dev/null; then
    step "making the user $USER_NAME" useradd --system --user-group --home-dir /var/lib/telecare-hub --no-create-home \
      --shell /usr/sbin/nologin "$USER_NAME"
  fi
  for group in gpio dialout; do
    is_member "$group" || step "$USER_NAME may use $group" usermod -a -G "$group" "$USER_NAME"
  done
}

is_member() { id -nG "$USER_NAME" 2>/dev/null | tr ' ' '\n' | grep -qx "$1"; }

# What this checkout is: its version, and what of it would be installed.
release_name() {
  local version sum
  version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' hub/__init__.py)
  sum=$(find hub firmware_config udev pyproject.toml -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-8)
  printf '%s-%s\n' "$version" "$sum"
}

running_release() { readlink "$ROOT$HOME_DIR/current" 2>/dev/null | sed 's|.*/||' || true; }

# A virtual environment of its own for each release: the one that runs is never written to.
release() {
  local target=$ROOT$HOME_DIR/releases/$1
  [ -e "$target/complete" ] || step "installing release $1 into $HOME_DIR/releases" make_release "$target"
}

make_release() {
  local target=$1 from=(--quiet --disable-pip-version-check)
  rm -rf "$target"
  install -d -m 755 "$target"
  # Without a pip of its own: the system's does, and to unpack and compile another costs the card 12 MB and a small Pi a minute.
  python3 -m venv --without-pip --system-site-packages "$target" || fail "no virtual environment could be made; the lines above say why"
  [ -z "$OFFLINE" ] || from+=(--no-index --find-links "$OFFLINE")
  python3 -m pip --python "$target/bin/python" install "${from[@]}" ".$(extras)" ||
    fail "pip could not install it; the lines above say why. Nothing that runs was touched"
  # Its own unit, rules and settings, for the way back to it.
  install -d "$target/share"
  cp -r README.md firmware_config udev "$target/share"
  : >"$target/complete"
}

# The pins' library by pip only where the system has none, and only where there may be pins.
extras() {
  if [ -e /proc/device-tree/model ] && ! python3 -c 'import lgpio' 2>/dev/null; then
    printf '[pi]'
  fi
}

switch_to() {
  [ "$(running_release)" = "$1" ] || step "release $1 is the one that runs from now on" point_to "$1"
}

point_to() {
  ln -sfn "releases/$1" "$ROOT$HOME_DIR/current.new"
  mv -T "$ROOT$HOME_DIR/current.new" "$ROOT$HOME_DIR/current"
}

# forget_old_releases KEPT: one older release stays for the way back, and no more: a card is small.
forget_old_releases() {
  local old
  while read -r old; do
    step "removing the old release ${old##*/}" rm -rf "$old"
  done < <(find "$ROOT$HOME_DIR/releases" -mindepth 1 -maxdepth 1 -type d ! -name "$(running_release)" ! -name "${1:-}" -printf '%T@ %p\n' |
    sort -rn | cut -d' ' -f2-)
}

files() {
  folder "$HOME_DIR/releases" 755
  folder /etc/telecare-hub 750
  folder /var/lib/telecare-hub 700
  put "$FROM/firmware_config/install/telecare-hub" /usr/local/bin/telecare-hub 755
  put "$FROM/README.md" /usr/local/share/doc/telecare-hub/README.md 644
  put "$FROM/firmware_config/systemd/telecare-hub.service" /etc/systemd/system/telecare-hub.service 644
  put "$FROM/firmware_config/systemd/telecare-hub-copy.service" /etc/systemd/system/telecare-hub-copy.service 644
  put "$FROM/firmware_config/systemd/telecare-hub-clock.service" /etc/systemd/system/telecare-hub-clock.service 644
  put "$FROM/firmware_config/install/telecare-hub-clock" /usr/local/lib/telecare-hub/clock 755
  put "$FROM/firmware_config/systemd/telecare-hub-copy.timer" /etc/systemd/system/telecare-hub-copy.timer 644
  put "$FROM/firmware_config/install/telecare-hub-copy" /usr/local/lib/telecare-hub/copy 755
  put "$FROM/firmware_config/systemd/system.conf.d-telecare-hub.conf" /etc/systemd/system.conf.d/telecare-hub.conf 644
  put "$FROM/firmware_config/journald/telecare-hub.conf" /etc/systemd/journald.conf.d/telecare-hub.conf 644
  put "$FROM/udev/60-telecare-hub.rules" /etc/udev/rules.d/60-telecare-hub.rules 644
  put "$FROM/firmware_config/avahi/telecare-hub.service" /etc/avahi/services/telecare-hub.service 644
  settings
  usb_power
  give_to_user /var/lib/telecare-hub /etc/telecare-hub
}

# The broker of this machine, with a password that no other machine has: so not in an image, which is copied.
broker() {
  local other
  is_live || return 0
  if other=$(others_broker); then
    say "the broker was set up by somebody else ($other): it is left alone. Write [mqtt] into /etc/telecare-hub/hub.toml yourself"
    return
  fi
  [ -e "$BROKER_PASSWORDS" ] || step "drawing a password for the broker" draw_password
  put "$FROM/firmware_config/mosquitto/telecare-hub.conf" /etc/mosquitto/conf.d/telecare-hub.conf 644
  if [ "$CHANGES" -gt 0 ] && [ "$MODE" != check ] && ! systemctl restart mosquitto; then
    rm -f /etc/mosquitto/conf.d/telecare-hub.conf
    systemctl restart mosquitto || true
    say "the broker did not start with our settings, which were taken away again: journalctl -u mosquitto says why"
  fi
}

# The first file in which somebody has made a broker of their own, if there is one.
others_broker() {
  grep -lsE '^[[:space:]]*(listener|port|password_file|allow_anonymous)[[:space:]]' /etc/mosquitto/mosquitto.conf \
    /etc/mosquitto/conf.d/*.conf | grep -v /telecare-hub.conf | head -n 1 | grep .
}

draw_password() {
  local secret
  secret=$(head -c 24 /dev/urandom | base64)
  (umask 077 && printf '%s\n' "$secret" >/etc/telecare-hub/mqtt-password && printf 'telecare-hub:%s\n' "$secret" >"$BROKER_PASSWORDS.new")
  mosquitto_passwd -U "$BROKER_PASSWORDS.new"
  chown mosquitto: "$BROKER_PASSWORDS.new"
  mv "$BROKER_PASSWORDS.new" "$BROKER_PASSWORDS"
  chown "$USER_NAME:$USER_NAME" /etc/telecare-hub/mqtt-password
}

# hub.toml: what the boot partition brought, or a beginning without any device, which the installer completes.
settings() {
  local boot brought=firmware_config/install/hub.toml
  boot=$(boot_folder)
  [ -z "$boot" ] || [ ! -e "$ROOT$boot/telecare.toml" ] || brought=$ROOT$boot/telecare.toml
  put_once "$brought" /etc/telecare-hub/hub.toml 640
  # It has the SIM's PIN in it, and any computer can read that partition.
  if [ "$brought" != firmware_config/install/hub.toml ] && cmp -s "$brought" "$ROOT/etc/telecare-hub/hub.toml"; then
    step "removing $boot/telecare.toml, which was taken over" rm -f "$brought"
  fi
}

# A supply that a file of the kernel switches: the sandbox opens for it, and only where hub.toml wants it.
usb_power() {
  local place=/etc/systemd/system/telecare-hub.service.d/usb-power.conf file wanted
  file=$(sed -nE 's,^[[:space:]]*usb_power[[:space:]]*=[[:space:]]*"(/sys/[A-Za-z0-9_.:/-]+/(authorized|disable))".*,\1,p' \
    "$ROOT/etc/telecare-hub/hub.toml" 2>/dev/null | head -n 1) || true
  if [ -z "$file" ] || [ ! -e "$FROM/firmware_config/systemd/usb-power.conf" ]; then
    take_away "$place"
    return
  fi
  wanted=$(mktemp)
  sed "s,@FILE@,$file," "$FROM/firmware_config/systemd/usb-power.conf" >"$wanted"
  put "$wanted" "$place" 644
  rm -f "$wanted"
}

# Where a Raspberry Pi has its config.txt: Bookworm and later, or before; "" on any other machine.
boot_folder() {
  local folder
  for folder in /boot/firmware /boot; do
    if [ -e "$ROOT$folder/config.txt" ]; then
      printf '%s\n' "$folder"
      return
    fi
  done
}

# Our lines of config.txt, between two marks; and the serial console off the modem's port.
firmware() {
  local folder wanted
  folder=$(boot_folder)
  [ -n "$folder" ] || return 0
  wanted=$(mktemp)
  without_ours "$ROOT$folder/config.txt" >"$wanted"
  { printf '%s\n' "$BEGINS" && cat firmware_config/boot/config.txt && printf '%s\n' "$ENDS"; } >>"$wanted"
  put "$wanted" "$folder/config.txt" "$(stat -c %a "$ROOT$folder/config.txt")"
  if [ -e "$ROOT$folder/cmdline.txt" ]; then
    sed -E 's/(^| )console=(serial0|ttyAMA0|ttyS0)[^ ]*//g; s/^ //' "$ROOT$folder/cmdline.txt" >"$wanted"
    put "$wanted" "$folder/cmdline.txt" "$(stat -c %a "$ROOT$folder/cmdline.txt")"
  fi
  rm -f "$wanted"
}

without_ours() { sed "/^$BEGINS\$/,/^$ENDS\$/d" "$1"; }

# --- what runs ----------------------------------------------------------------------------------------------------------

start() {
  is_live || return 0
  are_enabled || step "the hub starts with the machine" enable
  if ! has_household && [ ! -e /var/lib/telecare-hub/setup.awaited ]; then
    step "a code with which the family begins on the pages:" as_user pages setup
  fi
  [ "$CHANGES" -eq 0 ] || step "starting the hub" begin
}

has_household() { [ -e /var/lib/telecare-hub/household.sqlite3 ] || [ -e /etc/telecare-hub/household.toml ]; }

enable() {
  systemctl daemon-reload
  systemctl enable --quiet "${STARTED[@]}"
  systemctl start telecare-hub-copy.timer
}

# One by one: asked for several, systemctl is content with one of them.
are_enabled() {
  local unit
  for unit in "${STARTED[@]}"; do
    systemctl is-enabled --quiet "$unit" 2>/dev/null || return 1
  done
}

begin() {
  systemctl daemon-reload
  # In a container no udev runs.
  if systemctl is-active --quiet systemd-udevd; then
    udevadm control --reload
    udevadm trigger --subsystem-match=tty --subsystem-match=usb --subsystem-match=gpio --subsystem-match=block
  fi
  arms || fail "the hub did not arm within $ARMS_WITHIN_S s: journalctl -u telecare-hub says why"
  say "it is armed. Its pages: http://$(hostname).local:8080"
  has_household || say "nobody lives there yet. Another code, when that one is too old: sudo telecare-hub pages setup"
}

as_user() { setpriv --reuid "$USER_NAME" --regid "$USER_NAME" --init-groups /usr/local/bin/telecare-hub "$@"; }

# Type=notify: it returns once the hub said that it is armed.
arms() { timeout "$ARMS_WITHIN_S" systemctl restart telecare-hub; }

upgrade() {
  local before name
  before=$(running_release)
  [ -n "$before" ] || fail "nothing is installed here yet: sudo ./install.sh"
  name=$(release_name)
  if [ "$before" = "$name" ]; then
    say "release $name runs already"
    return
  fi
  packages
  release "$name"
  switch_to "$name"
  files
  is_live || return 0
  systemctl daemon-reload
  # A release may bring units that the one before had not.
  are_enabled || step "the hub starts with the machine" enable
  if arms; then
    say "release $name is armed; $before is kept for the way back"
    forget_old_releases "$before"
    return
  fi
  say "release $name did not arm within $ARMS_WITHIN_S s: back to $before"
  FROM=$HOME_DIR/releases/$before/share
  switch_to "$before"
  files
  systemctl daemon-reload
  arms || fail "and $before does not arm any more either: journalctl -u telecare-hub says why"
  fail "$before runs again. journalctl -u telecare-hub says what was wrong with $name"
}

uninstall() {
  local file
  if has_systemd && [ -e /etc/systemd/system/telecare-hub.service ]; then
    step "stopping the hub" systemctl disable --quiet --now "${STARTED[@]}"
  fi
  for file in /etc/systemd/system/telecare-hub.service /etc/systemd/system/telecare-hub-copy.service \
    /etc/systemd/system/telecare-hub-clock.service \
    /etc/systemd/system/telecare-hub.service.d/usb-power.conf /etc/systemd/system/telecare-hub-copy.timer /usr/local/lib/telecare-hub /etc/systemd/system.conf.d/telecare-hub.conf \
    /etc/systemd/journald.conf.d/telecare-hub.conf /etc/udev/rules.d/60-telecare-hub.rules \
    /etc/mosquitto/conf.d/telecare-hub.conf "$BROKER_PASSWORDS" /etc/avahi/services/telecare-hub.service /usr/local/bin/telecare-hub \
    /usr/local/share/doc/telecare-hub "$HOME_DIR"; do
    take_away "$file"
  done
  firmware_as_before
  if [ "$PURGE" = yes ]; then
    take_away /etc/telecare-hub
    take_away /var/lib/telecare-hub
    if is_live && getent passwd "$USER_NAME" >/dev/null; then
      step "removing the user $USER_NAME" userdel "$USER_NAME"
    fi
  else
    say "settings and records stay in /etc/telecare-hub and /var/lib/telecare-hub; --purge removes them too"
  fi
  ! has_systemd || systemctl daemon-reload
}

take_away() {
  [ ! -e "$ROOT$1" ] || step "removing $1" rm -rf "${ROOT}${1:?}"
}

firmware_as_before() {
  local folder wanted
  folder=$(boot_folder)
  if [ -n "$folder" ] && grep -qx "$BEGINS" "$ROOT$folder/config.txt"; then
    wanted=$(mktemp)
    without_ours "$ROOT$folder/config.txt" >"$wanted"
    put "$wanted" "$folder/config.txt" "$(stat -c %a "$ROOT$folder/config.txt")"
    rm -f "$wanted"
  fi
}

# --- --------------------------------------------------------------------------------------------------------------------

while [ $# -gt 0 ]; do
  case "$1" in
    --root | --offline)
      [ -d "${2:-}" ] || fail "$1 needs a folder${2:+, and $2 is none}"
      if [ "$1" = --root ]; then ROOT=$2; else OFFLINE=$(realpath "$2"); fi
      shift
      ;;
    --check) MODE=check ;;
    --upgrade) MODE=upgrade ;;
    --uninstall) MODE=uninstall ;;
    --purge) PURGE=yes ;;
    *) fail "unknown option $1; try --help" ;;
  esac
  shift
done
ROOT=${ROOT%/}
[ "$(id -u)" -eq 0 ] || [ -n "$ROOT" ] || fail "this changes the machine: sudo ./install.sh. To try the hub without: ./install.sh --demo"

case "$MODE" in
  install | upgrade)
    ! is_live || has_systemd || fail "no systemd runs here, which starts the hub. Into an image: --root DIR. To try the hub: --demo"
    ;;
esac

case "$MODE" in
  upgrade) upgrade ;;
  uninstall) uninstall ;;
  *)
    packages
    rivals
    account
    files
    name=$(release_name)
    # Another release that runs is replaced with a way back.
    if [ "$MODE" = install ] && [ -n "$(running_release)" ] && [ "$(running_release)" != "$name" ]; then
      upgrade
    else
      release "$name"
      switch_to "$name"
    fi
    firmware
    broker
    start
    if [ "$MODE" = check ]; then
      [ "$CHANGES" -eq 0 ] || fail "$CHANGES things are not as an installation would leave them"
      say "everything is as an installation would leave it"
    elif [ "$CHANGES" -eq 0 ]; then
      say "nothing to do: release $name is installed"
    fi
    ;;
esac
