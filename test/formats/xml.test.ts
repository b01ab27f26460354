import { XMLParser, XMLValidator } from 'fast-xml-parser'
import t from 'tap'
import { type LintFormat, renderReport } from '../../src/formats/index.ts'
import { stubPolicy } from '../inspect/stubs.ts'
import * as fc from '../support/properties.ts'
import { hostileTexts, mixed, plainText, podText, reportOf } from './reports.ts'

const lists = new Set(['file', 'error', 'testsuite', 'testcase', 'failure', 'skipped'])

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  htmlEntities: true,
  isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && lists.has(name),
})

type Attributes = Readonly<Record<string, string>>
type Test = Attributes & Readonly<Partial<Record<'failure' | 'error' | 'skipped', readonly Attributes[]>>>
type Suite = Attributes & { readonly testcase: readonly Test[] }

/** A report, read back. */
function read(format: LintFormat, ...args: Parameters<typeof reportOf>) {
  const text = renderReport(format, reportOf(...args), plainText)
  const isValid = XMLValidator.validate(text)
  if (isValid !== true) throw new Error(`${isValid.err.msg}\n${text}`)
  return parser.parse(text)
}

const junit = (...args: Parameters<typeof reportOf>): Attributes & { readonly testsuite: readonly Suite[] } =>
  read('junit', ...args).testsuites

t.test('JUnit: a suite for each file, a test for each finding, an error for each problem', async (t) => {
  const { testsuite: suites, ...totals } = junit(mixed, { isBroken: true })
  t.match(totals, { name: 'initlint', tests: '5', failures: '1', errors: '3', skipped: '0' })
  t.same(
    suites.map(({ name, tests, failures, errors, skipped }) => [name, tests, failures, errors, skipped]),
    [
      ['k8s/a b.yaml', '2', '1', '1', '0'],
      ['k8s/broken.yaml', '1', '0', '1', '0'],
      ['gone.yaml', '1', '0', '1', '0'],
      ['empty.yaml', '1', '0', '0', '0'],
    ],
  )
  const failed = suites[0]?.testcase.find(({ failure }) => failure !== undefined)
  t.match(failed, { classname: 'k8s/a b.yaml', name: 'every-image: Pod default/web (7:12)', file: 'k8s/a b.yaml', line: '7' })
  t.match(failed?.failure, [
    {
      type: 'every-image',
      message: 'containers "app": it names nginx',
      '#text': 'k8s/a b.yaml:7:12: containers "app": it names nginx\nRemove it.\nhttps://docs.example/docs/rules/every-image.md',
    },
  ])
  t.same(
    suites[3]?.testcase.map(({ name }) => name),
    ['no findings'],
  )
})

t.test('JUnit: only what makes the run fail is a failure', async (t) => {
  const policy = stubPolicy({ actions: { 'every-image': 'audit' } })
  const { testsuite: suites, ...totals } = junit(mixed.slice(0, 1), { policy, showAudit: true })
  t.match(totals, { tests: '1', failures: '0', skipped: '1' })
  t.match(suites[0]?.testcase[0]?.skipped?.[0]?.message, /audit: containers "app"/)
  t.match(junit(mixed.slice(0, 1), { policy }), { tests: '1', failures: '0', skipped: '0' }, 'audit findings are listed on demand')
})

t.test('JUnit: no two tests of a suite have the same name', async (t) => {
  const [suite] = junit([{ file: 'a.yaml', text: `${podText('nginx')}---\n${podText('nginx')}` }]).testsuite
  t.equal(new Set(suite?.testcase.map(({ name }) => name)).size, 2)
})

t.test('Checkstyle: a file for each input with findings or problems', async (t) => {
  const { checkstyle } = read('checkstyle', mixed)
  t.same(
    checkstyle.file.map(({ name }: Attributes) => name),
    ['k8s/a b.yaml', 'k8s/broken.yaml', 'gone.yaml'],
  )
  t.match(checkstyle.file[0].error, [
    { line: '7', column: '12', severity: 'warning', source: 'initlint.every-image', message: 'containers "app": it names nginx' },
  ])
  t.match(checkstyle.file[1].error, [{ severity: 'error', source: 'initlint.unreadable' }])
  const denied = read('checkstyle', mixed, { policy: stubPolicy({ actions: { 'every-image': 'deny' } }) })
  t.equal(denied.checkstyle.file[0].error[0].severity, 'error')
  t.equal(read('checkstyle', mixed.slice(3)).checkstyle.file, undefined)
})

/** What XML 1.0 allows (https://www.w3.org/TR/xml/#charsets). */
const xmlText = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u

t.test('whatever names, messages and reasons contain, the XML is read back with the same texts', async (t) => {
  const text = fc.array(fc.constantFrom(...hostileTexts), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, text, text, (file, name, reason) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
      const inputs = [
        { file: `a${file}`, text: JSON.stringify(pod) },
        { file: `b${file}`, text: '', unreadable: reason },
      ]
      const changes = { policy: stubPolicy({ exempted: { by: 'policy', reason } }), showAudit: true }
      const report = reportOf(inputs, changes)
      if (!xmlText.test(renderReport('junit', report, plainText)) || !xmlText.test(renderReport('checkstyle', report, plainText)))
        return false
      const suites = junit(inputs, changes).testsuite
      const files: readonly Attributes[] = read('checkstyle', inputs, changes).checkstyle.file
      return suites.length === 2 && files.length === 2 && files.every(({ name }, index) => name === suites[index]?.name)
    }),
    { numRuns: 300 },
  )
  const [suite] = junit([{ file: `<a> & "b" 'c'.yaml`, text: podText('nginx') }]).testsuite
  t.equal(suite?.name, `<a> & "b" 'c'.yaml`)
})
