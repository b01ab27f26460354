/** Snapshots of etcd. */
import { sameOutcomes, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('etcdctl', {
  'etcdctl --endpoints=https://e:2379 snapshot save /data/snapshot.db': 'safe',
  'set -e; etcdctl snapshot save /data/s.db; etcdctl snapshot status /data/s.db -w table': 'safe',
  'etcdctl snapshot restore /backup/s.db --data-dir /data/etcd': 'unsafe',
  'rm -rf /data/etcd && etcdctl snapshot restore /backup/s.db --name m0 --data-dir=/data/etcd': 'safe',
  'etcdutl snapshot restore /backup/s.db --data-dir /data/etcd || exit 1': 'unsafe',
  'etcdctl user add root:x': 'unsafe',
  'etcdctl defrag': 'unknown',
})

sameOutcomes('a guard on what etcdctl writes', [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }], {
  '[ -f /data/s.db ] || etcdctl snapshot save /data/s.db': 'safe true',
  '[ -d /data/etcd ] || etcdctl snapshot restore /backup/s.db --data-dir /data/etcd': 'safe false',
})
