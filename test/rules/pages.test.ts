import t from 'tap'
import { readmeRuleList, ruleDocs, ruleList, ruleTable } from '../../scripts/generate/rule-docs.ts'
import { committedText } from '../../scripts/generate.ts'
import { withRefusals } from '../../src/admission/refused-pods.ts'
import { warningLines } from '../../src/admission/warnings.ts'
import type { Diagnostic } from '../../src/lint/diagnostic.ts'
import { lint } from '../../src/lint/engine.ts'
import type { AnyRule } from '../../src/lint/rule.ts'
import { readWorkload } from '../../src/model/workload.ts'
import { readPolicy, reviewPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'
import { plainAnalyst } from '../../src/script/index.ts'
import { workloadPolicy } from '../policy/support.ts'
import { type Example, examplesOf, pageOf, policyOf, type Section, sectionsOf } from './pages.ts'

/** Checks an example as the command line would; an example with an old object, as an update of a stored object. */
function diagnosticsOf(rule: AnyRule, { object, old }: Example, policyText: string, isReview = old !== undefined): Diagnostic[] {
  const text = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${policyText}`
  const { policy, problems } = readPolicy([{ file: 'page', text }], registry, { id: 'page' })
  if (policy === undefined) throw new Error(`the policy of the page: ${problems.map(({ message }) => message).join(' ')}`)
  const source = isReview ? 'review' : 'manifest'
  const before = old === undefined ? null : (readWorkload(old, { namespace: 'default', source }) ?? null)
  const workload = readWorkload(object, { namespace: 'default', source, old: before })
  if (workload === undefined) throw new Error('an example is not a workload')
  const decided = workloadPolicy(policy, workload, { namespaceLabels: undefined, now: 0 })
  const { diagnostics, faults } = lint(workload, decided, registry.rules)
  if (faults[0] !== undefined) throw faults[0].error
  const ports = { policy, registry, analyst: plainAnalyst, now: 0, timeIsUp: () => false, namespaceLabels: () => undefined }
  return withRefusals(diagnostics, workload, ports).filter((diagnostic) => diagnostic.rule === rule.meta.id)
}

const section = (sections: readonly Section[], heading: string): Section =>
  sections.find((candidate) => candidate.heading === `## ${heading}`) ?? { heading, text: '', fences: [] }

for (const rule of registry.rules) {
  const { id, summary, references, defaultOptions, optionsSchema } = rule.meta
  t.test(`the page of ${id}: headings, summary, options, and examples that lint as shown`, async (t) => {
    const sections = sectionsOf(pageOf(id))
    const options = Object.keys(optionsSchema.properties)
    t.strictSame(
      sections.map(({ heading }) => heading),
      [
        `# ${id}`,
        '## Why',
        '## Bad',
        '## Good',
        '## What kubectl shows',
        ...(options.length > 0 ? ['## Options'] : []),
        '## Exceptions',
        '## References',
      ],
      'headings',
    )
    t.equal(sections[0]?.text, summary, 'the page begins with the summary of the rule')
    t.same(section(sections, 'References').text, references.map((url) => `- <${url}>`).join('\n'), 'references')
    t.strictSame(Object.keys(defaultOptions), options, 'every option has a default')
    for (const [option, value] of Object.entries(defaultOptions)) {
      t.match(
        section(sections, 'Options').text,
        new RegExp(`\\| \`${option}\` +\\| \`${value}\` +\\|`),
        `the option ${option} and its default`,
      )
    }
    const exceptions = section(sections, 'Exceptions')
    t.ok(exceptions.text.includes(id) || exceptions.fences.some(({ text }) => text.includes(id)), 'the page shows how to silence the rule')

    const policy = policyOf(sections)
    const bad = examplesOf(section(sections, 'Bad'))
    const good = examplesOf(section(sections, 'Good'))
    t.ok(bad.length > 0 && good.length > 0, 'the page has bad and good examples')
    const found = bad.map((example) => diagnosticsOf(rule, example, policy))
    for (const [index, diagnostics] of found.entries()) t.ok(diagnostics.length > 0, `bad example ${index + 1} has a diagnostic`)
    for (const [index, example] of good.entries())
      t.strictSame(diagnosticsOf(rule, example, policy), [], `good example ${index + 1} has none`)

    const shown = section(sections, 'What kubectl shows')
      .fences.flatMap(({ text }) => text.split('\n'))
      .filter((line) => line.startsWith('Warning: '))
    const real = new Set(
      found.flatMap((diagnostics) => [...warningLines(diagnostics), ...fixLines(diagnostics)]).map((line) => `Warning: ${line}`),
    )
    const isWarned = bad.some((example) => diagnosticsOf(rule, example, policy, true).length > 0)
    t.equal(shown.length > 0, isWarned, 'the page shows a warning if the webhook gives one')
    for (const line of shown) t.ok(real.has(line), `${line}\nis one of\n${[...real].join('\n')}`)
  })
}

/** The warnings if the fix is applied. */
function fixLines(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap(({ rule, subject, data, fix }) =>
    fix === undefined || subject === null
      ? []
      : [
          `[${rule}] ${subject.list} "${'image' in subject ? subject.container : ''}": ${data.field} ${fix.from} -> ${fix.to}: ${fix.because}`,
        ],
  )
}

t.test('docs/rules and the list in the README are up to date with npm run generate', async (t) => {
  for (const output of [...ruleDocs, readmeRuleList]) t.equal(committedText(output), output.text(), `${output.path}: run npm run generate`)
})

t.test('the list in the README and the index link to every rule', async (t) => {
  for (const { meta } of registry.rules) {
    t.match(ruleList('docs/rules/'), `[${meta.id}](docs/rules/${meta.id}.md)`)
    t.match(ruleTable(), `[${meta.id}](${meta.id}.md)`)
  }
})

t.test('the page of a rule states that it is no security boundary if and only if the rule reads scripts', async (t) => {
  for (const { meta } of registry.rules) {
    const page = ruleDocs.find(({ path }) => path === `docs/rules/${meta.id}.md`)?.text() ?? ''
    t.equal(page.includes('no security boundary'), meta.readsScripts === true, meta.id)
  }
})

t.test('the policies and exemptions that rule pages show get no remarks', async (t) => {
  let shown = 0
  for (const { meta } of registry.rules) {
    const fences = sectionsOf(pageOf(meta.id)).flatMap((each) => each.fences)
    for (const { language, text } of fences) {
      if (language !== 'yaml' || /^(?:apiVersion|metadata| {2}annotations):/m.test(text)) continue
      shown += 1
      const policy = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${text}\n`
      const { problems } = reviewPolicy([{ file: meta.id, text: policy }], registry, { id: 'page', now: 0 })
      t.same(
        problems.filter(({ level }) => level !== 'note'),
        [],
        `${meta.id}: ${text}`,
      )
    }
  }
  t.ok(shown >= 5, `${shown} policies`)
})
