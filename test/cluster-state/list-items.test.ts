/** A List that arrives in pieces. */
import t from 'tap'
import { BrokenList, ListItems } from '../../src/cluster/list-items.ts'

const mebibyte = 1024 * 1024

/** Reads a text in chunks of some bytes. */
function read(text: string, size: number, maxBytes = mebibyte) {
  const items: unknown[] = []
  const bytes = Buffer.from(text)
  const list = new ListItems((item, start, end) => {
    items.push(item)
    t.same(JSON.parse(bytes.subarray(start, end).toString()), item, 'the place of the item')
  }, maxBytes)
  const chunk = Buffer.alloc(size)
  for (let start = 0; start < bytes.length; start += size) list.add(chunk.subarray(0, bytes.copy(chunk, 0, start, start + size)))
  return { items, frame: () => list.frame() }
}

const lists: readonly object[] = [
  { kind: 'List', metadata: { continue: 'x', items: [1] }, items: [{ a: 1 }, { b: { items: [{ c: 1 }] } }], more: [{ d: 1 }] },
  { items: [] },
  { items: [{}] },
  { metadata: { note: '"items": [{"no": 1}]' }, items: [{ text: 'a "quoted\\" } ] , { [', nested: [[{}], []] }] },
  { 'my"items': [{ not: 'an item' }], items: [{ is: 'an item' }] },
  { kind: 'Status', message: 'größer 😀' },
  { items: [{ text: 'größer 😀' }], ключ: 'items' },
]

t.test('the items and what surrounds them, whatever the chunks and the white space', async (t) => {
  for (const list of lists) {
    for (const text of [JSON.stringify(list), JSON.stringify(list, undefined, 2)]) {
      for (const size of [1, 2, 3, 7, 64, mebibyte]) {
        const { items, frame } = read(text, size)
        const expected = 'items' in list ? { ...list, items: [] } : list
        t.same([items, frame()], ['items' in list ? list.items : [], expected], `${size}: ${text}`)
      }
    }
  }
})

t.test('items that are not objects are passed over', async (t) => {
  const { items, frame } = read('{"items": [1, "a", null, [{"a": 1}], {"b": 1}, true]}', 5)
  t.same(items, [{ b: 1 }])
  t.same(frame(), { items: [] })
})

t.test('what is not a List, and a List that ends too early', async (t) => {
  for (const text of ['', '<html>', '{"items": [', '{"items": [{"a": 1}', '{"items": [{"a": 1}]', 'x'.repeat(100)]) {
    t.throws(() => read(text, 4).frame(), SyntaxError, text)
  }
  t.same(read('[{"items": [{"a": 1}]}]', 4).items, [], 'only those of the outermost object')
  t.throws(() => read('{"items": [{"a": x}]}', 4), BrokenList)
  t.throws(() => read('{"items": [{"a": 1]]]]]]]', 4), BrokenList)
})

t.test('an item and the frame have a largest size', async (t) => {
  const item = JSON.stringify({ text: 'x'.repeat(50) })
  t.equal(read(`{"items": [${Array.from({ length: 20 }, () => item).join()}]}`, 9, 100).items.length, 20)
  t.throws(() => read(`{"items": [${JSON.stringify({ text: 'x'.repeat(100) })}]}`, 9, 100), BrokenList)
  t.throws(() => read(JSON.stringify({ text: 'x'.repeat(100) }), 9, 100), BrokenList)
})

t.test('what follows an end that has no beginning is not an item', async (t) => {
  for (const text of ['}}}}{"items": [{"a": 1}]}', ']]{"items":[{"a": 1}]}']) t.throws(() => read(text, 3).frame(), SyntaxError, text)
})
