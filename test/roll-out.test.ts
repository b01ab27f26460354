/** docs/roll-out.md: its policies are valid, its commands print what it shows, and the policies have the effects that it claims. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readPolicy } from '../src/policy/index.ts'
import { defaultRegistry } from '../src/rules/registry.ts'
import { runCli } from './cli/fake-io.ts'
import { ask } from './support/answers.ts'
import { pod, portsOf, review } from './support/reviews.ts'

const page = readFileSync('docs/roll-out.md', 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, found]) => found === language).map(([, , text]) => text ?? '')

/** The policies by the file name in their first line. */
const policies = Object.fromEntries(blocks('yaml').map((text) => [/^# (\S+)\n/.exec(text)?.[1] ?? '', text]))
const policyOf = (week: number): string => policies[`week-${week}.yaml`] ?? ''
const folder = t.testdir(policies)

/** The commands that a block shows, each with its output. */
const transcripts = blocks('console').flatMap((block) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.split('\n')
      return { command, output: output.join('\n') }
    }),
)

t.test('there is a policy for each of four weeks, valid alone and together with the base policy', async (t) => {
  t.same(Object.keys(policies), ['week-1.yaml', 'week-2.yaml', 'week-3.yaml', 'week-4.yaml'])
  const base = { file: '10-base.yaml', text: readFileSync('manifests/base/policy.yaml', 'utf8') }
  for (const [file, text] of Object.entries(policies))
    for (const sources of [[{ file, text }], [base, { file: '20-site.yaml', text }]])
      t.same(readPolicy(sources, defaultRegistry(), { id: file }).problems, [], file)
})

t.test('every command prints what the page shows; … stands for lines that are left out', async (t) => {
  t.ok(transcripts.length >= 9)
  for (const { command, output } of transcripts) {
    const [program, ...args] = command.split(' ')
    t.equal(program, 'initlint')
    const { stdout } = await runCli(args, { cwd: folder })
    const parts = output.split('…\n')
    let from = 0
    for (const part of parts) {
      const at = stdout.indexOf(part, from)
      t.ok(at >= 0, `${command}: ${part}\n${stdout}`)
      from = at + part.length
    }
    if (parts.length === 1) t.equal(stdout, output, command)
    else t.ok(stdout.startsWith(parts[0] ?? ''), command)
  }
})

/** What a policy answers about a Pod without a tag in a namespace. */
function answer(text: string, namespace: string, labels: Readonly<Record<string, string>> = {}) {
  const object = pod({ image: 'registry.corp.example/web' }, { metadata: { namespace } })
  // portsOf adds the header.
  const body = text.replace(/^(apiVersion|kind): .*\n/gm, '')
  return ask('validate', review({ object, namespace }), portsOf(body, { namespaceLabels: () => new Map(Object.entries(labels)) }))
}

t.test(
  'week 1 shows nothing, week 2 warns, week 3 denies in the namespaces with the label, week 4 everywhere but in exempt ones',
  async (t) => {
    const outcome = (week: number, namespace: string, labels?: Readonly<Record<string, string>>): string => {
      const { allowed, warnings } = answer(policyOf(week), namespace, labels)
      if (!allowed) return 'denied'
      return warnings.some((text) => text.startsWith('[image-latest]')) ? 'warned' : 'quiet'
    }
    const trial = { 'initlint-trial': 'true' }
    t.same(
      [1, 2, 3, 4].map((week) => [outcome(week, 'shop'), outcome(week, 'shop', trial), outcome(week, 'legacy-shop')]),
      [
        ['quiet', 'quiet', 'quiet'],
        ['warned', 'warned', 'warned'],
        ['warned', 'denied', 'warned'],
        ['denied', 'denied', 'quiet'],
      ],
    )
  },
)

t.test('the check of what runs already finds what week 4 denies, with the name of the object', async (t) => {
  const [, flags = ''] = /initlint lint (.*) -$/m.exec(blocks('sh').join('\n')) ?? []
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [{ ...pod({ image: 'nginx' }), apiVersion: 'v1', kind: 'Pod' }] })
  const { code, stdout } = await runCli(['lint', ...flags.split(' '), '-'], { cwd: folder, stdin })
  t.equal(code, 1)
  t.match(stdout, /image-latest {2}\(deny\)/)
  const tagged = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod({ image: 'nginx:1.27' })] })
  t.equal((await runCli(['lint', ...flags.split(' '), '-'], { cwd: folder, stdin: tagged })).code, 0)
})

t.test('the metrics that the page names exist', async (t) => {
  const documented = readFileSync(join('docs', 'metrics.md'), 'utf8')
  for (const [name] of page.matchAll(/initlint_[a-z_]+/g)) t.ok(documented.includes(`\`${name.replace(/_bucket$/, '')}\``), name)
})
