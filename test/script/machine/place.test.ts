import t from 'tap'
import { FileSystem } from '../../../src/script/machine/file-system.ts'
import { everythingOf, file, keyOfPlace, type Place, type Thing } from '../../../src/script/machine/place.ts'
import { difference, linesOfResult, resultKey, serviceOfLine } from '../../../src/script/machine/results.ts'
import { shownPlace } from '../../../src/script/rehearsal/names.ts'
import { canonical } from '../../../src/script/value/paths.ts'
import { literal } from '../../../src/script/value/value.ts'
import * as fc from '../../support/properties.ts'

const table: Thing = { ...everythingOf('postgres', 'db'), name: 'app/table/users' }

function put(files: FileSystem, ...things: readonly Thing[]): void {
  for (const thing of things) files.setThing(thing, { kind: 'file', content: literal('x') }, 1)
}

t.test('no path of a script is the key of a thing', async (t) => {
  const services = fc.constantFrom('postgres', 'sandbox', 'aws')
  const words = fc.constantFrom('', '/', '//', '..', 'a', 'a/b', 'postgres:1', 'postgres:1/db')
  fc.assert(
    fc.property(fc.string(), services, fc.array(words, { maxLength: 3 }), words, (path, service, scope, name) => {
      t.not(keyOfPlace(file(canonical(path))), keyOfPlace({ ...everythingOf(service, ...scope), name }))
      t.not(keyOfPlace(file(canonical(keyOfPlace(table)))), keyOfPlace(table))
    }),
  )
})

t.test('a scope and a name with the same text are two things', async (t) => {
  const [one, other] = [everythingOf('mongo'), everythingOf('mongo', 'db')]
  const places: Place[] = [one, other, { ...one, name: 'db' }, { ...other, name: 'call' }, { ...one, name: 'db/call' }]
  t.equal(new Set(places.map(keyOfPlace)).size, places.length)
  const files = FileSystem.initial([])
  put(files, { ...other, name: 'call' })
  t.strictSame(files.thingsBeside(one), [])
  t.strictSame(
    files.thingsBeside(other).map(({ name }) => name),
    ['call'],
  )
})

t.test('the root directory does not contain the things of services', async (t) => {
  const files = FileSystem.initial([])
  put(files, table)
  t.strictSame(files.children(''), [])
  files.remove('', 2)
  t.strictSame(files.lookAt(table), { kind: 'file', content: literal('x') })
  t.strictSame(files.lookAt({ ...table, name: 'other' }), { kind: 'absent' })
})

t.test('after a command with unknown effects, nothing is known about the things of its service', async (t) => {
  const files = FileSystem.initial([])
  files.setThing(everythingOf('postgres', 'db'), { kind: 'unknown' }, 1)
  t.strictSame(files.lookAt(table), { kind: 'unknown' })
  t.strictSame(files.lookAt({ ...everythingOf('postgres', 'other'), name: table.name }), { kind: 'absent' })
})

t.test('things outlive the pod, except for the settings of its network', async (t) => {
  const start = FileSystem.initial([])
  const files = start.copy()
  const rule: Thing = { ...everythingOf('sandbox', 'iptables'), name: 'rule/filter' }
  put(files, table, rule)
  const left = (rerun: 'retry' | 'rerun' | 'replace') =>
    [table, rule].map((thing) => files.afterRerun(start, rerun).entryAt(thing) !== undefined)
  t.strictSame(left('retry'), [true, true])
  t.strictSame(left('rerun'), [true, false])
  t.strictSame(left('replace'), [true, false])
  t.strictSame(difference(start, files), table)
})

t.test('a line of a result names the service of a thing', async (t) => {
  const files = FileSystem.initial([{ path: '/data', storage: 'claim', volume: 'd', subPath: '' }])
  const start = files.copy()
  put(files, table)
  files.set('/data/thing of mysql x', { kind: 'file', content: literal('x') }, 1)
  t.strictSame(linesOfResult(resultKey(files, start)).map(serviceOfLine), [undefined, 'postgres'])
  t.strictSame(linesOfResult(resultKey(start, start)), [])
})

t.test('a place for readers', async (t) => {
  t.equal(shownPlace(table), 'db app table users')
  t.equal(shownPlace(file('')), '/')
  t.equal(shownPlace(file('/proc/1/root/etc/hosts')), '/etc/hosts')
  t.equal(shownPlace({ ...everythingOf('aws', ''), name: 'bucket/a\\b' }), 'bucket a/b')
})
