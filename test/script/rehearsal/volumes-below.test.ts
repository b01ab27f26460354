/** Copies and archives that reach a volume which is mounted further down. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { rehearsal, sameOutcomes } from './rehearsing.ts'

const mounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'data', subPath: '' },
  { path: '/opt/agent', storage: 'pod', volume: 'agent', subPath: '' },
  { path: '/etc/own', storage: 'read-only', volume: 'own', subPath: '' },
]

/** The storages that the first run writes to. */
function storagesOf(script: string): string[] {
  const { commands } = rehearsal(script, 'bash', mounts)
  return [...new Set(commands.flatMap(({ writes }) => writes.map(({ storage }) => storage)))].sort()
}

t.test('a copy or an archive reaches the volumes below its directory', async (t) => {
  t.strictSame(storagesOf('cp -r /usr/share/agent /opt'), ['pod'])
  t.strictSame(storagesOf('cp -a /rootfs/. /'), ['claim', 'container', 'pod'])
  t.strictSame(storagesOf('cp -a /rootfs/opt/. /opt'), ['container', 'pod'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C /'), ['claim', 'container', 'pod'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C /opt'), ['container', 'pod'])
  t.strictSame(storagesOf('curl -fsSL https://x.example/a.tgz | tar -xz -C /opt'), ['container', 'pod'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C /srv'), ['container'])
  t.strictSame(storagesOf('cp -a /rootfs/. /etc'), ['container'], 'a ConfigMap is not written')
})

t.test('members of an archive are written where their names lead', async (t) => {
  t.strictSame(storagesOf('tar -xf /seed.tar -C / data/mysql'), ['claim'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C / ./data/'), ['claim'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C / opt/agent/bin/run'), ['pod'])
  t.strictSame(storagesOf('tar -xf /seed.tar -C / srv/www data/mysql'), ['claim', 'container'])
  t.strictSame(storagesOf('tar -xf /seed.tar --strip-components=1 -C / linux/data/mysql'), ['claim'])
  t.strictSame(storagesOf('cd / && tar -xf /seed.tar data/mysql'), ['claim'])
  t.strictSame(storagesOf('tar -C / -xf /seed.tar opt'), ['container', 'pod'], 'the member contains the mount point')
})

sameOutcomes('a guard on a member that tar unpacks', mounts, {
  'if [ ! -d /data/mysql ]; then tar -xzf /seed.tgz -C / data/mysql; fi': 'safe false',
  '[ -d /data/mysql ] || tar -xzf /seed.tgz -C /data mysql': 'safe false',
  '[ -f /data/bin/tool ] || tar -xzf /seed.tgz -C /data bin/tool': 'safe false',
  '[ -f /data/tool ] || tar -xzf /seed.tgz --strip-components=1 -C /data linux-amd64/tool': 'safe false',
  // The last member is unpacked last.
  'tar -xzf /seed.tgz -C / data/mysql': 'safe true',
  'tar -xzf /seed.tgz -C /data a b && [ -d /data/a ] && [ -f /data/b ]': 'safe true',
  '[ -e /data/done ] || { tar -xzf /seed.tgz -C / data/mysql; touch /data/done; }': 'safe true',
  // The member has to be there after the first run.
  '[ -d /data/mysql ] || { rm -rf /data/tmp; mkdir /data/tmp; tar -xzf /seed.tgz -C /data/tmp mysql; mv /data/tmp/mysql /data/mysql; }':
    'safe true',
})

t.test('what reaches a volume stays there for the next run', async (t) => {
  t.equal(rehearsal('tar -xf /s.tar -C / data/mysql && mkdir /data/x', 'bash', mounts).verdict, 'unsafe')
  t.equal(rehearsal('cp -a /rootfs/. / && rm -rf /data/tmp', 'bash', mounts).verdict, 'safe')
  t.not(rehearsal('[ -f /data/seed ] || cp -a /rootfs/. /; echo x >> /tmp/log', 'bash', mounts).verdict, 'unsafe')
})
