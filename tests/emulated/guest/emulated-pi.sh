#!/bin/sh
# At each start: the GPIO chip of a Raspberry Pi 4 by gpio-sim, and the revision by which gpiozero knows the board. A line is driven by
# writing pull-up or pull-down to /run/gpio/sim_gpioN/pull.
set -e
modprobe gpio_sim
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/pi
mkdir -p "$chip/bank0"
echo 54 >"$chip/bank0/num_lines"
echo pinctrl-bcm2711 >"$chip/bank0/label"
echo 1 >"$chip/live"
ln -sfn "/sys/devices/platform/$(cat "$chip/dev_name")/$(cat "$chip/bank0/chip_name")" /run/gpio
{
  cat /proc/cpuinfo
  printf 'Hardware\t: BCM2835\nRevision\t: c03115\nModel\t\t: Raspberry Pi 4 Model B Rev 1.5\n'
} >/run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
