import { readFileSync } from 'node:fs'
import t from 'tap'
import { lintFormats } from '../src/formats/index.ts'
import { runCli } from './cli/fake-io.ts'

const page = readFileSync('docs/output-formats.md', 'utf8')

/** The code block between two markers of the page. */
function example(name: string): string {
  const [, text] = new RegExp(`<!-- ${name}:begin[^>]*-->\n\`\`\`\\w+\n([\\s\\S]*?\n)\`\`\`\n<!-- ${name}:end -->`).exec(page) ?? []
  if (text === undefined) throw new Error(`the page has no example "${name}"`)
  return text
}

const lint = async (...args: string[]) => (await runCli(['lint', ...args, 'examples/fetch.yaml'], { cwd: process.cwd() })).stdout

t.test('the examples in docs/output-formats.md are what lint prints', async (t) => {
  for (const format of ['text', 'github', 'gitlab', 'junit', 'checkstyle', 'markdown']) {
    t.equal(example(format), await lint('--format', format), format)
  }
  t.equal(example('quiet'), await lint('--quiet'))
  t.match(JSON.parse(await lint('--format', 'sarif')), JSON.parse(example('sarif')))
})

t.test('docs/output-formats.md has a section for each format', async (t) => {
  for (const format of lintFormats) t.match(page, new RegExp(`^## ${format}$`, 'm'))
})
