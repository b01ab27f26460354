/** Runs every case of this directory through `lint` and `explain`; README.md explains the lines that state what is expected. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type DiagnosticEntry, explainInputs, type Input, lintInputs, renderExplainText } from '../../src/inspect/index.ts'
import { builtInPolicy, type Policy, readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

const policySuffix = '.policy.yaml'
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.yaml') && !name.endsWith(policySuffix))
const textOf = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')
const verdicts = new Set(['running', 'completed', 'failed', 'retrying', 'waiting', 'rejected'])

type Expectation =
  | { readonly kind: 'reports'; readonly rule: string; readonly message: string | undefined; readonly container: string | undefined }
  | { readonly kind: 'omits'; readonly rule: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'verdict'; readonly verdict: string }
  | ExpectedTimelines

interface ExpectedTimelines {
  readonly kind: 'timelines'
  readonly conditions: readonly string[]
  /** In order; undefined for any timeline. */
  readonly timelines: readonly (undefined | { readonly verdict: string; readonly text: string })[]
}

/** @throws Error if a line is malformed or names an unknown rule, message or verdict: such a line would test nothing */
function expectationsOf(name: string, text: string): readonly Expectation[] {
  const lines = text.split('\n').filter((line) => /^# (?:rule:|verdict:|explain[ :])/.test(line))
  if (lines.length === 0) throw new Error(`${name}: no line "# rule:", "# verdict:" or "# explain:"`)
  return lines.map((line) => {
    if (line.startsWith('# explain')) return timelinesOf(name, line)
    const [, key = '', words = ''] = /^# (rule|verdict): (.*)$/.exec(line) ?? []
    const [first = '', second, ...more] = words.split(' ')
    if (more.length > 0) throw new Error(`${name}: too many words in "${line}"`)
    if (key === 'verdict') {
      if (!verdicts.has(first) || second !== undefined) throw new Error(`${name}: unknown verdict in "${line}"`)
      return { kind: 'verdict', verdict: first }
    }
    if (first === 'silent' && second === undefined) return { kind: 'silent' }
    const isOmitted = first === 'none' && second !== undefined
    const [rule = '', message] = (isOmitted ? second : first).split('/')
    const meta = registry.get(rule)?.meta
    if (meta === undefined) throw new Error(`${name}: unknown rule in "${line}"`)
    if (isOmitted) return { kind: 'omits', rule }
    if (message !== undefined && !Object.hasOwn(meta.messages, message)) throw new Error(`${name}: unknown message id in "${line}"`)
    return { kind: 'reports', rule, message, container: second }
  })
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
  const file = name.replace(/\.yaml$/, policySuffix)
  if (!existsSync(join(import.meta.dirname, file))) return builtInPolicy('recommended', registry)
  const { policy, problems } = readPolicy([{ file, text: textOf(file) }], registry, { id: file })
  if (policy === undefined) throw new Error(`${file}: ${problems.map(({ message }) => message).join(' ')}`)
  return policy
}

function diagnosticsOf(name: string, input: Input): readonly DiagnosticEntry[] {
  const options = { policy: policyOf(name), registry, namespace: 'default', now: 0, docsBase: 'https://docs.example' }
  const { diagnostics, faults } = lintInputs([input], options)
  if (faults[0] !== undefined) throw new Error(`${name}: ${faults[0].message}`)
  return diagnostics
}

const told = ({ rule, messageId, container, action, message }: DiagnosticEntry): string =>
  `${action} ${rule}/${messageId} ${container ?? ''}: ${message}`

function compareTimelines(t: Test, input: Input, expected: ExpectedTimelines): void {
  const { timelines, errors } = explainInputs([input], { namespace: 'default', conditions: expected.conditions })
  t.strictSame(errors, [])
  t.equal(timelines.length, expected.timelines.length, `${expected.timelines.length} timelines`)
  for (const [index, entry] of timelines.entries()) {
    const wanted = expected.timelines[index]
    if (wanted === undefined) continue
    t.equal(entry.verdict, wanted.verdict, expected.conditions.join(' '))
    t.ok(renderExplainText({ timelines: [entry], errors: [] }, false).includes(wanted.text), wanted.text)
  }
}

for (const name of names) {
  t.test(`${name}: lint and explain say what the case states`, async (t) => {
    const input = { file: name, text: textOf(name) }
    const expectations = expectationsOf(name, input.text)
    const diagnostics = diagnosticsOf(name, input)
    const all = diagnostics.map(told).join('\n')
    for (const expected of expectations) {
      if (expected.kind === 'silent') {
        t.strictSame(diagnostics.filter(({ action }) => action !== 'audit').map(told), [], 'nothing above audit')
      } else if (expected.kind === 'verdict') {
        const { timelines } = explainInputs([input], { namespace: 'default', conditions: [] })
        t.equal(timelines[0]?.verdict, expected.verdict, 'the verdict of the base timeline')
      } else if (expected.kind === 'timelines') {
        compareTimelines(t, input, expected)
      } else if (expected.kind === 'omits') {
        t.strictSame(diagnostics.filter(({ rule }) => rule === expected.rule).map(told), [], `no ${expected.rule}`)
      } else {
        const { rule, message, container } = expected
        const fits = (found: DiagnosticEntry): boolean =>
          found.rule === rule && (message ?? found.messageId) === found.messageId && (container ?? found.container) === found.container
        t.ok(diagnostics.some(fits), `${[rule, message].filter(Boolean).join('/')} ${container ?? ''} is reported; found:\n${all}`)
      }
    }
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
    '# explain: running',
    '# explain registry-down=docker.io: fine "text"',
    '# explain registry-down=docker.io running "text"',
  ])
    t.throws(() => expectationsOf('case', `${line}\nkind: Pod\n`), line)
})
