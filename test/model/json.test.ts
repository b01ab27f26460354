import t from 'tap'
import { at, member, pointerStep, pointerSteps, pointerTo, sameJson, stringMap, valueAt } from '../../src/model/json.ts'
import * as fc from '../support/properties.ts'

t.test('member and at read only own members', async (t) => {
  t.equal(member({}, 'constructor'), undefined)
  t.equal(member(JSON.parse('{"__proto__": 1}'), '__proto__'), 1)
  t.equal(at({ a: [{ b: 2 }] }, 'a', 0, 'b'), 2)
  t.equal(at({ a: 'text' }, 'a', 'length'), undefined)
})

t.test('pointerStep escapes / and ~', async (t) => {
  t.equal(pointerStep('a/b~c'), '/a~1b~0c')
})

t.test('pointerSteps reads what pointerTo writes, and valueAt follows it', async (t) => {
  t.equal(pointerTo(['a/b', 0, '~1']), '/a~1b/0/~01')
  t.same(pointerSteps('/a~1b/0/~01'), ['a/b', '0', '~1'])
  t.same(pointerSteps(''), [])
  t.equal(valueAt({ 'a/b': [{ '~1': 2 }] }, '/a~1b/0/~01'), 2)
  t.equal(valueAt({ a: [] }, '/a/0/constructor'), undefined)
})

t.test('stringMap skips entries that are not strings', async (t) => {
  t.same([...stringMap({ a: 'b', c: 1, d: null })], [['a', 'b']])
})

t.test('sameJson ignores the order of keys and works at any depth', async (t) => {
  fc.assert(fc.property(fc.jsonValue(), (value) => sameJson(value, JSON.parse(JSON.stringify(value)))))
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => sameJson(a, b) === sameJson(b, a)))
  t.ok(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 }))
  for (const [a, b] of [
    [{ a: undefined }, { b: undefined }],
    [[1], [1, 2]],
    [{}, []],
    [null, {}],
    [1, '1'],
  ])
    t.notOk(sameJson(a, b))
  const deep = () => {
    let value: unknown = []
    for (let depth = 0; depth < 200_000; depth++) value = [value]
    return value
  }
  t.ok(sameJson(deep(), deep()), 'nesting deeper than the call stack')
})
