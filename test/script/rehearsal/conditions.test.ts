// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are parameters of a shell
/** Scripts with several conditions on what is not in the input, within the budget of a rehearsal. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { rehearsal } from './rehearsing.ts'

const mounts: readonly Mount[] = [
  { path: '/host/a', storage: 'node', volume: 'a', subPath: '' },
  { path: '/host/b', storage: 'node', volume: 'b', subPath: '' },
]

const guard = (name: string) => `if [ ! -f /host/a/${name} ]; then cp -f /img/${name} /host/a/${name}; fi`

t.test('guards on hostPath volumes', async (t) => {
  for (const [verdict, script] of [
    ['safe', '[ -f /host/a/x ] || cp /img/x /host/a/x\n[ -f /host/b/y ] || cp /img/y /host/b/y'],
    ['safe', '[ -d /host/a/x ] || mkdir /host/a/x\n[ -d /host/b/y ] || mkdir /host/b/y'],
    ['safe', ['a', 'b', 'c', 'd'].map(guard).join('\n')],
    ['unsafe', 'set -e\n[ -f /host/a/x ] || cp /img/x /host/a/x\nmkdir -p /host/b/z\nmkdir /host/b/z/y'],
  ] as const)
    t.equal(rehearsal(script, 'bash', mounts).verdict, verdict, script)
})

t.test('too many conditions: the reason names them, not the length of the script', async (t) => {
  const { verdict, unknown } = rehearsal(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(guard).join('\n'), 'bash', mounts)
  t.equal(verdict, 'unknown')
  t.match(unknown[0]?.why, /conditions that are not in the input/)
})

const tooMany = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(guard).join('\n')

t.test('too many conditions: a command that breaks each of the cases that were tried is named', async (t) => {
  const { verdict, hazards, unknown } = rehearsal(`mkdir -p /host/b/z\nset -e\nmkdir /host/b/z/y\n${tooMany}`, 'bash', mounts)
  t.equal(verdict, 'unsafe')
  t.strictSame([...new Set(hazards.map(({ command }) => command))], ['mkdir /host/b/z/y'])
  t.match(unknown[0]?.why, /conditions that are not in the input/)
})

t.test('too many conditions: what a single assumption changes is not named', async (t) => {
  const script = `[ -f /img/flag ] && rm -rf /host/b/y; set -e; mkdir -p /host/b; mkdir /host/b/y\n${tooMany}`
  t.equal(rehearsal(script, 'bash', mounts).verdict, 'unknown')
})

t.test('what [ -e ] finds may be a file or a directory', async (t) => {
  t.equal(rehearsal('[ -e /opt/logs ] && cp -r /opt/logs /work/logs\nexit 0').verdict, 'unknown')
  t.equal(rehearsal('[ -e /host/a/x ] || mkdir /host/a/x\n[ -d /host/a/x ]', 'bash', mounts).verdict, 'safe')
})
