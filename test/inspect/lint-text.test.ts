import t from 'tap'
import { type Input, lintInputs, type Paint, renderLintText, renderProblemsText } from '../../src/inspect/index.ts'
import type { Policy } from '../../src/policy/index.ts'
import * as fc from '../support/properties.ts'
import { brokenRule, imageRule, registryOf, stubPolicy } from './stubs.ts'

const plain = { color: false, showAudit: false, quiet: false } as const

function run(inputs: readonly Input[], options: Partial<Parameters<typeof renderLintText>[2]> = {}, policy: Policy = stubPolicy()) {
  const output = lintInputs(inputs, { policy, registry: registryOf(imageRule), namespace: 'default', now: 0, docsBase: '' })
  return renderLintText(output, inputs, { ...plain, ...options })
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: app
    image: nginx:1.27 # a comment
    imagePullPolicy: Always
`

t.test('a diagnostic has a place, an excerpt with carets, a message, a remediation and a hint', async (t) => {
  const [header, source, carets, next, statement, advice] = run([{ file: 'web.yaml', text: pod }]).split('\n')
  t.equal(header, 'web.yaml:7:12  warning  every-image')
  t.equal(source, '    7 |     image: nginx:1.27 # a comment')
  t.equal(carets, '      |            ^^^^^^^^^^')
  t.equal(next, '    8 |     imagePullPolicy: Always')
  t.equal(statement, '   containers "app": it names nginx:1.27')
  t.match(advice, /^ {3}Remove it\. +initlint rules every-image$/)
})

t.test('carets underline quoted strings, values in flow style and in JSON', async (t) => {
  const caretsOf = (text: string) => {
    const [, source = '', carets = ''] = run([{ file: 'a', text }]).split('\n')
    const from = carets.indexOf('^')
    return source.slice(from, carets.length)
  }
  t.equal(caretsOf(pod.replace('nginx:1.27', '"nginx:1.27"')), '"nginx:1.27"')
  t.equal(caretsOf(pod.replace(/- name[\s\S]*/, '- {name: app, image: nginx:1.27}\n')), 'nginx:1.27')
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } })
  t.equal(caretsOf(json), '"nginx:1.27"')
  t.equal(caretsOf(`{"x":"${'x'.repeat(5000)}",${json.slice(1)}`), '"nginx:1.27"')
  t.equal(caretsOf(pod.replaceAll('\n', '\r\n')), 'nginx:1.27')
})

t.test('audit and exempted findings are shown on demand', async (t) => {
  const input = [{ file: 'web.yaml', text: pod }]
  const audit = stubPolicy({ actions: { 'every-image': 'audit' } })
  t.notMatch(run(input, {}, audit), 'every-image')
  t.match(run(input, {}, audit), '--show audit')
  t.match(run(input, { showAudit: true }, audit), 'every-image  (audit)')
  const exempted = stubPolicy({ exempted: { by: 'policy', reason: 'known' } })
  t.notMatch(run(input, {}, exempted), 'every-image')
  t.match(run(input, { showAudit: true }, exempted), 'known')
})

t.test('the summary counts findings and files without workloads', async (t) => {
  const inputs = [
    { file: 'a.yaml', text: `${pod}---\n${pod}` },
    { file: 'b.yaml', text: pod },
    { file: 'c.yaml', text: 'kind: ConfigMap\n' },
  ]
  const lines = run(inputs).trimEnd().split('\n')
  t.match(lines.at(-2), /3 warnings in 2 files/)
  t.match(lines.at(-1), /1 of 3 files/)
  t.match(run(inputs, {}, stubPolicy({ actions: { 'every-image': 'deny' } })), /3 denials in 2 files/)
  t.match(run(inputs.slice(2)), /no Pod/)
})

t.test('quiet: one line per diagnostic, no output without diagnostics', async (t) => {
  const inputs = [{ file: 'a.yaml', text: `${pod}---\n${pod}` }]
  t.equal(run(inputs, { quiet: true }).split('\n').length, 3)
  t.equal(run([{ file: 'c.yaml', text: 'kind: ConfigMap\n' }], { quiet: true }), '')
})

// The pattern of the matcher `gcc` in microsoft/vscode-cpptools, Extension/package.json (contributes.problemMatchers).
const gcc = /^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$/

t.test('quiet: each line matches the problem matcher $gcc of VS Code', async (t) => {
  const matched = (text: string) => gcc.exec(text.trimEnd())?.slice(1, 5)
  const inputs = [{ file: 'k8s/a.yaml', text: pod }]
  t.same(matched(run(inputs, { quiet: true })), ['k8s/a.yaml', '7', '12', 'warning'])
  t.same(matched(run(inputs, { quiet: true }, stubPolicy({ actions: { 'every-image': 'deny' } }))), ['k8s/a.yaml', '7', '12', 'error'])
  t.match(run(inputs, { quiet: true }), /: containers "app": it names nginx:1\.27 \[every-image\]\n$/)
  const audit = stubPolicy({ actions: { 'every-image': 'audit' } })
  t.same(matched(run(inputs, { quiet: true, showAudit: true }, audit)), ['k8s/a.yaml', '7', '12', 'warning'])
  t.ok(matched(run([{ file: null, text: pod }], { quiet: true })))
  t.ok(matched(run([{ file: 'a\nb.yaml', text: pod }], { quiet: true })), 'one line, whatever the name of the file is')
})

t.test('the text for an input without a file has line numbers', async (t) => {
  t.match(run([{ file: null, text: pod }]), 'input:7:12  warning  every-image')
})

t.test('a notice about a part of a file is printed once, with its first place', async (t) => {
  const text = `${pod}metadata: {}\n---\n${pod}metadata: {}\n`
  const printed = run([{ file: 'a.yaml', text }], {}, stubPolicy())
  t.match(printed, /^Note on a\.yaml:\d+:1 and 1 other place: the key "metadata" appears twice/m)
})

t.test('a notice on several objects is printed once', async (t) => {
  const text = run([{ file: 'a.yaml', text: `${pod}---\n${pod}` }], {}, stubPolicy({ notices: ['ends soon'] }))
  t.equal(text.split('ends soon').length, 2)
  t.match(text, '1 other object')
})

t.test('colors come from the caller', async (t) => {
  const tones: string[] = []
  const paint: Paint = (tone, text) => {
    tones.push(tone)
    return `<${text}>`
  }
  t.match(run([{ file: 'web.yaml', text: pod }], { color: paint }), '<web.yaml:7:12>  <warning>')
  t.ok(tones.includes('faint'))
})

t.test('problems: errors with their places, faults with rule and object', async (t) => {
  const inputs = [
    { file: 'a.yaml', text: `${pod}---\na: {\n` },
    { file: 'b.yaml', text: '', unreadable: 'gone' },
  ]
  const output = lintInputs(inputs, { policy: stubPolicy(), registry: registryOf(brokenRule), namespace: 'n', now: 0, docsBase: '' })
  const lines = renderProblemsText(output).trimEnd().split('\n')
  t.equal(lines.length, 3)
  t.match(lines[0], /^a\.yaml:\d+:\d+: /)
  t.equal(lines[1], 'b.yaml: gone')
  t.match(lines[2], /broken-rule .*Pod n\/web/)
})

// Characters that control a terminal or change the displayed order of text.
const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

t.test('hostile names, files, comments and images are printed without control characters', async () => {
  const nasty = fc.string({ unit: fc.constantFrom('a', '\u001b[31m', '\u202e', '\u0007', '\u2028', '\u200b', '"', '\\', ' ', '\ud800') })
  fc.assert(
    fc.property(nasty, nasty, nasty, (name, image, file) => {
      const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image }] } }
      const text = `# ${file.replaceAll(/[^\u202e\u200b a]/g, '')}\n${JSON.stringify(object)}`
      const printed = run([{ file, text }], { showAudit: true }, stubPolicy({ notices: [name] }))
      return printed.includes('every-image') && !unsafe.test(printed)
    }),
  )
})

t.test('no input makes it throw', async () => {
  const piece = fc.constantFrom(
    'a: ',
    '- ',
    '\n',
    '---\n',
    '{',
    '}',
    '"',
    '[',
    '&a ',
    '*a',
    '|',
    '  ',
    'kind: Pod\n',
    'apiVersion: v1\n',
    '\t',
    '\u0000',
  )
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => run([{ file: 'x', text: pieces.join('') }]).endsWith('\n')))
})
