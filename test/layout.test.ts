import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'src/README.md'), 'utf8')

/** The first cells of the table under a heading. */
function rowsUnder(heading: string): string[] {
  const start = page.indexOf(`${heading}\n`)
  const end = page.indexOf('\n#', start + heading.length)
  return [...page.slice(start, end === -1 ? undefined : end).matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => (name ?? '').replace(/\/$/, ''))
}

function entriesOf(folder: string): string[] {
  return readdirSync(join(root, folder)).filter((name) => name !== 'README.md' && !name.endsWith('.test.ts'))
}

const tables = {
  '# Source layout': 'src',
  '### script/': 'src/script',
  '### script/commands/': 'src/script/commands',
  '### startup/': 'src/startup',
  '### server/': 'src/server',
}

for (const [heading, folder] of Object.entries(tables)) {
  t.test(`src/README.md has one row for each entry of ${folder}`, async (t) => {
    t.strictSame(rowsUnder(heading).sort(), entriesOf(folder).sort())
  })
}

t.test('every file named in the walkthroughs of src/README.md exists', async (t) => {
  const walkthroughs = page.slice(page.indexOf('## The path of a review'))
  const names = [...walkthroughs.matchAll(/`([a-z/-]+\.ts)`/g)].map(([, name]) => name ?? '')
  t.ok(names.length > 15)
  const places = ['src', 'src/script', 'src/admission', 'src/script/rehearsal'].map((folder) => join(root, folder))
  t.strictSame(
    names.filter((name) => !places.some((place) => existsSync(join(place, name)))),
    [],
  )
})

/** How texts are encoded, and the only files of src/script that may know it. */
const encodings = {
  'a NUL around an unknown piece of a text': { pattern: /\\0|\\x00|\\u0000/, knownBy: /^value\// },
  'two slashes at the beginning of a path': { pattern: /startsWith\('\/\/'\)/, knownBy: /^$/ },
}

for (const [encoding, { pattern, knownBy }] of Object.entries(encodings)) {
  t.test(`only its own modules know of ${encoding}`, async (t) => {
    const files = readdirSync(join(root, 'src/script'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    t.ok(files.length > 100)
    const knowing = files.filter((name) => pattern.test(readFileSync(join(root, 'src/script', name), 'utf8')))
    t.strictSame(
      knowing.filter((name) => !knownBy.test(name)),
      [],
    )
  })
}
