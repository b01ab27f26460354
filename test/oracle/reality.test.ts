/** How the oracle compares content that is new in every run. */
import { rmSync } from 'node:fs'
import t from 'tap'
import { ExampleSandbox } from './example-sandbox.ts'
import { type Reality, Sandbox } from './reality.ts'
import { prepare } from './shells.ts'

const common = prepare()
t.after(() => rmSync(common.folder, { recursive: true, force: true }))
const bash = common.shells.find(({ name }) => name === 'bash')
const sandbox = new Sandbox(common, 'random')
const uuid = 'cat /proc/sys/kernel/random/uuid >'

/** The distinct failures of the reruns of a script. */
function failuresOf(script: string): string[] {
  if (bash === undefined) throw new Error('bash is missing')
  const { first, failures, fault }: Reality = sandbox.real(script, bash)
  if (first !== 0 || fault !== null) throw new Error(`the first run exits ${first}: ${fault}`)
  return [...new Set(failures.map(({ obligation, outcome, detail }) => `${obligation} ${outcome} ${detail}`))]
}

t.test(
  'random content that differs in a rerun is a failure only if the old content is in use',
  { skip: bash === undefined || process.platform !== 'linux' },
  async (t) => {
    t.same(failuresOf(`${uuid} @@/work/f`), [], 'a new key on an emptyDir is no failure: every pod has a new one')
    t.same(failuresOf(`[ -s @@/data/f ] || ${uuid} @@/data/f`), [], 'a guarded key is no failure')
    t.same(failuresOf(`${uuid} @@/data/f`), ['repeat differs data/f'], 'a new key on a claim is a failure')
    const replaced = failuresOf(`echo x > @@/work/f\ngzip @@/work/f\nif [ ! -f @@/work/f ]; then\n${uuid} @@/work/f\nfi`)
    t.ok(replaced.includes('repeat differs work/f'), 'other text in place of the key is a failure')
  },
)

t.test('each example has a home folder at a path of its own', { skip: bash === undefined || process.platform !== 'linux' }, async (t) => {
  if (bash === undefined) return
  const examples = new ExampleSandbox(common, 'homes')
  const homes = ['one', 'two'].map((name) => {
    t.match(examples.twice('', `touch "$HOME/${name}"; echo "$HOME" > f; ls "$HOME" >> f`, bash), { first: 0, status: 0, changed: false })
    return [...examples.content().values()].join()
  })
  t.match(homes[0], /one/)
  t.notMatch(homes[1], /one/, 'nothing of the last example is left')
  t.not(homes[0]?.replace('one', ''), homes[1]?.replace('two', ''))
})
