/** Edits that set a field of a mapping: next to another field, or in its place. */
import t, { type Test } from 'tap'
import { readManifest } from '../../src/manifest/index.ts'

/** The file after `/c/pullPolicy` is set next to `/c/image`; the reason if it cannot be set. */
function set(file: string, pointer = '/c'): string {
  const [document] = readManifest(file).documents
  const edits = document?.editsToSet(`${pointer}/pullPolicy`, 'Always', `${pointer}/image`) ?? { reason: 'no document' }
  if ('reason' in edits) return edits.reason
  return edits.reduceRight((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), file)
}

/** Sets the field and checks that nothing else changed. */
function check(t: Test, file: string, expected: string): void {
  t.equal(set(file), expected, file)
  const [before, after] = [file, expected].map((text) => readManifest(text))
  t.strictSame(after?.errors, before?.errors, file)
  const value = before?.documents[0]?.value as { c: object }
  t.strictSame(after?.documents[0]?.value, { ...value, c: { ...value.c, pullPolicy: 'Always' } }, file)
}

t.test('block style: a new line after the other field, with its indentation and line end; comments stay', async (t) => {
  check(t, 'c:\n  image: a\n  name: b\n', 'c:\n  image: a\n  pullPolicy: Always\n  name: b\n')
  check(t, 'c:\n  image: a # why\n  # next\n  name: b', 'c:\n  image: a # why\n  pullPolicy: Always\n  # next\n  name: b')
  check(t, 'c:\n  name: b\n  image: a', 'c:\n  name: b\n  image: a\n  pullPolicy: Always')
  check(t, 'c:\r\n  image: a\r\n  name: b\r\n', 'c:\r\n  image: a\r\n  pullPolicy: Always\r\n  name: b\r\n')
  check(t, 'c:\r\n  image: a', 'c:\r\n  image: a\r\n  pullPolicy: Always')
  check(t, 'c:\n  "image": "a"\n  name: b\n', 'c:\n  "image": "a"\n  "pullPolicy": "Always"\n  name: b\n')
  check(t, "c:\n  image: 'a: {{}} # no comment'\n", "c:\n  image: 'a: {{}} # no comment'\n  pullPolicy: Always\n")
  check(t, 'x: &i a\nc:\n  image: *i\n', 'x: &i a\nc:\n  image: *i\n  pullPolicy: Always\n')
  check(t, 'c:\n  image: &i a\nx: *i\n', 'c:\n  image: &i a\n  pullPolicy: Always\nx: *i\n')
  check(t, 'c:\n  image:\n    a\n    b\n  name: b\n', 'c:\n  image:\n    a\n    b\n  pullPolicy: Always\n  name: b\n')
  check(t, 'c:\n  image: !!str a\n', 'c:\n  image: !!str a\n  pullPolicy: Always\n')
  check(t, 'c: # 🙂\n  image: 🙂\n', 'c: # 🙂\n  image: 🙂\n  pullPolicy: Always\n')
  t.equal(set('- - image: a\n    name: b\n', '/0/0'), '- - image: a\n    pullPolicy: Always\n    name: b\n')
  t.equal(set('a: 1\n---\nc:\n  image: a\n'), 'it is written in a form that cannot be edited in place', 'another document')
})

t.test('flow style and JSON: in the style of the other field', async (t) => {
  check(t, 'c: {image: a, name: b} # c\n', 'c: {image: a, pullPolicy: Always, name: b} # c\n')
  check(t, 'c: {name: b, image: a}\n', 'c: {name: b, image: a, pullPolicy: Always}\n')
  check(t, '{"c":{"image":"a","name":"b"}}', '{"c":{"image":"a","pullPolicy":"Always","name":"b"}}')
  check(t, '{"c": {"image": "a", "name": "b"}}', '{"c": {"image": "a", "pullPolicy": "Always", "name": "b"}}')
  check(
    t,
    '{\n\t"c": {\n\t\t"image": "a",\n\t\t"name": "b"\n\t}\n}\n',
    '{\n\t"c": {\n\t\t"image": "a",\n\t\t"pullPolicy": "Always",\n\t\t"name": "b"\n\t}\n}\n',
  )
  check(
    t,
    '{\r\n  "c": {\r\n    "name": "b",\r\n    "image": "a"\r\n  }\r\n}',
    '{\r\n  "c": {\r\n    "name": "b",\r\n    "image": "a",\r\n    "pullPolicy": "Always"\r\n  }\r\n}',
  )
  check(t, 'c: {\n  image: a, # why\n  name: b\n}\n', 'c: {\n  image: a, # why\n  pullPolicy: Always,\n  name: b\n}\n')
  check(t, 'c: {\n  name: b,\n  image: a # why\n  # end\n}\n', 'c: {\n  name: b,\n  image: a, # why\n  pullPolicy: Always\n  # end\n}\n')
  check(t, 'c: {\n  image: a\n  , name: b\n}\n', 'c: {\n  image: a, pullPolicy: Always\n  , name: b\n}\n')
  check(t, 'c: {\n  image: a, name: b\n}\n', 'c: {\n  image: a, pullPolicy: Always, name: b\n}\n')
})

t.test('a value is replaced within its quotes', async (t) => {
  check(t, 'c:\n  pullPolicy: Never # why\n  image: a\n', 'c:\n  pullPolicy: Always # why\n  image: a\n')
  check(t, 'c:\n  image: a\n  pullPolicy: "Never"\n', 'c:\n  image: a\n  pullPolicy: "Always"\n')
  check(t, "c: {image: a, pullPolicy: 'Never'}\n", "c: {image: a, pullPolicy: 'Always'}\n")
  check(t, 'c:\n  image: a\n  pullPolicy: "N\\u0065ver"\n', 'c:\n  image: a\n  pullPolicy: "Always"\n')
  check(t, 'c:\n  image: a\n  pullPolicy: ""\n', 'c:\n  image: a\n  pullPolicy: "Always"\n')
  check(t, 'c:\n  pullPolicy:\n  image: a\n', 'c:\n  pullPolicy: Always\n  image: a\n')
  check(t, 'c:\n  pullPolicy: # none\n  image: a\n', 'c:\n  pullPolicy: Always # none\n  image: a\n')
  check(t, 'c: {pullPolicy: , image: a}\n', 'c: {pullPolicy: Always , image: a}\n')
  check(t, 'c:\n  pullPolicy: ~\n  image: a\n', 'c:\n  pullPolicy: Always\n  image: a\n')
  check(t, '{"c":{"image":"a","pullPolicy":null}}', '{"c":{"image":"a","pullPolicy":"Always"}}')
  check(t, 'c:\n  pullPolicy: &p Never\n  image: a\n', 'c:\n  pullPolicy: &p Always\n  image: a\n')
  check(t, 'c:\n  pullPolicy: Never\n  image: a\n  pullPolicy: Never\n', 'c:\n  pullPolicy: Never\n  image: a\n  pullPolicy: Always\n')
})

t.test('values that other places share are not edited', async (t) => {
  const shared: readonly (readonly [file: string, reason: RegExp])[] = [
    ['x: &p Never\nc:\n  image: a\n  pullPolicy: *p\n', /alias/],
    ['x: &c\n  image: a\nc: *c\n', /alias/],
    ['x: &c\n  image: a\n  pullPolicy: Never\nc: *c\n', /alias/],
    ['x: &b\n  pullPolicy: Never\nc:\n  <<: *b\n  image: a\n', /merge/],
    ['x: &b\n  image: a\nc:\n  <<: *b\n  name: b\n', /merge/],
    ['c: &c\n  image: a\nx: *c\n', /anchor/],
    ['c: &c\n  image: a\nx:\n  <<: *c\n', /anchor/],
    ['c:\n  image: a\n  pullPolicy: &p Never\nx: *p\n', /anchor/],
  ]
  for (const [file, reason] of shared) t.match(set(file), reason, file)
  check(t, 'c: &c\n  image: a\n', 'c: &c\n  image: a\n  pullPolicy: Always\n')
  check(t, 'x: &b\n  name: n\nc:\n  <<: *b\n  image: a\n', 'x: &b\n  name: n\nc:\n  <<: *b\n  image: a\n  pullPolicy: Always\n')
  t.match(set('&r\nc:\n  image: a\n---\nc: &c\n  image: a\nx: *c\n'), /^&r\nc:\n {2}image: a\n {2}pullPolicy: Always\n---/, 'per document')
})

t.test('forms that are not edited', async (t) => {
  const files = [
    'c:\n  image: >-\n    a\n',
    'c:\n  ? image\n  : a\n',
    'c:\n  !!str image: a\n',
    'c:\n  image:\n    a\n  pullPolicy: >-\n    Never\n',
    'c:\n  image: a\n  pullPolicy: [Never]\n',
    'c:\n  image: a\n  pullPolicy: !!null\n',
    'c: [image: a]\n',
  ]
  for (const file of files) t.match(set(file, file.includes('[image') ? '/c/0' : '/c'), /form/, file)
})
