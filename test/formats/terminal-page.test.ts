import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { renderPage } from '../../src/formats/index.ts'
import type { Paint } from '../../src/inspect/index.ts'

const plain = { columns: 40, color: false } as const

t.test('headings, paragraphs, lists, code and links', async (t) => {
  const page = `<!-- generated -->

# title

A paragraph that is longer than forty columns, with \`code\` and a
[link](https://example.com/a), an [inner one](other.md) and <https://example.com/b>.

- an item that is also too long for one line of text
- another

\`\`\`yaml
kind: Pod # not shortened, whatever the width of the terminal is

spec: {}
\`\`\`

![a picture](images/a.svg)

## end
`
  t.equal(
    renderPage(page, plain),
    `title

A paragraph that is longer than forty
columns, with \`code\` and a link
(https://example.com/a), an inner one
and https://example.com/b.

  - an item that is also too long for
    one line of text
  - another

    kind: Pod # not shortened, whatever the width of the terminal is

    spec: {}

end
`,
  )
})

t.test('tables: columns are aligned, and cells are broken if the table is too wide', async (t) => {
  const table = '| a | much longer | c |\n| --- | --- | --- |\n| `x` \\| y | one two three four five six seven | 日本 |\n| 1 | 2 | 3 |\n'
  t.equal(
    renderPage(table, plain),
    `a        much longer                c
\`x\` | y  one two three four five    日本
         six seven
1        2                          3
`,
  )
})

t.test('colors: headings, and code without backticks', async (t) => {
  const paint: Paint = (tone, text) => `\u001b[1m${tone}:${text}\u001b[0m`
  const text = renderPage('# a b\n\nSet `x y`, or (`z`).\n', { columns: 80, color: paint })
    .replaceAll('\u001b[1m', '')
    .replaceAll('\u001b[0m', '')
  t.equal(text, 'place:a place:b\n\nSet info:x info:y, or (info:z).\n')
})

t.test('no page loses a word or a line of code, and no line is too long without need', async (t) => {
  const folder = 'docs/rules'
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.md') && each !== 'README.md')) {
    const page = readFileSync(join(folder, name), 'utf8').replace(/<!--[\s\S]*?-->/g, '')
    for (const columns of [40, 80, 300]) {
      const text = renderPage(page, { columns, color: false })
      const lines = new Set(text.split('\n'))
      const codeLines = [...page.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].flatMap(([, code = '']) => code.trimEnd().split('\n'))
      t.same(
        codeLines.filter((line) => !lines.has(line === '' ? '' : `    ${line}`)),
        [],
        `${name}: code`,
      )
      const prose = page.replace(/^```.*\n[\s\S]*?^```$/gm, '').replace(/!\[[^\]]*\]\([^)]*\)/g, '')
      const lettersOf = (written: string) => (written.match(/[\p{L}\p{N}]+/gu) ?? []).sort()
      const shown = text.replace(/^ {4}.*\n/gm, (line) => (codeLines.includes(line.slice(4, -1)) ? '' : line))
      // The addresses of links within the documentation are left out.
      const links = prose.replace(/\]\((?!https?:)[^)]*\)/g, '')
      const missing = lettersOf(links).filter((word) => !shown.includes(word))
      t.same(missing, [], `${name}: words`)
      const limit = Math.min(columns, 100)
      const tooLong = text.split('\n').filter((line) => [...line].length > limit && !line.startsWith('    ') && / .* /.test(line.trim()))
      t.same(
        tooLong.filter((line) => columns > 40 || !/ {2}/.test(line)),
        [],
        `${name}: lines of at most ${limit} columns`,
      )
    }
  }
})
