/** The values of plain scalars; test/cluster/scalars.test.ts compares the same table with kubectl. */
import { mapTag } from 'js-yaml'
import t from 'tap'
import { readManifest } from '../../src/manifest/index.ts'
import { member } from '../../src/model/json.ts'
import { listOf, refusedScalars, scalars } from '../support/scalars.ts'

function only(text: string) {
  const { documents, errors } = readManifest(text)
  const [document] = documents
  if (document === undefined || errors.length !== 0) throw new Error(JSON.stringify(errors))
  return document
}

t.test('a scalar has the value that kubectl would send', async (t) => {
  for (const [source, value] of scalars) {
    const found = member(only(listOf([source])).value, 'spec')
    t.strictSame(JSON.stringify(found), JSON.stringify([value]), source)
  }
})

t.test('a scalar that kubectl rejects is an error', async (t) => {
  for (const source of refusedScalars) t.match(readManifest(listOf([source])).errors, [{ line: 5 }], source)
})

t.test('a document can be a single scalar', async (t) => {
  t.equal(only('<<').value, '<<')
  t.equal(only('0444').value, 292)
})

t.test('JSON values are read unchanged', async (t) => {
  const value = { yes: 'no', number: 1e3, small: 1.5e-7, big: 1e21, list: [true, null, -0.5, '0444', '<<'] }
  t.same(only(JSON.stringify(value)).value, value)
})

t.test('pointers use the name of a key in JSON', async (t) => {
  const document = only('data:\n  on: a\n  0444: b\n  "yes": c\n  !!str no: d\n')
  t.same(document.value, { data: { true: 'a', 292: 'b', yes: 'c', no: 'd' } })
  t.match(document.locate('/data/true'), { line: 2, column: 7 })
  t.match(document.locateKey('/data/292'), { line: 3, column: 3 })
  t.match(document.locate('/data/yes'), { line: 4 })
  t.match(document.locate('/data/no'), { line: 5 })
  t.equal(document.locate('/data/on'), undefined)
})

t.test('two keys with the same name in JSON are a repeated key', async (t) => {
  t.match(readManifest('a: {1: x, "1": y}').notices, [{ line: 1, column: 11 }])
  t.match(readManifest('y: 1\ntrue: 2\n').notices, [{ line: 2, column: 1 }])
  t.match(readManifest('<<: {a: 1}\na: 2\na: 3\n').notices, [{ line: 3, column: 1 }])
  t.match(readManifest('<<: {1: 1}\n1: 2\n1: 3\n').notices, [{ line: 3, column: 1 }])
})

t.test('in the core schema, on and off are strings', async (t) => {
  const { documents } = readManifest('fix:\n  on: off\n  mode: 0444\n', { dialect: 'core' })
  t.same(documents[0]?.value, { fix: { on: 'off', mode: 444 } })
  t.match(documents[0]?.locate('/fix/on'), { line: 2, column: 7 })
})

t.test('a value that a merge replaced is located in the merged mapping', async (t) => {
  const document = only('base: &base\n  image: a\nbefore:\n  image: b\n  <<: *base\nbehind:\n  <<: *base\n  image: c\n')
  t.same(document.value, { base: { image: 'a' }, before: { image: 'a' }, behind: { image: 'c' } })
  t.match(document.locate('/before/image'), { line: 2 })
  t.match(document.locate('/behind/image'), { line: 8 })
})

t.test('merging a key named __proto__ does not set the prototype', async (t) => {
  const document = only('a: &a {__proto__: {polluted: true}}\nb: {<<: *a}\n')
  t.ok(Object.hasOwn(member(document.value, 'b') as object, '__proto__'))
  t.equal((member(document.value, 'b') as Record<string, unknown>).polluted, undefined)
})

t.test('long numbers have the value of short ones or are texts', async (t) => {
  const digits = (start: string) => start + '1'.repeat(200_000)
  const underscores = (start: string) => start + '1_'.repeat(200_000)
  const ninth = 0.1111111111111111
  const numbers = new Map<string, number>([
    [digits('.'), ninth],
    [digits('1.'), 1 + ninth],
    [underscores('1.'), 1 + ninth],
    [`${underscores('.')}1`, ninth],
  ])
  for (const [text, number] of numbers) t.equal(member(only(`a: ${text}`).value, 'a'), number, text.slice(0, 6))
  // Beyond 64 bits, beyond a float64, or with an underscore at the end. BigInt takes linear time for bases that are powers of two only.
  const texts = ['1', '0x', '0b1', '07', '+', '1e', '-0x'].flatMap((start) => [digits(start), underscores(start)])
  const { BigInt: original } = globalThis
  t.after(() => {
    globalThis.BigInt = original
  })
  const bases = new Set<string>()
  const counted = (text: string) => {
    bases.add(text.slice(0, 2))
    return original(text)
  }
  globalThis.BigInt = Object.assign(counted, original)
  for (const text of [...texts, underscores('.')]) t.ok(member(only(`a: ${text}`).value, 'a') === text, text.slice(0, 6))
  t.same([...bases].sort(), ['0b', '0o', '0x'])
})

t.test('merges do as much as the values that the document stands for', async (t) => {
  const { addPair } = mapTag
  t.after(() => {
    mapTag.addPair = addPair
  })
  let pairs = 0
  mapTag.addPair = (...given) => {
    pairs++
    return addPair(...given)
  }
  const merges = (keys: number, times: number) =>
    `a: &a {${Array.from({ length: keys }, (_, index) => `k${index}: 1`).join(', ')}}\nb: {<<: [${Array(times).fill('*a').join(', ')}]}\n`
  t.same(readManifest(merges(1000, 900)).errors, [])
  t.equal(pairs, 1000 + 900 * 1000 + 2)
  pairs = 0
  t.match(readManifest(merges(10_000, 900)).errors, [{ line: 2, message: /too many values/ }], 'eighteen million values')
  t.equal(pairs, 0)
})
