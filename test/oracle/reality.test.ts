/** What the oracle sees of content that is made anew in every run. */
import { rmSync } from 'node:fs'
import t from 'tap'
import { type Reality, Sandbox } from './reality.ts'
import { prepare } from './shells.ts'

const common = prepare()
t.after(() => rmSync(common.folder, { recursive: true, force: true }))
const bash = common.shells.find(({ name }) => name === 'bash')
const sandbox = new Sandbox(common, 'anew')
const uuid = 'cat /proc/sys/kernel/random/uuid >'

/** The ways in which a second run went wrong. */
function wrong(script: string): string[] {
  if (bash === undefined) throw new Error('there is a bash')
  const { first, failures, fault }: Reality = sandbox.real(script, bash)
  if (first !== 0 || fault !== null) throw new Error(`the first run ended with ${first}: ${fault}`)
  return [...new Set(failures.map(({ obligation, outcome, detail }) => `${obligation} ${outcome} ${detail}`))]
}

t.test('random content', { skip: bash === undefined || process.platform !== 'linux' }, async (t) => {
  t.same(wrong(`${uuid} @@/work/f`), [], 'an emptyDir has another key in every pod anyway')
  t.same(wrong(`[ -s @@/data/f ] || ${uuid} @@/data/f`), [], 'a key that is kept')
  t.same(wrong(`${uuid} @@/data/f`), ['repeat differs data/f'], 'a key on a claim is in use')
  const replaced = wrong(`echo x > @@/work/f\ngzip @@/work/f\nif [ ! -f @@/work/f ]; then\n${uuid} @@/work/f\nfi`)
  t.ok(replaced.includes('repeat differs work/f'), 'a text stands where the key should')
})
