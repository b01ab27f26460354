import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import type { Region } from '../../src/manifest/lines.ts'
import * as fc from '../support/properties.ts'

/** The text of a region. */
function cut(text: string, region: Region | undefined): string | undefined {
  if (region === undefined) return undefined
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const shown = lines.slice(region.line - 1, region.endLine)
  shown[shown.length - 1] = (shown.at(-1) ?? '').slice(0, region.endColumn - 1)
  shown[0] = (shown[0] ?? '').slice(region.column - 1)
  return shown.join('\n')
}

function document(text: string) {
  const [found] = readManifest(text).documents
  if (found === undefined) throw new Error('no document')
  return found
}

const textOf = (text: string, pointer: string) => cut(text, document(text).region(pointer))

t.test('scalars end where their text ends, with quotes and without comments', async (t) => {
  const text = `plain: nginx:1.27 # a comment
single: 'it''s a # b' # c
double: "a \\" b"   
key with spaces: two words   
"quoted": {a: x, b: "y, z"}
many: first
  second
anchor: &name value
alias: *name
`
  t.equal(textOf(text, '/plain'), 'nginx:1.27')
  t.equal(textOf(text, '/single'), "'it''s a # b'")
  t.equal(textOf(text, '/double'), '"a \\" b"')
  t.equal(textOf(text, '/key with spaces'), 'two words')
  t.equal(textOf(text, '/quoted/a'), 'x')
  t.equal(textOf(text, '/quoted/b'), '"y, z"')
  t.equal(textOf(text, '/many'), 'first\n  second')
  t.equal(textOf(text, '/anchor'), 'value')
  t.equal(textOf(text, '/alias'), '*name')
  t.equal(textOf(text.replaceAll('\n', '\r\n'), '/plain'), 'nginx:1.27')
})

t.test('flow collections end with their bracket, also over several lines and with comments', async (t) => {
  const text = `a: {x: [1, 2], m: {z: '}'}} # c
b: [
  one, # a ]
  {two: 2 , },
]
c: []
d: {}
e: {key, other: }
f: [[1], [[2]]]
`
  t.equal(textOf(text, '/a'), "{x: [1, 2], m: {z: '}'}}")
  t.equal(textOf(text, '/a/x'), '[1, 2]')
  t.equal(textOf(text, '/a/m'), "{z: '}'}")
  t.equal(textOf(text, '/b'), '[\n  one, # a ]\n  {two: 2 , },\n]')
  t.equal(textOf(text, '/b/1'), '{two: 2 , }')
  t.equal(textOf(text, '/c'), '[]')
  t.equal(textOf(text, '/d'), '{}')
  t.equal(textOf(text, '/e'), '{key, other: }')
  t.equal(textOf(text, '/f'), '[[1], [[2]]]')
  t.equal(textOf(text, '/f/1'), '[[2]]')
  const json = '{"a": {"b": [1, "]"]}, "c": "d"}'
  t.equal(textOf(json, ''), json)
  t.equal(textOf(json, '/a'), '{"b": [1, "]"]}')
  t.equal(textOf(json, '/c'), '"d"')
})

t.test('a block collection has its first line, a key without value has the key', async (t) => {
  const text = `spec:
  containers:
  - name: app # the app
    image: nginx
  - image: {a: [1,
      2]}
  - - deep
    - er
  command: |- # header
    one
    two

  empty:
  "quoted empty":
`
  t.equal(textOf(text, '/spec'), 'containers:'.slice(0, -1))
  t.equal(textOf(text, '/spec/containers/0'), 'name: app')
  t.equal(textOf(text, '/spec/containers/1'), 'image: {a: [1,')
  t.equal(textOf(text, '/spec/containers/2'), '- deep')
  t.equal(textOf(text, '/spec/command'), '|- # header\n    one\n    two')
  t.equal(textOf(text, '/spec/empty'), 'empty')
  t.equal(textOf(text, '/spec/quoted empty'), '"quoted empty"')
  t.equal(cut(text, document(text).keyRegion('/spec/command')), 'command')
  t.equal(cut(text, document(text).keyRegion('/spec/containers/0')), 'name: app')
  t.equal(document(text).region('/spec/nothing'), undefined)
})

t.test('lines of scripts: a literal block by line, a quoted script as a whole', async (t) => {
  const text = `a: |
  set -e
    mkdir /d   
  echo "# no comment"
b: "one; two"
c: [sh, -c, 'x; y']
d: >
  folded
  text
`
  const line = (pointer: string, number: number) => cut(text, document(text).regionInText(pointer, number))
  t.equal(line('/a', 1), 'set -e')
  t.equal(line('/a', 2), 'mkdir /d')
  t.equal(line('/a', 3), 'echo "# no comment"')
  t.equal(line('/b', 1), 'one; two')
  t.equal(line('/c/2', 1), 'x; y')
  t.equal(line('/d', 2), '>\n  folded\n  text')
  t.equal(cut('a: |\n  x', document('a: |\n  x').regionInText('/a', 1)), 'x')
})

t.test('texts that are moved for the parser, and several documents', async (t) => {
  const moved = 'a: {b: [\n1, 2\n], c: "x\ny"}\nd: e\n'
  t.equal(textOf(moved, '/a/b'), '[\n1, 2\n]')
  t.equal(textOf(moved, '/a/c'), '"x\ny"')
  t.equal(textOf(moved, '/d'), 'e')
  const two = 'a: b\n---\nc: {d: e}\n'
  t.equal(cut(two, readManifest(two).documents[1]?.region('/c')), '{d: e}')
})

/** JSON, written with blanks and line breaks. */
function written(value: unknown, blanks: readonly string[], at = { index: 0 }): string {
  const blank = () => blanks[at.index++ % Math.max(blanks.length, 1)] ?? ''
  const part = (text: string) => `${blank()}${text}${blank()}`
  if (Array.isArray(value)) return `[${value.map((item) => part(written(item, blanks, at))).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value).map(([key, item]) => `${part(JSON.stringify(key))}:${part(written(item, blanks, at))}`)}}`
}

/** The pointer of every value. */
function* pointersOf(value: unknown, above = ''): Generator<readonly [pointer: string, value: unknown]> {
  yield [above, value]
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) yield* pointersOf(item, `${above}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
}

t.test('the region of any value in JSON is the text of the value', async () => {
  const blank = fc.constantFrom('', ' ', '\n ', '  ', ' \r\n ')
  const key = fc.constantFrom('a', 'b/c', 'd~e', 'f g', '"', ']', '#')
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<unknown>('x', ' # y', '}', ']', ',', 1, true, null, ''),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 3 }), fc.array(blank, { maxLength: 7 }), (value, blanks) => {
      const text = written(value, blanks)
      const found = document(text)
      return [...pointersOf(value)].every(([pointer, part]) => {
        return JSON.stringify(JSON.parse(cut(text, found.region(pointer)) ?? '')) === JSON.stringify(part)
      })
    }),
  )
})
