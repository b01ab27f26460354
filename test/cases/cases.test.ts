/** Runs every case of this directory through `lint` and `explain`; README.md explains the lines that state what is expected. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  type DiagnosticEntry,
  explainInputs,
  type Input,
  imagesOfInputs,
  type LintOutput,
  lintInputs,
  renderExplainText,
} from '../../src/inspect/index.ts'
import { builtInPolicy, type Policy, readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

const policySuffix = '.policy.yaml'
const isManifest = (name: string): boolean => name.endsWith('.yaml') && !name.endsWith(policySuffix)
/** Files, and directories whose files are one input. */
const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() || isManifest(entry.name))
  .map(({ name }) => name)
const textOf = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

function inputsOf(name: string): readonly Input[] {
  if (isManifest(name)) return [{ file: name, text: textOf(name) }]
  const files = readdirSync(join(import.meta.dirname, name)).filter(isManifest)
  return files.map((file) => ({ file: `${name}/${file}`, text: textOf(`${name}/${file}`) }))
}

const imageRoles = new Set(['init', 'sidecar', 'app', 'ephemeral', 'image-volume', 'mentioned'])
const verdicts = new Set(['running', 'completed', 'failed', 'retrying', 'waiting', 'rejected'])

type Expectation =
  | { readonly kind: 'reports'; readonly rule: string; readonly message: string | undefined; readonly container: string | undefined }
  | { readonly kind: 'omits'; readonly rule: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'image'; readonly image: string; readonly role: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'verdict'; readonly verdict: string }
  | ExpectedTimelines

interface ExpectedTimelines {
  readonly kind: 'timelines'
  readonly conditions: readonly string[]
  /** In order; undefined for any timeline. */
  readonly timelines: readonly (undefined | { readonly verdict: string; readonly text: string })[]
}

/** @throws Error if a line is malformed or names an unknown rule, message, role or verdict: such a line would test nothing */
function expectationsOf(name: string, text: string): readonly Expectation[] {
  const lines = text.split('\n').filter((line) => /^# (?:rule:|verdict:|images:|error:|explain[ :])/.test(line))
  if (lines.length === 0) throw new Error(`${name}: no line "# rule:", "# verdict:", "# images:", "# error:" or "# explain:"`)
  return lines.map((line) => {
    if (line.startsWith('# explain')) return timelinesOf(name, line)
    const [, key = '', words = ''] = /^# (rule|verdict|images|error): (.*)$/.exec(line) ?? []
    if (key === 'error') return { kind: 'error', text: words }
    const [first = '', second, ...more] = words.split(' ')
    if (more.length > 0) throw new Error(`${name}: too many words in "${line}"`)
    if (key === 'rule') return ruleOf(first, second, `${name}: "${line}"`)
    if (key === 'images') {
      if (!imageRoles.has(second ?? '')) throw new Error(`${name}: no image and role in "${line}"`)
      return { kind: 'image', image: first, role: second ?? '' }
    }
    if (!verdicts.has(first) || second !== undefined) throw new Error(`${name}: unknown verdict in "${line}"`)
    return { kind: 'verdict', verdict: first }
  })
}

function ruleOf(first: string, second: string | undefined, place: string): Expectation {
  if (first === 'silent' && second === undefined) return { kind: 'silent' }
  const isOmitted = first === 'none' && second !== undefined
  const [rule = '', message] = (isOmitted ? second : first).split('/')
  const meta = registry.get(rule)?.meta
  if (meta === undefined) throw new Error(`${place} names an unknown rule`)
  if (isOmitted) return { kind: 'omits', rule }
  if (message !== undefined && !Object.hasOwn(meta.messages, message)) throw new Error(`${place} names an unknown message id`)
  return { kind: 'reports', rule, message, container: second }
}

function timelinesOf(name: string, line: string): ExpectedTimelines {
  const [, conditions = '', wanted = ''] = /^# explain ?(.*?): (.*)$/.exec(line) ?? []
  const timelines = wanted.split(' | ').map((part) => {
    if (part === '*') return undefined
    const [, verdict = '', text = ''] = /^(\w+) "(.+)"$/.exec(part) ?? []
    if (!verdicts.has(verdict)) throw new Error(`${name}: no verdict and text in "${line}"`)
    return { verdict, text }
  })
  return { kind: 'timelines', conditions: conditions.split(' ').filter((condition) => condition !== ''), timelines }
}

function policyOf(name: string): Policy {
  const file = `${name.replace(/\.yaml$/, '')}${policySuffix}`
  if (!existsSync(join(import.meta.dirname, file))) return builtInPolicy('recommended', registry)
  const { policy, problems } = readPolicy([{ file, text: textOf(file) }], registry, { id: file })
  if (policy === undefined) throw new Error(`${file}: ${problems.map(({ message }) => message).join(' ')}`)
  return policy
}

function lintCase(name: string, inputs: readonly Input[]): LintOutput {
  const options = { policy: policyOf(name), registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' }
  const output = lintInputs(inputs, options)
  const [fault] = output.faults
  if (fault !== undefined) throw new Error(`${name}: ${fault.message}`)
  return output
}

const told = ({ rule, messageId, container, action, message }: DiagnosticEntry): string =>
  `${action} ${rule}/${messageId} ${container ?? ''}: ${message}`

function compareTimelines(t: Test, inputs: readonly Input[], expected: ExpectedTimelines): void {
  const { timelines, errors } = explainInputs(inputs, { namespace: 'default', conditions: expected.conditions })
  t.strictSame(errors, [])
  t.equal(timelines.length, expected.timelines.length, `${expected.timelines.length} timelines`)
  for (const [index, entry] of timelines.entries()) {
    const wanted = expected.timelines[index]
    if (wanted === undefined) continue
    t.equal(entry.verdict, wanted.verdict, expected.conditions.join(' '))
    t.ok(renderExplainText({ timelines: [entry], errors: [] }, false).includes(wanted.text), wanted.text)
  }
}

function compare(t: Test, name: string, inputs: readonly Input[], expected: Expectation): void {
  const { diagnostics, errors } = lintCase(name, inputs)
  switch (expected.kind) {
    case 'silent':
      t.strictSame(diagnostics.filter(({ action }) => action !== 'audit').map(told), [], 'nothing above audit')
      break
    case 'verdict':
      t.equal(explainInputs(inputs, { namespace: 'default', conditions: [] }).timelines[0]?.verdict, expected.verdict, 'base timeline')
      break
    case 'timelines':
      compareTimelines(t, inputs, expected)
      break
    case 'omits':
      t.strictSame(diagnostics.filter(({ rule }) => rule === expected.rule).map(told), [], `no ${expected.rule}`)
      break
    case 'image': {
      const { images } = imagesOfInputs(inputs, { namespace: 'default' })
      const all = images.map(({ image, role }) => `${image} ${role}`)
      t.ok(all.includes(`${expected.image} ${expected.role}`), `${expected.image} is listed as ${expected.role} among ${all.join(', ')}`)
      break
    }
    case 'error':
      t.ok(
        errors.some(({ message }) => message.includes(expected.text)),
        `${expected.text} in ${errors.map(({ message }) => message).join('; ')}`,
      )
      break
    case 'reports': {
      const { rule, message, container } = expected
      const fits = (found: DiagnosticEntry): boolean =>
        found.rule === rule && (message ?? found.messageId) === found.messageId && (container ?? found.container) === found.container
      const wanted = `${[rule, message].filter(Boolean).join('/')} ${container ?? ''}`
      t.ok(diagnostics.some(fits), `${wanted} is reported; found:\n${diagnostics.map(told).join('\n')}`)
    }
  }
}

for (const name of names) {
  t.test(`${name}: lint, images and explain say what the case states`, async (t) => {
    const inputs = inputsOf(name)
    const expectations = expectationsOf(name, inputs.map(({ text }) => text).join('\n'))
    for (const expected of expectations) compare(t, name, inputs, expected)
  })
}

t.test('there are cases', async (t) => {
  t.ok(names.length > 0, `${names.length} cases`)
})

t.test('a case whose line would test nothing is rejected', async (t) => {
  for (const line of [
    '',
    '# rule: no-such-rule',
    '# rule: none',
    '# rule: image-latest/no-such-message',
    '# rule: silent app',
    '# verdict: fine',
    '# images: nginx',
    '# images: nginx engine',
    '# explain: running',
    '# explain registry-down=docker.io: fine "text"',
    '# explain registry-down=docker.io running "text"',
  ])
    t.throws(() => expectationsOf('case', `${line}\nkind: Pod\n`), line)
})
