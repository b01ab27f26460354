import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Log } from 'sarif'
import t, { type Test } from 'tap'
import { renderReport } from '../../src/formats/index.ts'
import { moduleFolder } from '../cluster/support/go-modules.ts'
import { stubPolicy } from '../inspect/stubs.ts'
import * as fc from '../support/properties.ts'
import { type Changes, hostileTexts, mixed, plainText, podText, reportOf } from './reports.ts'

/** Embeds the schema of OASIS (SARIF 2.1.0, errata 01). */
const schemaModule = 'github.com/owenrumney/go-sarif/v3@v3.3.1'
const cached = join(import.meta.dirname, '.schemas', 'sarif-2.1.0.json')

/** The schema: from an ignored directory, or else from the Go module; undefined if neither is there. */
async function schemaText(): Promise<string | undefined> {
  if (existsSync(cached)) return readFileSync(cached, 'utf8')
  const folder = await moduleFolder(schemaModule).catch(() => undefined)
  if (folder === undefined) return undefined
  const source = readFileSync(join(folder, 'pkg/report/v210/sarif/schema.go'), 'utf8')
  const text = source.slice(source.indexOf('`') + 1, source.lastIndexOf('`'))
  mkdirSync(join(cached, '..'), { recursive: true })
  writeFileSync(cached, text)
  return text
}

/** Returns the errors of a log. */
async function validator(t: Test): Promise<((log: unknown) => unknown) | undefined> {
  const text = await schemaText()
  if (text === undefined) {
    t.pass('a log is valid', { skip: 'the schema of SARIF is in a Go module, and there is no Go' })
    return undefined
  }
  // Of draft 4, the schema uses only what draft 7 has too, but for the name of `$id`.
  const { id, $schema: _, ...schema } = JSON.parse(text)
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile({ $id: id, ...schema })
  return (log) => (validate(log) ? undefined : validate.errors)
}

const render = (...args: Parameters<typeof reportOf>): Log => JSON.parse(renderReport('sarif', reportOf(...args), plainText))

function runOf(log: Log) {
  const [run] = log.runs
  if (run === undefined) throw new Error('no run')
  return run
}

/** An object that holds containers where no pod template is known. */
const custom = 'apiVersion: example.com/v1\nkind: Custom\nmetadata: {name: x}\nspec: {some: {containers: [{name: a, image: b}]}}\n'

const exempted = stubPolicy({ exempted: { by: 'annotation initlint.dev/ignore', reason: 'known' } })

/** One report with everything that a log can contain. */
const everything: Changes = {
  isBroken: true,
  policy: stubPolicy({ notices: ['an exemption expires soon'] }),
  change: (output) => ({
    ...output,
    diagnostics: output.diagnostics.flatMap((entry) => [
      { ...entry, edits: [{ file: entry.file, start: 0, end: 3, text: 'x' }] },
      { ...entry, exempted: { by: 'policy exemptions[0]', reason: 'known' } },
      { ...entry, baselined: true },
    ]),
  }),
}

t.test('logs are valid against the schema', async (t) => {
  const errorsOf = await validator(t)
  if (errorsOf === undefined) return
  t.ok(errorsOf({ version: '2.1.0', runs: [{ tool: {} }] }), 'the schema rejects what is invalid')
  t.equal(errorsOf(render(mixed)), undefined)
  t.equal(errorsOf(render(mixed, everything)), undefined)
  t.equal(errorsOf(render([])), undefined)
  t.equal(
    errorsOf(
      render([
        { file: '-', text: podText('nginx') },
        { file: null, text: podText('nginx') },
      ]),
    ),
    undefined,
  )
  const text = fc.array(fc.constantFrom(...hostileTexts), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, text, (file, name, reason) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
      const policy = stubPolicy({ exempted: { by: reason, reason }, notices: [reason] })
      const log = render(
        [
          { file, text: JSON.stringify(pod) },
          { file: `x${file}`, text: '', unreadable: reason },
        ],
        { policy },
      )
      const errors = errorsOf(log)
      if (errors !== undefined) throw new Error(JSON.stringify(errors))
      return JSON.stringify(log).isWellFormed()
    }),
  )
})

t.test('a result has its rule, level, region, fingerprint and object', async (t) => {
  const run = runOf(render(mixed))
  t.equal(run.columnKind, 'utf16CodeUnits')
  t.same(run.originalUriBaseIds, { '%SRCROOT%': { uri: 'file:///repo/' } })
  t.match(run.tool.driver, {
    name: 'initlint',
    version: '1.2.3',
    rules: [{ id: 'every-image', helpUri: 'https://docs.example/docs/rules/every-image.md' }],
  })
  t.equal(run.results?.length, 1)
  t.match(run.results?.[0], {
    ruleId: 'every-image',
    ruleIndex: 0,
    level: 'warning',
    message: { text: 'containers "app": it names nginx' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'k8s/a%20b.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 7, startColumn: 12, endLine: 7, endColumn: 17 },
        },
        logicalLocations: [{ name: 'Pod default/web' }],
      },
    ],
    partialFingerprints: { 'initlint/v1': /^[0-9a-f]{16}$/ },
  })
  t.notOk('suppressions' in (run.results?.[0] ?? {}))
})

t.test('the help of a rule is its page, with links that work elsewhere', async (t) => {
  const [rule] = runOf(render(mixed)).tool.driver.rules ?? []
  t.equal(
    rule?.help?.markdown,
    '# every-image\n\n[other](https://docs.example/docs/rules/other.md) ![picture](https://docs.example/docs/rules/images/a.svg) [web](https://example.com)\n',
  )
  t.equal(rule?.defaultConfiguration?.level, 'warning')
})

t.test('levels: error for deny, note for audit', async (t) => {
  const levelOf = (action: 'deny' | 'audit' | 'fix') =>
    runOf(render(mixed, { policy: stubPolicy({ actions: { 'every-image': action } }) })).results?.[0]?.level
  t.equal(levelOf('deny'), 'error')
  t.equal(levelOf('audit'), 'note')
  t.equal(levelOf('fix'), 'warning')
})

t.test('exempted and known findings are suppressed, and then every result says whether it is', async (t) => {
  const [own] = runOf(render(mixed, { policy: exempted })).results ?? []
  t.match(own, { level: 'warning', suppressions: [{ kind: 'inSource', justification: 'annotation initlint.dev/ignore: known' }] })
  for (const by of ['a comment', 'comment in line 3']) {
    const policy = stubPolicy({ exempted: { by, reason: 'known' } })
    t.match(runOf(render(mixed, { policy })).results?.[0], { suppressions: [{ kind: 'inSource' }] }, by)
  }
  const kinds = runOf(render(mixed, everything)).results?.map(({ suppressions }) => suppressions?.map(({ kind }) => kind))
  t.same(kinds, [[], ['external'], ['external']])
})

t.test('what was not checked is a notification, and the run was not successful', async (t) => {
  const [invocation] = runOf(render(mixed, everything)).invocations ?? []
  t.equal(invocation?.executionSuccessful, false)
  t.match(
    invocation?.toolExecutionNotifications?.map(({ level, locations, associatedRule }) => {
      return [level, locations?.[0]?.physicalLocation?.artifactLocation?.uri, associatedRule?.id]
    }),
    [
      ['error', 'k8s/broken.yaml', undefined],
      ['error', 'gone.yaml', undefined],
      ['error', 'k8s/a%20b.yaml', 'broken-rule'],
      ['note', 'k8s/a%20b.yaml', undefined],
    ],
  )
  t.match(runOf(render([{ file: 'a.yaml', text: custom }])).invocations?.[0]?.toolExecutionNotifications, [
    { level: 'note', message: { text: /^1 Custom not judged/ } },
  ])
  t.match(invocation?.toolExecutionNotifications?.[0]?.locations?.[0]?.physicalLocation?.region, { startLine: Number })
  t.equal(runOf(render(mixed.slice(3))).invocations?.[0]?.executionSuccessful, true)
})

t.test('edits are a fix with regions of the file; a mark at its start does not count', async (t) => {
  const text = `\uFEFF${podText('"🎉"')}`
  const start = text.indexOf('🎉') - 1
  const change: Changes['change'] = (output) => ({
    ...output,
    diagnostics: output.diagnostics.map((entry) => ({
      ...entry,
      edits: [
        { file: 'a.yaml', start, end: start + 2, text: 'nginx:1' },
        { file: 'a.yaml', start: start + 3, end: start + 3, text: '  x\n' },
      ],
    })),
  })
  const inputs = [{ file: 'a.yaml', text }]
  t.match(runOf(render(inputs, { change })).results?.[0]?.fixes, [
    {
      description: { text: 'Remove it.' },
      artifactChanges: [
        {
          artifactLocation: { uri: 'a.yaml' },
          replacements: [
            { deletedRegion: { startLine: 7, startColumn: 13, endLine: 7, endColumn: 15 }, insertedContent: { text: 'nginx:1' } },
            { deletedRegion: { startLine: 7, startColumn: 16, endLine: 7, endColumn: 16 }, insertedContent: { text: '  x\n' } },
          ],
        },
      ],
    },
  ])
  const elsewhere: Changes['change'] = (output) => ({
    ...output,
    diagnostics: output.diagnostics.map((entry) => ({ ...entry, edits: [{ file: null, start: 0, end: 1, text: '' }] })),
  })
  t.notOk('fixes' in (runOf(render(inputs, { change: elsewhere })).results?.[0] ?? {}), 'offsets of a script that is not in the file')
})

t.test('a file outside the root has a URL, standard input has a name', async (t) => {
  const artifact = (file: string) =>
    runOf(render([{ file, text: podText('nginx') }])).results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation
  t.same(artifact('/tmp/a:b.yaml'), { uri: 'file:///tmp/a%3Ab.yaml' })
  t.same(artifact('a:b#c?.yaml'), { uri: 'a%3Ab%23c%3F.yaml', uriBaseId: '%SRCROOT%' })
  t.match(artifact('-'), { uri: 'stdin', description: { text: 'standard input' } })
})
