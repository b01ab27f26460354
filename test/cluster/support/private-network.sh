#!/bin/sh
# Runs a command in a network of its own, where nothing but this machine can be reached, and ends with it:
#   unshare --net --mount sh private-network.sh COMMAND...
# Endpoints of a Service may not be loopback addresses, so the loopback interface gets others; what pods find below /run (their
# ServiceAccount's token) can be put there without touching the machine. Root only.
set -eu
ip link set lo up
for address in 10.99.0.11 10.99.0.12 10.99.0.13; do
  ip address add "$address/32" dev lo
done
mount --make-rprivate /
mount -t tmpfs tmpfs /run
exec "$@"
