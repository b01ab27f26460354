/** `trap … ERR`, compared with bash and BusyBox sh. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { rehearsal, sameVerdicts } from './rehearsing.ts'

/** Scripts after which `$n` is how often the trap ran, and that number. */
const counts: readonly (readonly [script: string, count: number])[] = [
  ['COUNT; false; false', 2],
  ['COUNT; false || true; if false; then :; fi; ! true; while false; do :; done', 0],
  ['COUNT; true && false', 1],
  ['COUNT; trap - ERR; false', 0],
  ['f() { false; true; }; COUNT; f', 0],
  ['f() { true; false; }; COUNT; f', 1],
  ['COUNT; (false; true)', 0],
  ['COUNT; (true; false)', 1],
]

for (const [script, count] of counts) {
  t.test(`${script}: the trap runs ${count} times`, async (t) => {
    const text = `n=0; ${script.replace('COUNT', "trap 'n=$((n+1))' ERR")}; [ $n = ${count} ]`
    t.equal(spawnSync('bash', ['-c', text]).status, 0, 'bash')
    t.equal(spawnSync('busybox', ['sh', '-c', text]).status, 0, 'BusyBox sh')
    for (const dialect of ['bash', 'ash'] as const) t.equal(rehearsal(`${text} || mkdir /data/other`, dialect).verdict, 'safe', dialect)
  })
}

t.test('set -E: functions and subshells inherit the trap', async (t) => {
  const text = "n=0; f() { false; true; }; set -E; trap 'n=$((n+1))' ERR; f; [ $n = 1 ]"
  t.equal(spawnSync('bash', ['-c', text]).status, 0)
  t.equal(rehearsal(`${text} || mkdir /data/other`).verdict, 'safe')
})

sameVerdicts('what a trap for ERR does', {
  "set -e\ntrap 'rm -rf /data/d' ERR\nmkdir -p /data/d": 'safe',
  "set -e\ntrap 'echo failed; exit 1' ERR\nmkdir /data/d": 'unsafe',
  "trap 'exit 0' ERR\nmkdir /data/d": 'safe',
  "set -Eeuo pipefail\ntrap 'echo failed >&2' ERR\n[ -f /data/img ] || { truncate -s 1G /data/img; mkfs.ext4 /data/img; }": 'unsafe',
})

t.test('dash has no such trap, and a shell that is not known may have none', async (t) => {
  const script = "trap 'exit 0' ERR\nmkdir /data/d"
  t.equal(rehearsal(script, 'posix').verdict, 'unsafe')
  t.equal(rehearsal(script, 'ash').verdict, 'safe')
  t.equal(rehearsal(script, 'unknown').verdict, 'unknown')
})
