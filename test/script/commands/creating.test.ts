/** Programs that create something once, and those of public images that do the same again. */
import { sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('consul tls creates files in its directory', {
  'cd /work && consul tls ca create': 'unsafe',
  'cd /work && consul tls cert create -client': 'unsafe',
  'set -e; cd /work; rm -f *.pem; consul tls ca create && consul tls cert create -server -dc dc1': 'safe',
  'cd /work; [ -f consul-agent-ca.pem ] || consul tls ca create': 'safe',
  'cd /tmp && consul tls ca create': 'safe',
  'consul tls cert create': 'unknown',
  'consul kv put a b': 'safe',
  'consul acl bootstrap': 'unsafe',
})

sameVerdicts('logical volumes and pools exist on a rerun', {
  'vgcreate vg /dev/sdb': 'unsafe',
  'lvcreate -y -L 1G -n x vg': 'unsafe',
  'vgcreate vg /dev/sdb || true': 'safe',
  // The guard may name the volume in another way.
  'lvs vg/x || lvcreate -n x -L 1G vg': 'unknown',
  'zpool create p /dev/sdb': 'unsafe',
  'zfs create p/x': 'unsafe',
  'zfs create -p p/x': 'safe',
  'zpool list p || zpool create p /dev/sdb': 'unknown',
})

sameVerdicts('clusters of Redis and Couchbase are created once', {
  'redis-cli -a "$P" --cluster create a:6379 b:6379 c:6379 --cluster-replicas 1 --cluster-yes': 'unsafe',
  'redis-cli --cluster create a:6379 --cluster-yes || true': 'safe',
  'redis-cli --cluster check a:6379': 'safe',
  'redis-cli cluster info | grep -q state:ok || redis-cli --cluster create a:6379 --cluster-yes': 'unknown',
  'redis-cli --cluster fix a:6379': 'unknown',
  'couchbase-cli cluster-init -c h --cluster-username a --cluster-password b': 'unsafe',
  'couchbase-cli bucket-create -c h --bucket b --bucket-type couchbase': 'unsafe',
  'couchbase-cli setting-cluster -c h --cluster-ramsize 512': 'safe',
})

sameVerdicts('the pieces of a file, each of which goes the same way', {
  'set -e; cd /tmp; csplit -z -f crt- /etc/ca.crt "/-----BEGIN CERTIFICATE-----/" "{*}"; for f in crt-*; do keytool -import -noprompt -keystore /work/t.jks -file "$f" -storepass x -alias "s-$f"; done; rm crt-*':
    'unsafe',
  'set -e; rm -f /work/t.jks; cd /tmp; csplit -z -f crt- /etc/ca.crt "/BEGIN/" "{*}"; for f in crt-*; do keytool -import -noprompt -keystore /work/t.jks -file "$f" -storepass x -alias "s-$f"; done; rm crt-*':
    'safe',
  'cd /tmp; split -l 10 -d /etc/list part-; cat part-00 > /data/first': 'safe',
  // A longer input of an earlier run leaves more of them.
  'cd /data; csplit -f p /etc/list 10': 'unknown',
  'cd /tmp; csplit -b %x.pem /etc/list 10': 'unknown',
})

sameVerdicts('ip flush removes what is added afterward', {
  'set -e; ip route flush table 100; ip route add default via 10.0.0.1 table 100': 'safe',
  'set -e; ip route flush table 7; ip route add default via 10.0.0.1 table 100': 'unsafe',
  'set -e; ip route flush cache; ip route add default via 10.0.0.1': 'unsafe',
  'set -e; ip addr flush dev d0; ip addr add 10.0.0.1/8 dev d0': 'safe',
  'set -e; ip addr flush dev d1; ip addr add 10.0.0.1/8 dev d0': 'unsafe',
})

sameVerdicts('a mount on the node stays there', {
  "nsenter -t 1 -m -- sh -c 'mountpoint -q /b || { mkdir -p /b; mount --bind /a /b; }'": 'safe',
  'nsenter -t 1 -m -- mount --bind /a /b': 'unknown',
  'mount --bind /a /b': 'safe',
})

sameVerdicts('programs of public images', {
  'jenkins-plugin-cli --verbose --plugin-file /etc/plugins.txt': 'safe',
  'set -e; /usr/local/bin/install-plugins.sh git:1; cp /usr/share/jenkins/ref/plugins/* /data/': 'safe',
  '/usr/lib/linkerd/linkerd2-network-validator --timeout 10s': 'safe',
  'cilium-dbg build-config --source=config-map:kube-system/cilium-config': 'safe',
  'cilium-dbg cleanup -f': 'unknown',
  '/install_multus': 'safe',
  'nvidia-validator && vectorAdd': 'safe',
  'semodule -i x.cil': 'safe',
  'semodule -r x': 'unknown',
})
