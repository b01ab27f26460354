/** Modules of the kernel, which outlive the container that loads or removes them. */
import t from 'tap'
import { rehearsal, sameVerdicts } from '../rehearsal/rehearsing.ts'

sameVerdicts('modules that are loaded or removed again', {
  'modprobe br_netfilter': 'safe',
  'set -e\nmodprobe -a ip_vs ip_vs_rr\nmodprobe -r floppy': 'safe',
  'insmod /drivers/nvidia.ko': 'unsafe',
  'insmod /drivers/nvidia.ko || true': 'safe',
  'insmod /drivers/nvidia.ko; exit 0': 'safe',
  'lsmod | grep -q nvidia || insmod /drivers/nvidia.ko': 'safe',
  'modprobe -r nvidia; insmod /drivers/nvidia.ko': 'safe',
  'rmmod esp4 || exit 1': 'unsafe',
  'rmmod esp4 esp6 || { echo "cannot be removed"; exit 1; }': 'unsafe',
  'rmmod nouveau 2>/dev/null; modprobe nvidia': 'safe',
  'rmmod nouveau || true': 'safe',
  'insmod a.ko; insmod b-c.ko.xz param=1 || exit 1': 'unsafe',
})

t.test('a guard on a module that is loaded before the work is done', async (t) => {
  const script = 'lsmod | grep -q nvidia && exit 0\ninsmod /drivers/nvidia.ko\ncp /drivers/lib.so /data/lib.so'
  const { verdict, hazards } = rehearsal(script)
  t.equal(verdict, 'unsafe')
  t.strictSame(hazards[0]?.command, 'cp /drivers/lib.so /data/lib.so')
  t.strictSame(hazards[0]?.obligation, 'stop')
})
