import t from 'tap'
import { renderReport } from '../../src/formats/index.ts'
import { stubPolicy } from '../inspect/stubs.ts'
import * as fc from '../support/properties.ts'
import { type Changes, hostileTexts, mixed, plainText, podText, reportOf } from './reports.ts'

interface Command {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

/** Reads a line as the runner does: actions/runner, src/Runner.Common/ActionCommand.cs (TryParseV2, unescape). */
function parse(line: string): Command | undefined {
  const match = /^::([^ :]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line)
  if (match === null) return undefined
  const [, name = '', list = '', data = ''] = match
  const unescapeData = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  const unescapeProperty = (text: string) => unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
  const properties = list.split(',').map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))]
  })
  return { name, properties: Object.fromEntries(properties), message: unescapeData(data) }
}

const github = (...args: Parameters<typeof reportOf>) => {
  const lines = renderReport('github', reportOf(...args), plainText)
    .trimEnd()
    .split('\n')
  return { commands: lines.slice(0, -1).map(parse), last: lines.at(-1) }
}

t.test('GitHub: a command with place, title, message, hint and page for each finding, errors for problems', async (t) => {
  const { commands, last } = github(mixed, { isBroken: true, policy: stubPolicy({ notices: ['ends, soon'] }) })
  t.same(
    commands.map((command) => [command?.name, command?.properties.file, command?.properties.title]),
    [
      ['error', 'k8s/broken.yaml', 'unreadable input'],
      ['error', 'gone.yaml', 'unreadable input'],
      ['error', 'k8s/a b.yaml', 'broken-rule'],
      ['warning', 'k8s/a b.yaml', 'every-image'],
      ['notice', 'k8s/a b.yaml', 'initlint'],
    ],
  )
  t.same(commands[3], {
    name: 'warning',
    properties: { file: 'k8s/a b.yaml', line: '7', endLine: '7', col: '12', endColumn: '17', title: 'every-image' },
    message: 'containers "app": it names nginx\nRemove it.\nhttps://docs.example/docs/rules/every-image.md',
  })
  t.match(last, '5 annotations in 4 files')
  t.match(github(mixed, { policy: stubPolicy({ actions: { 'every-image': 'deny' } }) }).commands[2]?.name, 'error')
})

t.test('GitHub: a finding in standard input names the object instead of a file', async (t) => {
  const [command] = github([{ file: '-', text: podText('nginx') }]).commands
  t.same(command?.properties, { title: 'every-image' })
  t.match(command?.message, /^Pod default\/web: /)
})

t.test('GitHub: the last line says so if GitHub will not show all annotations', async (t) => {
  const pods = (number: number) => [{ file: 'a.yaml', text: Array.from({ length: number }, () => podText('nginx')).join('---\n') }]
  t.notMatch(github(pods(10)).last, /GitHub shows/)
  t.match(github(pods(11)).last, /GitHub shows 10/)
})

const text = fc.array(fc.constantFrom(...hostileTexts), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))

t.test('GitHub: whatever names contain, each line is one command with the same texts', async () => {
  fc.assert(
    fc.property(text, text, text, (file, name, reason) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
      const inputs = [
        { file: `a${file}`, text: JSON.stringify(pod) },
        { file: `b${file}`, text: '', unreadable: reason },
      ]
      const { commands, last } = github(inputs, { policy: stubPolicy({ notices: [reason] }) })
      const [unreadable, found, notice] = commands
      return (
        commands.length === 3 &&
        commands.every((command) => command !== undefined && Object.keys(command.properties).every((key) => /^[a-zA-Z]+$/.test(key))) &&
        unreadable?.properties.file === found?.properties.file?.replace(/^a/, 'b') &&
        found?.message.split('\n').length === 3 &&
        notice?.properties.title === 'initlint' &&
        last?.startsWith('initlint: ') === true
      )
    }),
    { numRuns: 300 },
  )
})

interface Issue {
  readonly description: string
  readonly check_name: string
  readonly fingerprint: string
  readonly severity: string
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } }
}

const gitlab = (...args: Parameters<typeof reportOf>): readonly Issue[] => JSON.parse(renderReport('gitlab', reportOf(...args), plainText))

t.test('GitLab: issues with fingerprint, severity and location', async (t) => {
  const issues = gitlab(mixed)
  t.same(
    issues.map(({ check_name, severity, location }) => [check_name, severity, location.path]),
    [
      ['unreadable', 'blocker', 'k8s/broken.yaml'],
      ['unreadable', 'blocker', 'gone.yaml'],
      ['every-image', 'major', 'k8s/a b.yaml'],
    ],
  )
  t.match(issues[2], {
    description: 'containers "app": it names nginx',
    fingerprint: /^[0-9a-f]{16}$/,
    location: { lines: { begin: 7, end: 7 } },
  })
  t.equal(gitlab(mixed, { policy: stubPolicy({ actions: { 'every-image': 'deny' } }) })[2]?.severity, 'critical')
  t.same(gitlab(mixed.slice(3)), [])
})

t.test('GitLab: no two issues have the same fingerprint, which would hide one of them', async (t) => {
  const twice = `${podText('nginx')}---\n${podText('nginx')}`
  const issues = gitlab([
    { file: 'a.yaml', text: twice },
    { file: 'b.yaml', text: twice },
    { file: 'c.yaml', text: 'a: {\n' },
    { file: 'c.yaml', text: 'a: {\n' },
  ])
  t.equal(issues.length, 6)
  t.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, 6)
})

t.test('GitLab: whatever names contain, texts are safe to print', async () => {
  fc.assert(
    fc.property(text, text, text, (file, name, reason) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
      const issues = gitlab([
        { file: `a${file}`, text: JSON.stringify(pod) },
        { file: `b${file}`, text: '', unreadable: reason },
      ])
      const shown = issues.map(({ description, location }) => `${description}${location.path}`).join('')
      return issues.length === 2 && shown.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(shown)
    }),
  )
})

const markdown = (...args: Parameters<typeof reportOf>) => renderReport('markdown', reportOf(...args), plainText)

/** The cells of a row as GFM splits them: at pipes without a backslash before them. */
const cellsOf = (row: string) =>
  row
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)

t.test('Markdown: a table with a row for each finding and problem', async (t) => {
  const lines = markdown(mixed).trimEnd().split('\n')
  t.match(lines[0], '3 findings in 1 workload (4 files)')
  t.match(lines[4], '<code>k8s/broken.yaml:')
  t.equal(
    lines[6],
    '| <code>k8s/a b.yaml:7:12</code><br>Pod default/web | warning | [every-image](https://docs.example/docs/rules/every-image.md) | containers "app": it names nginx |',
  )
  t.equal(lines.length, 7)
  t.match(markdown(mixed.slice(3)), /no findings/)
})

t.test('Markdown: names are text: no cells, HTML, code, links, mentions or references', async (t) => {
  fc.assert(
    fc.property(text, text, (file, name) => {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
      const [, , , , row = '', ...more] = markdown([{ file, text: JSON.stringify(pod) }])
        .trimEnd()
        .split('\n')
      const cells = cellsOf(row)
      // What the format itself writes.
      const rest = cells.join('').replace(/<\/?code>|<br>|<\/?span>|\[every-image\]\([^)]*\)/g, '')
      const unescaped = rest.replace(/\\[\W_]/g, ' ').replace(/(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])/gu, '')
      return more.length === 0 && cells.length === 4 && !/[<>`*_[\]{}~\\]/.test(unescaped.replace(/&(?:amp|lt|gt|#124);/g, ''))
    }),
    { numRuns: 300 },
  )
  const notice = (name: string) =>
    markdown([
      {
        file: 'a',
        text: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'x', image: 'y' }] } }),
      },
    ])
  t.notMatch(notice('@user'), /@user/)
  t.notMatch(notice('see #1'), /#1/)
  t.notMatch(notice('https://x.example'), 'https://x.example')
  t.match(notice('nginx@sha256'), 'nginx@sha256', 'a digest stays as it is')
})

t.test('Markdown: a long table is cut so that it fits into a comment, and the rest is counted', async (t) => {
  const many: Changes['change'] = (output) => ({ ...output, diagnostics: Array.from({ length: 2000 }, () => output.diagnostics).flat() })
  const long = markdown(mixed.slice(0, 1), { change: many })
  t.ok(long.length <= 60_000)
  const rows = long.split('\n').filter((line) => line.startsWith('| <code>')).length
  t.match(long, new RegExp(`${2000 - rows} more`))
})
