import { changes, type Example, fails, only, same } from './example.ts'

const rules = 'iptables -S'
const links = 'ip addr; ip route; ip rule'
const accept = 'INPUT -p tcp --dport 80 -j ACCEPT'
/** The same rule, inserted at position 1. */
const first = accept.replace('INPUT', 'INPUT 1')
const bridge = 'ip link add d0 type bridge; ip link set d0 up; ip addr add 192.0.2.1/24 dev d0'

/** Rules and addresses of the pod's network, mounts, file systems. */
export const systemExamples: readonly Example[] = [
  {
    form: 'sysctl -w, swapoff',
    setup: '',
    script: 'sysctl -w net.ipv4.ip_forward=1',
    run2: same,
    observed: 'sysctl net.ipv4.ip_forward',
  },
  { form: 'iptables -A, -I', setup: '', script: `iptables -A ${accept}`, run2: only(changes), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -I ${accept}`, run2: only(changes), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -C ${accept} || iptables -A ${accept}`, run2: only(same), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -I ${first}`, run2: only(changes), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -C ${accept} || iptables -I ${first}`, run2: only(same), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -F; iptables -A ${accept}`, run2: only(same), observed: rules },
  { form: 'iptables -F, -P', setup: '', script: 'iptables -P FORWARD DROP', run2: only(same), observed: rules },
  { form: 'iptables -N, -D, -X', setup: '', script: 'iptables -N OWN', run2: only(fails()), observed: rules },
  { form: 'iptables -N, -D, -X', setup: '', script: 'iptables -N OWN || true; iptables -F OWN', run2: only(same), observed: rules },
  { form: 'iptables -N, -D, -X', setup: `iptables -A ${accept}`, script: `iptables -D ${accept}`, run2: only(fails()), observed: rules },
  { form: 'iptables -A, -I', setup: '', script: `iptables -t nat -F; iptables -A ${accept}`, run2: only(changes), observed: rules },
  {
    form: 'iptables -A, -I',
    setup: '',
    script: 'iptables -C INPUT -p tcp --dport 80 -j DROP || iptables -A INPUT -w -p tcp -m tcp --dport 80 --jump DROP',
    run2: only(same),
    observed: rules,
  },
  {
    form: 'iptables -A, -I',
    setup: '',
    script: 'iptables -D INPUT -j DROP 2> /dev/null || true; iptables -A INPUT -j DROP',
    run2: only(same),
    observed: rules,
  },
  {
    form: 'iptables -N, -D, -X',
    setup: '',
    script: 'iptables -L OWN > /dev/null 2>&1 || iptables -N OWN',
    run2: only(same),
    observed: rules,
  },
  { form: 'iptables -N, -D, -X', setup: '', script: 'iptables -F; iptables -X; iptables -N OWN', run2: only(same), observed: rules },
  {
    form: 'iptables-restore',
    setup: '',
    script: "printf '*filter\\n-A INPUT -j DROP\\nCOMMIT\\n' > r; iptables-restore < r",
    run2: only(same),
    observed: rules,
  },
  { form: 'ip link, addr, route add', setup: '', script: 'ip link add d0 type bridge', run2: only(fails(2)), observed: links },
  {
    form: 'ip link, addr, route add',
    setup: 'ip link set lo up',
    script: 'ip addr add 192.0.2.1/32 dev lo',
    run2: only(fails(2)),
    observed: links,
  },
  {
    form: 'ip link, addr, route add',
    setup: bridge,
    script: 'ip route add 198.51.100.0/24 via 192.0.2.2',
    run2: only(fails(2)),
    observed: links,
  },
  {
    form: 'ip link, addr, route add',
    setup: 'ip link set lo up',
    script: 'ip addr add 192.0.2.1/32 dev lo || true',
    run2: only(same),
    observed: links,
  },
  { form: 'ip … replace, ip link set', setup: '', script: 'ip addr replace 192.0.2.1/32 dev lo', run2: only(same), observed: links },
  {
    form: 'ip … replace, ip link set',
    setup: bridge,
    script: 'ip route replace 198.51.100.0/24 via 192.0.2.2',
    run2: only(same),
    observed: links,
  },
  { form: 'ip … replace, ip link set', setup: '', script: 'ip link set lo up', run2: only(same), observed: links },
  {
    form: 'ip link, addr, route add',
    setup: '',
    script: 'ip link show d0 2> /dev/null || ip link add d0 type bridge',
    run2: only(same),
    observed: links,
  },
  {
    form: 'ip link, addr, route add',
    setup: bridge,
    script: 'ip route del 198.51.100.0/24 2> /dev/null || true; ip route add 198.51.100.0/24 via 192.0.2.2',
    run2: only(same),
    observed: links,
  },
  { form: 'ip rule add', setup: '', script: 'ip rule add from 192.0.2.1 table 100', run2: only(changes), observed: links },
  { form: 'ip rule add', setup: '', script: 'ip rule add from 192.0.2.1 table 100 pref 50', run2: only(fails(2)), observed: links },
  {
    form: 'ip rule add',
    setup: '',
    script: 'ip rule del from 192.0.2.1 table 100; ip rule add from 192.0.2.1 table 100',
    run2: only(same),
    observed: links,
  },
  // Mounts end with the container.
  { form: 'mount', setup: 'mkdir s d; echo x > s/f', script: 'mount --bind s d', run2: same, mounts: true },
  {
    form: 'umount',
    setup: 'mkdir d',
    script: 'umount d',
    run2: { gnu: fails(32), busybox: fails() },
    firstRunFails: true,
    notFollowed: true,
    mounts: true,
  },
  { form: 'umount', setup: 'mkdir d', script: 'if mountpoint -q d; then umount d; fi', run2: same, mounts: true },
  { form: 'mkfs.ext4 DEVICE', setup: 'truncate -s 4M i', script: 'mkfs.ext4 -q i', run2: only(changes) },
  { form: 'mkfs.ext4 DEVICE', setup: 'truncate -s 4M i', script: 'mkfs.ext4 -q -F i', run2: only(changes) },
  { form: 'mkfs.ext4 DEVICE', setup: 'truncate -s 4M i', script: 'mkswap i', run2: only(changes) },
  { form: 'mkfs.ext4 DEVICE', setup: 'truncate -s 4M i', script: 'blkid i || mkfs.ext4 -q i', run2: only(same) },
]
