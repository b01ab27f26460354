/** Each sentence of docs/tutorial.md: its command shows what the sentence claims. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { commandOf, sentences } from '../../scripts/generate/book.ts'
import { observations, tutorialDocs } from '../../scripts/generate/tutorial.ts'
import { committedText } from '../../scripts/generate.ts'
import type { TimelineEntry } from '../../src/inspect/explain.ts'
import type { Step } from '../../src/startup/timeline/timeline.ts'
import { runCli } from '../cli/fake-io.ts'

interface Shown extends TimelineEntry {
  /** The steps of a container, all or of one kind. */
  of(container: string, kind?: Step['kind']): readonly Step[]
}

async function run(argv: readonly string[]): Promise<readonly Shown[]> {
  const { code, stdout, stderr } = await runCli([...argv, '--format', 'json'], { cwd: process.cwd() })
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`)
  const { timelines } = JSON.parse(stdout) as { readonly timelines: readonly TimelineEntry[] }
  return timelines.map((timeline) => ({
    ...timeline,
    of: (container, kind) => timeline.steps.filter((step) => step.lane === container && (kind === undefined || step.kind === kind)),
  }))
}

const start = (steps: readonly Step[]): number => steps[0]?.at ?? Number.NaN
const end = (steps: readonly Step[]): number => steps.at(-1)?.until ?? Number.NaN
const downloads = (steps: readonly Step[]): readonly (boolean | undefined)[] => steps.map(({ detail }) => detail.downloaded)

/** What the sentence claims, checked on what its command prints. */
type Claim = (t: Test, first: Shown, second: Shown | undefined) => void

const claims: readonly Claim[] = [
  (t, { of, verdict }) => {
    t.equal(verdict, 'running')
    t.ok(start(of('web', 'run')) >= end(of('prepare', 'run')))
  },
  (t, { steps, executions }) => {
    const order = steps.filter(({ kind }) => kind === 'run').map(({ lane }) => lane)
    t.same(order, ['first', 'second', 'second', 'third', 'web'])
    t.same(executions, { first: 1, second: 2, third: 1, web: 1 })
  },
  (t, { of, steps }) => {
    const order = steps.flatMap(({ lane, kind }) => (kind === 'pull' || kind === 'run' ? [`${kind} ${lane}`] : []))
    t.same(
      order,
      ['first', 'second', 'third', 'web'].flatMap((name) => [`pull ${name}`, `run ${name}`]),
    )
    for (const name of ['first', 'second', 'third']) t.same(downloads(of(name, 'pull')), [true])
  },
  (t, { of, pullPolicies }) => {
    t.same(pullPolicies, { 'every-time': 'Always', 'first-time': 'IfNotPresent', 'no-time': 'Never' })
    for (const name of ['every-time', 'first-time', 'no-time']) t.equal(of(name, 'run').length, 2, `${name} starts twice`)
    t.same(downloads(of('every-time', 'pull')), [true, false])
    t.same(downloads(of('first-time', 'pull')), [true])
    t.same(of('no-time', 'pull'), [])
  },
  (t, { of, pullPolicies }) => {
    t.same(pullPolicies, { latest: 'Always', untagged: 'Always' })
    for (const name of ['latest', 'untagged']) t.same(downloads(of(name, 'pull')), [false], name)
  },
  (t, { of, pullPolicies, executions }) => {
    t.same(pullPolicies, { web: 'IfNotPresent' })
    t.same(of('web', 'pull'), [])
    t.same(executions, { web: 1 })
  },
  (t, { of, executions }) => {
    t.equal(executions.prepare, 3)
    t.same(downloads(of('prepare', 'pull')), [true, false, false])
  },
  (t, { of, verdict, executions }) => {
    const [first, ...later] = of('web', 'pull')
    t.match(first?.detail, { outcome: 'ok', downloaded: false })
    t.ok(later.length > 0 && later.every(({ detail }) => detail.outcome === 'failed'))
    t.equal(executions.web, 1)
    t.equal(verdict, 'retrying')
  },
  (t, { of, executions, reasons }) => {
    t.same(executions, { pulls: 1, reuses: 1, loaded: 1, absent: 0 })
    for (const name of ['reuses', 'loaded', 'absent']) t.same(of(name, 'pull'), [], name)
    t.ok(reasons.absent?.includes('ErrImageNeverPull'))
  },
  (t, { of, executions }) => {
    t.same(of('on-the-node', 'pull'), [])
    t.same(downloads(of('not-yet', 'pull')), [true])
    t.same(executions, { 'on-the-node': 1, 'not-yet': 1 })
  },
  (t, { of, executions }) => {
    t.same(executions, { always: 2, 'if-not-present': 2 })
    t.same(downloads(of('always', 'pull')), [true, false])
    t.same(downloads(of('if-not-present', 'pull')), [true])
    t.equal(of('if-not-present', 'cached').length, 1)
  },
  (t, { executions, verdict, statuses, scenario }) => {
    t.match(scenario, { images: { 'registry.example/web:1': { cached: true } } })
    t.same(executions, { web: 0 })
    t.equal(verdict, 'retrying')
    t.ok(statuses.includes('ImagePullBackOff'))
  },
  (t, { of, executions }) => {
    t.equal(executions.first, 2)
    t.ok(start(of('second', 'pull')) >= end(of('first', 'run')))
    t.ok(start(of('web', 'pull')) >= end(of('second', 'run')))
  },
  (t, { executions, verdict }) => {
    t.match(executions, { first: 1, web: 0, log: 0 })
    t.equal(verdict, 'retrying')
  },
  (t, first, second) => {
    for (const timeline of [first, second]) t.match(timeline, { verdict: 'running', executions: { prepare: 2, web: 1 } })
    t.same([first.object.name, second?.object.name], ['restart-always', 'restart-on-failure'])
  },
  (t, { executions, verdict, phase, statuses }) => {
    t.same(executions, { first: 1, second: 1, third: 0, web: 0 })
    t.match({ verdict, phase }, { verdict: 'failed', phase: 'Failed' })
    t.equal(statuses.at(-1), 'Init:Error')
  },
  (t, { executions, verdict, statuses, steps }) => {
    t.ok(steps.some(({ kind, detail }) => kind === 'world' && detail.reason === 'node-reboot'))
    t.same(executions, { prepare: 1, web: 0 })
    t.equal(verdict, 'failed')
    t.equal(statuses.at(-1), 'Init:Error')
  },
  (t, { of, verdict }) => {
    t.equal(verdict, 'running')
    const last = of('prepare', 'run').at(-1)
    t.match(last?.detail, { exitCode: 0, version: 2 })
    t.equal(of('prepare', 'pull').at(-1)?.detail.downloaded, true)
  },
  (t, { executions, verdict }) => {
    t.same(executions, { prepare: 1, web: 2 })
    t.equal(verdict, 'running')
  },
  (t, { executions, verdict, of }) => {
    t.same(executions, { prepare: 2, web: 2 })
    t.equal(verdict, 'running')
    t.ok((of('prepare', 'run')[1]?.until ?? Number.NaN) <= (of('web', 'run')[1]?.at ?? Number.NaN))
  },
  (t, { verdict, executions, of }) => {
    t.equal(verdict, 'retrying')
    t.equal(executions.web, 1)
    t.match(of('fetch', 'run')[0]?.detail, { exitCode: 0 })
    t.ok(
      of('fetch', 'run')
        .slice(1)
        .every(({ until, detail }) => until === null || detail.exitCode !== 0),
    )
  },
]

t.test('each sentence is shown by its command', async (t) => {
  t.equal(claims.length, sentences.length)
  for (const [index, sentence] of sentences.entries()) {
    await t.test(`${index + 1}. ${sentence.claim}`, async (t) => {
      const [first, second] = await run(commandOf(sentence))
      if (first === undefined) throw new Error('no timeline')
      claims[index]?.(t, first, second)
    })
  }
})

t.test('there are 21 sentences, each with its own example, and no scenario files', (t) => {
  t.equal(sentences.length, 21)
  t.same(
    sentences.map(({ file }) => file),
    readdirSync('examples/book').sort(),
  )
  for (const [index, { file }] of sentences.entries()) t.equal(Number(file.slice(0, 2)), index + 1)
  t.end()
})

t.test('the evidence of each sentence is on the page of the real node', (t) => {
  const observed = observations()
  for (const { evidence, file } of sentences) {
    t.ok(evidence.length > 0, file)
    for (const name of evidence) t.match(observed.get(name)?.lines, [/^kubectl shows: /, /^Starts: /], `${file}: ${name}`)
  }
  t.end()
})

t.test('docs/tutorial.md and its pictures are what npm run generate writes', (t) => {
  for (const output of tutorialDocs) t.equal(committedText(output), output.text(), `${output.path}: run npm run generate`)
  t.end()
})

t.test('links of the tutorial and of the page for teachers lead somewhere', (t) => {
  const anchors = new Set(
    [...readFileSync('docs/evidence.md', 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[`.,:;()*/'"]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
  for (const page of ['docs/tutorial.md', 'docs/book-and-kubernetes.md']) {
    for (const [, path = '', anchor] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)(?:#([^)]*))?\)/g)) {
      t.ok(existsSync(`docs/${path}`), `${page}: ${path}`)
      if (path === 'evidence.md' && anchor !== undefined) t.ok(anchors.has(anchor), `${page}: ${anchor}`)
    }
  }
  t.end()
})

t.test('every command of the page for teachers runs', async (t) => {
  const commands = [...readFileSync('docs/book-and-kubernetes.md', 'utf8').matchAll(/^initlint (explain .*)$/gm)].map(
    ([, line = '']) => line,
  )
  t.ok(commands.length >= 3)
  for (const command of commands) t.ok((await run(command.split(/\s+#/)[0]?.trim().split(/\s+/) ?? [])).length > 0, command)
})
