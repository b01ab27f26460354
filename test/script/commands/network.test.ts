import t from 'tap'
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import { rehearse } from '../../../src/script/rehearsal/rehearse.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

t.test('iptables and ip: state lasts as long as the pod sandbox', async (t) => {
  t.strictSame(
    rehearsal('iptables -t nat -A PREROUTING -j REDIRECT').hazards.map(({ rerun, storage }) => `${rerun} ${storage}`),
    ['retry sandbox'],
  )
  t.equal(rehearsal('iptables -C INPUT -j DROP || iptables -A INPUT -j DROP').verdict, 'safe')
  t.equal(rehearsal('iptables -F INPUT; iptables -A INPUT -j DROP').verdict, 'safe')
  t.equal(rehearsal('iptables -N X || true').verdict, 'safe')
  t.equal(rehearsal('set -e; ip link add d0 type dummy; true').verdict, 'unsafe')
  t.equal(rehearsal('ip addr replace 10.0.0.1/8 dev d0').verdict, 'safe')
})

t.test('iptables and ip: state lasts as long as the node if the pod shares its network', async (t) => {
  const onHost = (script: string) =>
    rehearse(
      {
        script: parseScript(script),
        positional: [],
        options: { errexit: true, nounset: false, pipefail: false },
        mounts: [],
        environment: new Map(),
        workingFolder: '',
        userland: 'gnu',
        dialect: 'bash',
        isOnHostNetwork: true,
      },
      catalogue,
    )
  for (const script of [
    'iptables -I INPUT -p udp -j ACCEPT',
    'ip6tables -A INPUT -j DROP',
    'ipset create s hash:ip',
    'ip route add default via 10.0.0.1',
  ]) {
    t.strictSame(
      onHost(script).hazards.map(({ obligation, rerun, storage }) => `${obligation} ${rerun} ${storage}`),
      ['repeat rerun host'],
      script,
    )
  }
  t.equal(onHost('iptables -C INPUT -j DROP || iptables -A INPUT -j DROP').verdict, 'safe')
  t.equal(onHost('sysctl -w net.ipv4.ip_forward=1').verdict, 'safe')
})

t.test('nsenter enters the network of the node, chroot keeps that of the container', async (t) => {
  const hazardsOf = (script: string) => rehearsal(script).hazards.map(({ rerun, storage }) => `${rerun} ${storage}`)
  for (const script of [
    'nsenter -t 1 -n -- iptables -A INPUT -j DROP',
    'nsenter -t 1 -m -n -- iptables -A INPUT -j DROP',
    'nsenter --target 1 --all -- sh -c "iptables -A INPUT -j DROP"',
    'nsenter --net=/proc/1/ns/net iptables -A INPUT -j DROP',
  ])
    t.strictSame(hazardsOf(script), ['rerun host'], script)
  for (const script of ['chroot /data iptables -A INPUT -j DROP', 'nsenter -t 1 -m -- iptables -A INPUT -j DROP'])
    t.strictSame(hazardsOf(script), ['retry sandbox'], script)
  t.strictSame(hazardsOf('nsenter -t 1 -n -- true; iptables -A INPUT -j DROP'), ['retry sandbox'], 'only the command that nsenter runs')
  t.equal(rehearsal('nsenter -t 1 -n -- iptables -C INPUT -j DROP || nsenter -t 1 -n -- iptables -A INPUT -j DROP').verdict, 'safe')
  t.equal(rehearsal('nsenter -t 1 -n -- sh -c "mkdir -p /work/x"').verdict, 'safe', 'files are those of the container')
})

sameVerdicts('packet filters', {
  // A flush concerns one table.
  'iptables -t nat -F; iptables -A INPUT -j DROP': 'unsafe',
  'iptables -t nat -F; iptables -t nat -A PREROUTING -j DROP': 'safe',
  'iptables --table=nat -F PREROUTING; iptables -t nat -A PREROUTING -j DROP': 'safe',
  'iptables -t nat -F OUTPUT; iptables -t nat -A PREROUTING -j DROP': 'unsafe',
  // The same rule in other words.
  'iptables -w -C INPUT -p tcp --dport 80 -j DROP || iptables -A INPUT -p tcp -m tcp --dport 80 --jump DROP -w 5': 'safe',
  'iptables -C INPUT -s a -d b -j DROP || iptables -A INPUT -s b -d a -j DROP': 'unsafe',
  'iptables -C INPUT ! -s a -j DROP || iptables -A INPUT -s a -j DROP': 'unsafe',
  'iptables -D INPUT -j DROP; iptables -A INPUT -j DROP': 'safe',
  'set -e; iptables -D INPUT -j DROP || true; iptables -A INPUT -j DROP': 'safe',
  // Chains.
  'set -e; iptables -t nat -N OWN': 'unsafe',
  'set -e; iptables -t nat -N OWN 2> /dev/null || iptables -t nat -F OWN; iptables -t nat -A OWN -j RETURN': 'safe',
  'set -e; iptables -t nat -L OWN > /dev/null 2>&1 || iptables -t nat -N OWN': 'safe',
  'set -e; iptables -F; iptables -X; iptables -N OWN': 'safe',
  'iptables-save | grep -q OWN || iptables -N OWN': 'safe',
  'iptables-restore < /etc/rules': 'safe',
  'iptables-restore --noflush < /etc/rules': 'unknown',
  'iptables-legacy -F; iptables-nft -A INPUT -j DROP': 'unsafe',
  // Sets.
  'set -e; ipset create blocked hash:ip': 'unsafe',
  'set -e; ipset create blocked hash:ip -exist; ipset -! add blocked 192.0.2.1': 'safe',
  'set -e; ipset create -exist blocked hash:ip; ipset add blocked 192.0.2.1': 'unsafe',
  'set -e; ipset create -exist blocked hash:ip; ipset flush blocked; ipset add blocked 192.0.2.1': 'safe',
  'set -e; ipset destroy blocked || true; ipset create blocked hash:ip; ipset add blocked 192.0.2.1': 'safe',
  'set -e; ipset list blocked || ipset create blocked hash:ip': 'safe',
  'set -e; ipset list -n | grep -qx blocked || ipset create blocked hash:ip': 'safe',
  'iptables -S INPUT | grep -q own || iptables -A INPUT -m comment --comment own -j DROP': 'safe',
  'iptables -L | grep -q OWN || iptables -N OWN': 'safe',
  'set -e; ipset test blocked 192.0.2.1 || ipset add blocked 192.0.2.1': 'safe',
  'ipset restore < /etc/sets': 'unknown',
})

sameVerdicts('links, addresses, routes and rules', {
  'set -e; ip link show d0 || ip link add d0 type dummy': 'safe',
  'set -e; ip link | grep -q d0 || ip link add d0 type dummy': 'safe',
  "set -e; ip rule | grep -q 'lookup 100' || ip rule add from 10.0.0.1 table 100": 'safe',
  'set -e; ip link del d0 || true; ip link add link eth0 name d0 type macvlan mode bridge': 'safe',
  'set -e; ip link add v0 type veth peer name v1': 'unsafe',
  'ip route del default; ip route add default via 10.0.0.1': 'safe',
  'set -e; ip route add default via 10.0.0.1 || ip route replace default via 10.0.0.1': 'safe',
  'set -e; ip r a 10.1.0.0/16 via 10.0.0.1': 'unsafe',
  'set -e; ip -6 route add default via fd00::1; ip route replace default via 10.0.0.1': 'unsafe',
  'set -e; ip rule add from 10.0.0.1 table 100': 'unsafe',
  'set -e; ip rule add from 10.0.0.1 table 100 pref 50 || true': 'safe',
  'set -e; ip rule del from 10.0.0.1 lookup 100 || true; ip rule add from 10.0.0.1 table 100': 'safe',
  'set -e; ip rule del pref 50 || true; ip rule add from 10.0.0.1 table 100 pref 50': 'safe',
  // Another network namespace, and objects that are not modeled.
  'ip -n other link add d0 type dummy': 'unknown',
  'ip netns add other': 'unknown',
})
