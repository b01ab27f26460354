import t from 'tap'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import type { ScriptInput } from '../../../src/script/analysis/input.ts'
import { scriptInput } from '../../support/script-input.ts'

const endingOf = (text: string, more: Partial<ScriptInput> = {}) => analyzeScript({ ...scriptInput(text), ...more }).ending
const mounts = [{ path: '/data', storage: 'claim', volume: '0', subPath: '' }] as const

t.test('how the first run of a script ends', async (t) => {
  t.strictSame(endingOf('mkdir -p /opt/x'), { kind: 'open' })
  t.strictSame(endingOf('mkdir -p /opt/x\nsleep infinity'), { kind: 'never', line: 2 })
  t.strictSame(endingOf('while true; do sleep 1; done'), { kind: 'never', line: 1 }, 'a loop that does not end does not fail')
  t.match(endingOf('true\nexit 3\nsleep infinity'), { kind: 'fails', line: 2, status: 3, isStarted: true, isOnEmptyClaim: false })
  t.strictSame(endingOf('unknown-tool\nexit 3'), { kind: 'open' }, 'an unknown command may end the script')
  t.match(endingOf('[ -f /data/x ]', { mounts }), { kind: 'fails', isOnEmptyClaim: true })
  t.match(endingOf('[ -f /data/x ] && false', { mounts }), { kind: 'fails', isOnEmptyClaim: false }, 'it fails with data, too')
})

t.test('every shell that the image may contain has to agree', async (t) => {
  const posix = { dialect: 'posix', userland: 'gnu', isOldDash: true } as const
  const bash = { dialect: 'bash', userland: 'gnu' } as const
  t.match(endingOf('set -o pipefail', { flavors: [posix] }), { kind: 'fails', cause: 'pipefail', status: 2 })
  t.strictSame(endingOf('set -o pipefail', { flavors: [posix, bash] }), { kind: 'open' })
  t.match(endingOf('exit 1', { flavors: [posix, bash] }), { kind: 'fails', cause: 'command' })
})
