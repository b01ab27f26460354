/** States with which later runs began: they are the same if the same survives, in any order. */
import t from 'tap'
import type { Mount } from '../../../src/script/container/storage.ts'
import { FileSystem } from '../../../src/script/machine/file-system.ts'
import { BegunRuns } from '../../../src/script/rehearsal/begun.ts'

const mounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'data', subPath: '' },
  { path: '/work', storage: 'pod', volume: 'work', subPath: '' },
]

function filesOf(...paths: readonly string[]): FileSystem {
  const files = FileSystem.initial(mounts)
  for (const path of paths) files.set(path, { kind: 'file', content: ['x'] }, 1)
  return files
}

t.test('states are the same whatever the order in which they were written', async (t) => {
  const begun = new BegunRuns<string>()
  begun.add(begun.survivors(filesOf('/data/a', '/data/b'), 'retry'), false, 'found')
  t.equal(begun.find(begun.survivors(filesOf('/data/b', '/data/a'), 'retry'), false)?.found, 'found')
  t.equal(begun.find(begun.survivors(filesOf('/data/b', '/data/a'), 'retry'), true), undefined)
  t.equal(begun.find(begun.survivors(filesOf('/data/a'), 'retry'), false), undefined)
  t.equal(begun.find(begun.survivors(filesOf('/data/a', '/data/c'), 'retry'), false), undefined)
  begun.clear()
  t.equal(begun.find(begun.survivors(filesOf('/data/a', '/data/b'), 'retry'), false), undefined)
})

t.test('only what survives counts', async (t) => {
  const begun = new BegunRuns<string>()
  const files = filesOf('/data/a', '/work/a', '/opt/a')
  t.equal(begun.survivors(files, 'retry').size, 2)
  t.equal(begun.survivors(files, 'replace').size, 1)
  t.equal(begun.survivors(FileSystem.initial(mounts), 'retry').size, 0)
  begun.add(begun.survivors(files, 'replace'), false, 'found')
  t.equal(begun.find(begun.survivors(filesOf('/data/a', '/opt/b'), 'retry'), false)?.found, 'found')
})

t.test('each set of files is a state of its own', async (t) => {
  const begun = new BegunRuns<number>()
  const names = Array.from({ length: 10 }, (_, index) => `/data/${index}`)
  const sets = Array.from({ length: 1023 }, (_, set) => names.filter((_name, index) => ((set + 1) >> index) % 2 === 1))
  for (const [index, set] of sets.entries()) {
    const survivors = begun.survivors(filesOf(...set), 'retry')
    t.equal(begun.find(survivors, false), undefined, `${index}`)
    begun.add(survivors, false, index)
  }
  for (const [index, set] of sets.entries())
    t.equal(begun.find(begun.survivors(filesOf(...set.toReversed()), 'retry'), false)?.found, index)
})
