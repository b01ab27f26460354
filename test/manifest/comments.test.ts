import t from 'tap'
import { maxComments, readManifest } from '../../src/manifest/index.ts'

function targets(text: string): (number | null)[] {
  return readManifest(text, { comments: 'mark' }).comments.map(({ target }) => target)
}

t.test('a comment on a line with a value is about that line, a comment on a line of its own about the next value', async (t) => {
  t.strictSame(targets('a: 1 # mark\nb: 2\n'), [1])
  t.strictSame(targets('a: 1\n# mark\nb: 2\n'), [3])
  t.strictSame(targets('a: 1\n  # mark\n\n# other\n\nb: 2\n'), [6])
  t.strictSame(targets('# mark one\n# mark two\na: 1 # mark\n'), [3, 3, 3])
  t.strictSame(targets('a: # mark\n  b: 1\n'), [1])
  t.strictSame(targets('- a: 1\n# mark\n- a: 2 # mark\n'), [3, 3])
  t.strictSame(targets('a: 1\r\n# mark\r\nb: 2 # mark\r\n'), [3, 3])
  t.strictSame(targets('a: 1\t# mark\n'), [1])
  t.strictSame(targets('\uFEFF# mark\na: 1\n'), [2])
})

t.test('a comment has its position and its text up to the end of the line', async (t) => {
  const { comments } = readManifest('a: 1\n  # see # mark x: y  \nb: 2', { comments: 'mark' })
  t.strictSame(comments, [{ line: 2, column: 3, text: '# see # mark x: y', target: 3 }])
})

t.test('what is in a string or a block scalar is no comment', async (t) => {
  for (const text of [
    'a: "# mark"\n',
    "a: 'x # mark'\n",
    'a: "x\n  # mark\n  y"\n',
    'a: x#mark\n',
    'a: |\n  # mark\n  x # mark\n',
    'a: >-\n  x\n\n  # mark\n',
    'a: |+\n  x\n  # mark\n\n\nb: 1\n',
    '{"a": "# mark"}',
    '{\n\t"a": "x # mark"\n}',
    '[sh, -c, "x # mark"]\n',
    "a: 'it''s # mark'\n",
  ])
    t.strictSame(targets(text), [], text)
})

t.test('comments next to strings and block scalars', async (t) => {
  t.strictSame(targets('a: "# mark" # mark\n'), [1])
  t.strictSame(targets('a: | # mark\n  x\n'), [1])
  t.strictSame(targets('a: |\n  x\n# mark\nb: 1\n'), [4])
  t.strictSame(targets('a:\n  - |\n    x\n  # mark\n  - y\n'), [5])
  t.strictSame(targets('a: x # mark\n'), [1])
  t.strictSame(targets('a: [x, # mark\n y] # mark\n'), [1, 2])
  // js-yaml gets this text with changed indentation.
  t.strictSame(targets('a:\n  b: [\n  "x # mark", # mark\n  y # mark\n  ]\n'), [3, 4])
  t.strictSame(targets('a: "x\ny" # mark\n'), [2])
})

t.test('documents: comments before a document are about it, those at its end about nothing', async (t) => {
  t.strictSame(targets('# mark\n---\na: 1\n'), [3])
  t.strictSame(targets('---\n# mark\n---\n# mark\na: 1\n'), [5, 5])
  t.strictSame(targets('a: 1\n# mark\n---\nb: 1\n'), [null])
  t.strictSame(targets('a: 1\n---\n# mark\nb: 1\n'), [4])
  t.strictSame(targets('a: 1\n# mark\n'), [null])
  t.strictSame(targets('a: 1\n--- # mark\nb: 1\n'), [])
})

t.test('a document that cannot be read has no comments; the others have theirs', async (t) => {
  t.strictSame(targets('a: [ # mark\n---\nb: 1 # mark\n'), [3])
})

t.test('without the option there are none, and there is a limit', async (t) => {
  t.strictSame(readManifest('a: 1 # mark\n').comments, [])
  t.equal(targets('# mark\n'.repeat(maxComments + 5)).length, maxComments)
})
