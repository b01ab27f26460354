/** How the oracle tries repairs: it really runs the repaired script. */
import { rmSync } from 'node:fs'
import t from 'tap'
import { Sandbox } from './reality.ts'
import { tryRepair } from './repairs.ts'
import { prepare, type ShellKind } from './shells.ts'
import { isSettled, rehearsalOf } from './verdict.ts'

const common = prepare()
t.after(() => rmSync(common.folder, { recursive: true, force: true }))
const bash = common.shells.find(({ name }) => name === 'bash')
const options = { skip: bash === undefined || process.platform !== 'linux' }
const sandbox = new Sandbox(common, 'repairs')

function tried(script: string, shell: ShellKind | undefined, change = (rehearsed: ReturnType<typeof rehearsalOf>) => rehearsed) {
  if (shell === undefined) throw new Error('bash is missing')
  const rehearsal = change(rehearsalOf(script, shell))
  const reality = sandbox.real(script, shell, (failures) => isSettled(rehearsal, failures))
  return tryRepair(script, rehearsal, reality, shell, sandbox)
}

t.test('a repaired script runs once, again, and after each kill', options, async (t) => {
  t.match(tried('mkdir @@/data/d', bash), { extent: 'whole', script: 'mkdir -p /data/d', fault: null, without: [] })
  t.match(tried('mkdir -p @@/data/d\nmv @@/data/d @@/data/e', bash), { extent: 'none', fault: null, without: ['mv differs repeat'] })
  t.ok(tried('mkdir @@/data/d', bash).runs > 1)
})

t.test('a fault: the repaired script fails, or its first run leaves something else', options, async (t) => {
  if (bash === undefined) throw new Error('bash is missing')
  const script = 'mkdir @@/data/d'
  const rehearsal = rehearsalOf(script, bash)
  const reality = sandbox.real(script, bash, (failures) => isSettled(rehearsal, failures))
  const other = { ...reality, result: new Map([...reality.result, ['data/lost', 'file x']]) }
  t.match(tryRepair(script, rehearsal, other, bash, sandbox).fault, /^the first run leaves another data\/lost/)
})
