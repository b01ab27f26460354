import { readFileSync } from 'node:fs'
import t from 'tap'
import { causeNames } from '../../src/diagnosis/index.ts'
import { runCli } from '../cli/fake-io.ts'

t.test('the output of why in README.md is what why prints', async (t) => {
  const readme = readFileSync('README.md', 'utf8')
  const [, command = '', output = ''] =
    /<!-- why:begin[^>]*-->\n```console\n\$ initlint ([^\n]*)\n([\s\S]*?)```\n<!-- why:end -->/.exec(readme) ?? []
  const { stdout, code } = await runCli(command.split(' '), { cwd: process.cwd() })
  t.equal(code, 0)
  t.equal(output, stdout)
})

t.test('docs/why.md has a row for each cause', async (t) => {
  const page = readFileSync('docs/why.md', 'utf8')
  for (const name of causeNames) t.ok(page.includes(`\n| \`${name}\` | `), name)
  t.notMatch(page, /\{\{/)
})
