#!/bin/sh
# Runs a command in a network namespace of its own, in which only this machine is reachable, and ends with it:
#   unshare --net --mount sh private-network.sh COMMAND...
# Endpoints of a Service must not be loopback addresses, so the loopback interface gets others. /run is private, so that the tests can
# write the token of a ServiceAccount to the path that pods have without changing the machine. Requires root.
set -eu
ip link set lo up
for address in 10.99.0.11 10.99.0.12 10.99.0.13; do
  ip address add "$address/32" dev lo
done
# Packets to this address are sent to the loopback interface, where they are dropped, since it has no such address and does not forward.
ip route add 10.99.0.99/32 dev lo
mount --make-rprivate /
mount -t tmpfs tmpfs /run
exec "$@"
