import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import * as fc from '../support/properties.ts'

/** The part of the text that starts at a position. */
function textAt(text: string, position: { line: number; column: number } | undefined): string | undefined {
  if (position === undefined) return undefined
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    [position.line - 1]?.slice(position.column - 1)
    .replace(/\r$/, '')
}

function only(text: string) {
  const { documents, errors } = readManifest(text)
  const [document] = documents
  if (document === undefined || documents.length !== 1 || errors.length !== 0) throw new Error(JSON.stringify(errors))
  return document
}

t.test('values of every style are located at their positions', async (t) => {
  const text = [
    '# a comment',
    'plain: nginx:1.27   # why',
    "single: 'it''s'",
    'double: "a\\tb"',
    'literal: | # not the | sign',
    '',
    '  first',
    '   second',
    'folded: >-',
    '  some',
    '  words',
    'list:',
    '  - one',
    '  - name: web',
    '    image: nginx',
    '  - {flow: [x, y]}',
    'empty:',
    'a/b~c: escaped',
    'tail: end',
  ].join('\n')
  const document = only(text)
  const at = (pointer: string) => textAt(text, document.locate(pointer))
  t.equal(at('/plain'), 'nginx:1.27   # why')
  t.equal(at('/single'), "'it''s'")
  t.equal(at('/double'), '"a\\tb"')
  t.equal(at('/literal'), '| # not the | sign')
  t.equal(at('/folded'), '>-')
  t.equal(at('/list/0'), 'one')
  t.equal(at('/list/1'), 'name: web')
  t.equal(at('/list/1/image'), 'nginx')
  t.equal(at('/list/2/flow/1'), 'y]}')
  t.equal(at('/empty'), 'empty:')
  t.equal(at('/a~1b~0c'), 'escaped')
  t.equal(at('/tail'), 'end')
  t.equal(at(''), 'plain: nginx:1.27   # why')
  t.equal(at('/list/3'), undefined)
  t.equal(at('/nothing/here'), undefined)
  t.equal(textAt(text, document.locateKey('/list/1/image')), 'image: nginx')
  t.equal(textAt(text, document.locateKey('/list/2')), '{flow: [x, y]}')
  t.equal(textAt(text, document.locateInText('/literal', 2, 1)), 'first')
  t.equal(textAt(text, document.locateInText('/literal', 3, 2)), 'second')
  t.equal(textAt(text, document.locateInText('/plain', 1, 7)), '1.27   # why')
  t.equal(textAt(text, document.locateInText('/folded', 2, 1)), '>-')
  t.equal(textAt(text, document.locateInText('/double', 1, 2)), '"a\\tb"')
})

t.test('the line after a literal block at the end of a file without a final line feed is located at the end of the file', async (t) => {
  const document = readManifest('a: |\n  one\n  two').documents[0]
  t.same(document?.locateInText('/a', 2, 1), { line: 3, column: 3 })
  t.same(document?.locateInText('/a', 3, 1), { line: 3, column: 6 })
})

t.test('lines of a nested literal block with an indentation indicator are located', async (t) => {
  const text = 'data:\n  key:\n    - |2-\n        two more\n      none\n    - x\n'
  const document = only(text)
  t.same(document.value, { data: { key: ['  two more\nnone', 'x'] } })
  t.equal(textAt(text, document.locateInText('/data/key/0', 1, 3)), 'two more')
  t.equal(textAt(text, document.locateInText('/data/key/0', 2, 1)), 'none')
})

t.test('values behind aliases and merge keys are located at their anchor', async (t) => {
  const text = 'base: &base {image: nginx, pull: Always}\ncopy: *base\nmerged:\n  <<: *base\n  pull: Never\nmany:\n  <<: [*base, *base]\n'
  const document = only(text)
  t.same(document.value, {
    base: { image: 'nginx', pull: 'Always' },
    copy: { image: 'nginx', pull: 'Always' },
    merged: { image: 'nginx', pull: 'Never' },
    many: { image: 'nginx', pull: 'Always' },
  })
  t.match(document.locate('/copy/image'), { line: 1 })
  t.match(document.locate('/merged/image'), { line: 1 })
  t.match(document.locate('/merged/pull'), { line: 5, column: 9 })
  t.match(document.locate('/many/pull'), { line: 1 })
  t.match(document.locate('/copy'), { line: 2, column: 7 })
})

t.test('a merge key with the tag !!merge merges, quoted or not; the tag makes any other scalar a string', async (t) => {
  const text =
    'base: &base {image: nginx}\nplain:\n  !!merge <<: *base\n  a: 1\nquoted: {!!merge "<<": *base}\nother: [!!merge 7, !!merge <<]\n'
  const document = only(text)
  t.same(document.value, {
    base: { image: 'nginx' },
    plain: { image: 'nginx', a: 1 },
    quoted: { image: 'nginx' },
    other: ['7', '<<'],
  })
  t.match(document.locate('/plain/image'), { line: 1 })
})

t.test('one broken document does not hide the others, and positions refer to the file', async (t) => {
  const text = '# nothing here\n---\na: 1\n--- # two\nb: [1\nc: 2\n---\n\n---\nd: 3\n---\nnull\n'
  const { documents, errors } = readManifest(text)
  t.same(
    documents.map((document) => document.value),
    [{ a: 1 }, { d: 3 }],
  )
  t.equal(errors.length, 1)
  t.ok((errors[0]?.line ?? 0) >= 5 && (errors[0]?.line ?? 0) <= 7)
  t.same(documents[1]?.locate('/d'), { line: 10, column: 4 })
})

t.test('documents are split at separators, also with a value after them, directives or document ends', async (t) => {
  t.same(
    readManifest('--- {a: 1}\n--- {b: 2}\n').documents.map((document) => document.value),
    [{ a: 1 }, { b: 2 }],
  )
  t.same(
    readManifest('%YAML 1.2\n---\na: 1\n...\n---\nb: 2\n').documents.map((document) => document.value),
    [{ a: 1 }, { b: 2 }],
  )
  t.same(
    readManifest('text: |\n  ---\n  still text\n').documents.map((document) => document.value),
    [{ text: '---\nstill text\n' }],
  )
  t.same(readManifest('').documents, [])
  t.same(readManifest('# only\n# comments\n'), { documents: [], errors: [] })
})

t.test('CRLF line endings and a byte order mark do not change values or positions', async (t) => {
  const text = '\uFEFFa: 1\r\n---\r\nb:\r\n  c: |\r\n    x\r\n    y\r\n'
  const { documents, errors } = readManifest(text)
  t.same(errors, [])
  t.same(
    documents.map((document) => document.value),
    [{ a: 1 }, { b: { c: 'x\ny\n' } }],
  )
  t.same(documents[0]?.locate('/a'), { line: 1, column: 4 })
  t.same(documents[1]?.locateInText('/b/c', 2, 1), { line: 6, column: 5 })
})

t.test('JSON that is indented by tabs is read with positions', async (t) => {
  const text = '{\n\t"kind": "Pod",\n\t"spec": {\n\t\t"containers": [ { "image": "a\\/b" } ]\n\t}\n}\n'
  const document = only(text)
  t.same(document.value, { kind: 'Pod', spec: { containers: [{ image: 'a/b' }] } })
  t.equal(textAt(text, document.locate('/spec/containers/0/image')), '"a\\/b" } ]')
  t.equal(textAt(text, document.locateKey('/spec')), '"spec": {')
  t.match(readManifest('{"a": 1,').errors, [{ line: 1 }])
})

t.test('a repeated key in a mapping is an error at its second position', async (t) => {
  t.match(readManifest('a: 1\nb:\n  c: 1\n  c: 2\n').errors, [{ line: 4, column: 3, repeatedKey: 'c' }])
  t.match(readManifest('{"a": 1, "a": 2}').errors, [{ line: 1, column: 10 }])
})

t.test('a key named __proto__ is data', async (t) => {
  const document = only('__proto__: {polluted: yes}\nconstructor: {prototype: 1}\n')
  t.ok(Object.hasOwn(document.value as object, '__proto__'))
  t.equal(({} as Record<string, unknown>).polluted, undefined)
  t.match(document.locate('/__proto__/polluted'), { line: 1, column: 23 })
})

t.test('alias bombs, deep nesting and invalid keys are errors', async (t) => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++)
    bomb.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  t.equal(readManifest(bomb.join('\n')).errors.length, 1, 'aliases that multiply')
  t.equal(readManifest('a: &a [*a]').errors.length, 1, 'an infinite value')
  t.equal(readManifest('['.repeat(5000)).errors.length, 1, 'deep nesting')
  t.equal(readManifest('['.repeat(5000) + ']'.repeat(5000)).errors.length, 1, 'deep JSON')
  t.equal(readManifest(`a: &a 1\nb: [${Array(1001).fill('*a').join(', ')}]`).errors.length, 1, 'many aliases')
  t.equal(readManifest('a: "\u0000"').errors.length, 1, 'a NUL')
  t.equal(readManifest('? {a: 1}\n: 2').errors.length, 1, 'a mapping as a key')
})

t.test('any text is read without an exception, and positions lie within it', async () => {
  const pieces = fc.constantFrom(
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '---\n',
    '|\n',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&x ',
    '*x',
    '#',
    '\t',
    '<<',
    '\r\n',
    '\uFEFF',
    '%',
    '>',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const lines = text.split('\n').length
      for (const document of readManifest(text).documents) {
        const position = document.locate('')
        if (position !== undefined && (position.line < 1 || position.line > lines || position.column < 1)) return false
      }
      return true
    }),
    { numRuns: 3000 },
  )
})

t.test('the position of every value of a JSON document is that of its text', async () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.array(fc.integer())), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent)
      const document = only(text)
      for (const [key, numbers] of Object.entries(value)) {
        const pointer = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
        for (const [index, number] of numbers.entries()) {
          if (!textAt(text, document.locate(`${pointer}/${index}`))?.startsWith(String(number))) return false
        }
      }
      return true
    }),
  )
})

t.test('with maxAliases 0, an alias is an error at its position', async (t) => {
  t.match(readManifest('a: &a 1\nb: *a\n', { maxAliases: 0 }).errors, [{ line: 2, column: 4 }])
  t.same(readManifest('a: &a 1\n', { maxAliases: 0 }).errors, [])
})
