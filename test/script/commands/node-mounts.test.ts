/** Mounts on the node, through a hostPath volume with the mount propagation Bidirectional. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { rehearsal } from '../rehearsal/rehearsing.ts'

const bpf: readonly Mount[] = [{ path: '/sys/fs/bpf', storage: 'node', volume: 'bpf', subPath: '', propagates: true }]
const host: readonly Mount[] = [{ path: '/host', storage: 'node', volume: 'host', subPath: '', propagates: true }]

t.test('a mount behind a look at the mounts', async (t) => {
  for (const [verdict, script, mounts] of [
    ['safe', 'mount | grep "/sys/fs/bpf type bpf" || mount -t bpf bpf /sys/fs/bpf', bpf],
    ['safe', 'grep -q "/sys/fs/bpf" /proc/mounts || mount -t bpf bpf /sys/fs/bpf', bpf],
    ['safe', 'mountpoint -q /host/x || mount --bind /img /host/x', host],
    ['unknown', 'mount -t bpf bpf /sys/fs/bpf', bpf],
    ['unknown', 'mount | grep "/sys/fs/cgroup" || mount -t bpf bpf /sys/fs/bpf', bpf],
  ] as const)
    t.equal(rehearsal(script, 'bash', mounts).verdict, verdict, script)
})

t.test('a mount that ends with the container', async (t) => {
  t.equal(rehearsal('mount -t tmpfs tmpfs /mnt').verdict, 'safe')
})
