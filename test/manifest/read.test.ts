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

t.test('documents are split at separators and document ends', async (t) => {
  t.same(
    readManifest('a: 1\n...\n---\nb: 2\n').documents.map((document) => document.value),
    [{ a: 1 }, { b: 2 }],
  )
  t.same(
    readManifest('text: |\n  ---\n  still text\n').documents.map((document) => document.value),
    [{ text: '---\nstill text\n' }],
  )
  t.same(readManifest('').documents, [])
  t.same(readManifest('# only\n# comments\n'), { documents: [], errors: [], notices: [], comments: [] })
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

t.test('the last value of a repeated key counts, and each repetition is a notice at its position', async (t) => {
  const text = 'a: 1\nb:\n  c: 1\n  "c": 2\n  d: {e: 1, e: 2}\n  c: [3]\n'
  const { documents, errors, notices } = readManifest(text)
  t.same(errors, [])
  t.same(
    documents.map(({ value }) => value),
    [{ a: 1, b: { c: [3], d: { e: 2 } } }],
  )
  t.match(notices, [
    { line: 4, column: 3 },
    { line: 5, column: 13 },
    { line: 6, column: 3 },
  ])
  t.match(documents[0]?.locate('/b/c/0'), { line: 6, column: 7 })
  t.match(readManifest('{"a": 1, "a": 2}').notices, [{ line: 1, column: 10 }])
  t.same(readManifest('<<: {a: 1}\n<<: {a: 2}\na: 3\n').notices, [], 'merge keys and what a merge brings are no repetitions')
  t.equal(readManifest('a: 1\n'.repeat(1000)).notices.length, 100, 'at most a hundred notices')
})

t.test('in the core schema, a repeated key is an error at its second position', async (t) => {
  const core = { dialect: 'core' } as const
  t.match(readManifest('a: 1\nb:\n  c: 1\n  c: 2\n', core).errors, [{ line: 4, column: 3, repeatedKey: 'c' }])
  t.match(readManifest('{"a": 1, "a": 2}', core).errors, [{ line: 1, column: 10 }])
})

t.test('flow collections and quoted scalars may be less deep than their mapping, and keep their positions', async (t) => {
  const text = [
    '# [ a comment that opens nothing',
    'items:',
    '  - command: [',
    '  "sh", # {',
    '"-c",',
    "      'a",
    "  b ''c'",
    '  ]',
    '    resources: {',
    '      requests: {',
    '    cpu: 1',
    '} }',
    "    text: it's",
    '      "plain [',
    '    script: |',
    '      echo "[',
    '    last: "x',
    '      y"',
    'tail: [end',
    ']',
  ].join('\n')
  const document = only(text)
  t.same(document.value, {
    items: [
      {
        command: ['sh', '-c', "a b 'c"],
        resources: { requests: { cpu: 1 } },
        text: 'it\'s "plain [',
        script: 'echo "[\n',
        last: 'x y',
      },
    ],
    tail: ['end'],
  })
  const at = (pointer: string) => textAt(text, document.locate(pointer))
  t.equal(at('/items/0/command/0'), '"sh", # {')
  t.equal(at('/items/0/command/1'), '"-c",')
  t.equal(at('/items/0/command/2'), "'a")
  t.equal(at('/items/0/resources/requests/cpu'), '1')
  t.equal(at('/items/0/last'), '"x')
  t.equal(at('/tail/0'), 'end')
  t.equal(textAt(text, document.locateInText('/items/0/script', 1, 6)), '"[')
  const edits = document.editsInText('/items/0/command/1', '-c', [{ start: 1, end: 2, text: 'ec' }])
  t.same(edits, [{ start: text.indexOf('"-c"') + 2, end: text.indexOf('"-c"') + 3, text: 'ec' }])
})

t.test('tabs may separate a flow collection from its key and its values from each other', async (t) => {
  const text = 'a:\t{b:\t[1,\t2]}\nc: &d\t[\n\t3\n\t]\ne: "\t"\n'
  const document = only(text)
  t.same(document.value, { a: { b: [1, 2] }, c: [3], e: '\t' })
  t.equal(textAt(text, document.locate('/a/b/1')), '2]}')
  t.equal(textAt(text, document.locate('/c/0')), '3')
  for (const refused of ['-\ta: [b]\n', 'a:\n\tb: [c]\n', '\ta: [b]\n']) t.equal(readManifest(refused).errors.length, 1, refused)
})

t.test('an error behind lines that are less deep than their mapping has its own position', async (t) => {
  t.match(readManifest('a: [\nb\n]\nc: "\nd"\ne: @\n').errors, [{ line: 6, column: 4 }])
  t.match(readManifest('a: [\nb\n]\nc: {\nd: *e}\n').errors, [{ line: 5, column: 5 }])
  t.match(readManifest('a:\n  b: "c\n').errors, [{ line: 3 }], 'a quote that nothing closes')
})

t.test('lines are moved by a few times the length of the text at most', async (t) => {
  const deep = `${'- '.repeat(150)}[\n`
  t.match(readManifest(`${deep}${'a,\n'.repeat(200)}]`).errors, [{ message: /a bracket or a quotation mark is not closed/ }])
  t.same(readManifest(`${deep}${'a,\n'.repeat(2)}]`).errors, [])
})

t.test('a colon in a flow collection belongs to the text unless a blank follows it', async (t) => {
  t.same(only('x: [001:db8::, a:, "b:", {c:}, {"d":[e]}, f: [g]]').value, {
    x: ['001:db8::', 'a:', 'b:', { 'c:': null }, { d: ['e'] }, { f: ['g'] }],
  })
  t.same(only('x: "a:[b"\nw: a:[b\nz: |\n  a:[b\n').value, { x: 'a:[b', w: 'a:[b', z: 'a:[b\n' })
})

t.test('what kubectl ignores after a document is a notice', async (t) => {
  for (const [text, line] of [
    [' a: 1\nb: 2\n---\nc: 3\n', 2],
    ['a: 1\n...\nb: [\n---\nc: 3\n', 2],
    ['{a: 1}\n{b: 2}\n---\nc: 3\n', 2],
    ['# start\n...\na: 1\n...\nb: 2\n---\nc: 3\n', 4],
  ] as const) {
    const { documents, errors, notices } = readManifest(text)
    t.same(
      documents.map(({ value }) => value),
      [{ a: 1 }, { c: 3 }],
      text,
    )
    t.same(errors, [])
    t.match(notices, [{ line }])
  }
  t.same(readManifest('a: 1\n...\n# comment\n...\n').notices, [], 'only comments')
  t.equal(readManifest('- a\nb: 1\n').errors.length, 1, 'a mapping at the column of a sequence')
  t.equal(readManifest('text\nb: 1\n').errors.length, 1, 'a plain scalar that goes on')
  t.equal(readManifest('[a]\n@b\n').errors.length, 1, 'a character that starts nothing')
})

t.test('what kubectl rejects although it is YAML is an error, and is read', async (t) => {
  for (const [text, line] of [
    ['--- {a: 1}\n---\nb: 2\n', 1],
    ['a: 1\n--- # comment\n--- {b: 2}\n', 3],
    ['%YAML 1.2\n---\na: 1\n---\nb: 2\n', 1],
    ['# comment\n%TAG ! tag:x,2000:\n---\na: 1\n---\nb: 2\n', 2],
  ] as const) {
    const { documents, errors } = readManifest(text)
    t.match(errors, [{ line, column: 1 }], text)
    t.same(
      documents.map(({ value }) => value),
      [{ a: 1 }, { b: 2 }],
    )
    if (!text.startsWith('#')) t.same(readManifest(text, { dialect: 'core' }).errors, [])
  }
  t.same(readManifest('a: "\n  %b"\n').errors, [])
})

t.test('a question mark in a flow collection and a tab before the text of a block scalar are errors at their place', async (t) => {
  const text = 'a: ["?", http://b/?c]\nd: |\n  \techo\ne: f?\n'
  const { documents, errors } = readManifest(text)
  t.match(errors, [
    { line: 1, column: 19 },
    { line: 3, column: 3 },
  ])
  t.same(documents[0]?.value, { a: ['?', 'http://b/?c'], d: '\techo\n', e: 'f?' })
  t.same(readManifest(text, { dialect: 'core' }).errors, [])
})

t.test('JSON objects one after another are documents', async (t) => {
  const values = (text: string) => readManifest(text).documents.map(({ value }) => value)
  t.same(values('{"a": 1}{"b": "}{"}\n {"c":\t{}}\n'), [{ a: 1 }, { b: '}{' }, { c: {} }])
  t.same(values('{"a": 1}\nb: 2\n'), [{ a: 1 }, { b: 2 }])
  t.match(readManifest('{"a": 1}\n{"b":\t2}').documents[1]?.locate('/b'), { line: 2, column: 7 })
  t.match(readManifest('{"a": 1}\n{"b": ').errors, [{ line: 2 }])
  t.equal(readManifest('{}'.repeat(100_100)).errors.length, 0)
  t.equal(readManifest('{}'.repeat(100_100)).documents.length, 100_000)
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
