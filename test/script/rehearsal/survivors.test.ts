/** What survives states that share what they list: the same as if each were a list of its own. */
import fc from 'fast-check'
import t from 'tap'
import { type Mount, type Rerun, survives } from '../../../src/script/container/storage.ts'
import { type Entry, FileSystem } from '../../../src/script/machine/file-system.ts'
import { lineOf } from '../../../src/script/machine/results.ts'
import { AllSurvivors, isSameLeft } from '../../../src/script/rehearsal/survivors.ts'

const mounts: readonly Mount[] = [
  { path: '/data', storage: 'claim', volume: 'data', subPath: '' },
  { path: '/work', storage: 'pod', volume: 'work', subPath: '' },
]

const reruns: readonly Rerun[] = ['retry', 'rerun', 'replace']

const step = fc.record({
  kind: fc.constantFrom('set', 'set', 'set', 'remove', 'copy'),
  state: fc.nat(3),
  path: fc.tuple(fc.constantFrom('/data', '/work', '/opt'), fc.nat(12)).map(([folder, name]) => `${folder}/${name}`),
  text: fc.constantFrom('x', 'y'),
})

function listed(files: FileSystem): Map<string, Entry> {
  return files.listed.files.where(() => true)
}

/** What a run finds after another one, path by path. */
function leftBy(files: FileSystem, initial: FileSystem, rerun: Rerun): Map<string, Entry> {
  const left = listed(initial)
  for (const path of left.keys()) if (!listed(files).has(path) && survives(files.storageOf(path), rerun)) left.delete(path)
  for (const [path, entry] of listed(files)) if (survives(files.storageOf(path), rerun)) left.set(path, entry)
  return left
}

function linesOf(files: FileSystem, rerun: Rerun): string {
  const left = [...listed(files)].filter(([path, { writer }]) => writer !== null && survives(files.storageOf(path), rerun))
  return left
    .map(([path, entry]) => lineOf(path, entry))
    .sort()
    .join('\n')
}

t.test('what survives does not depend on what states share', async (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const initial = FileSystem.initial(mounts)
      initial.set('/data/0', { kind: 'file', content: ['given'] }, null)
      const states = [initial.copy()]
      for (const [index, { kind, state, path, text }] of steps.entries()) {
        const files = states[state % states.length]
        if (files === undefined) continue
        if (kind === 'copy') states.push(files.copy())
        else if (kind === 'remove') files.remove(path, index)
        else files.set(path, { kind: 'file', content: [text] }, index)
      }
      const survivors = new AllSurvivors()
      const all = states.slice(0, 6).flatMap((files) => reruns.map((rerun) => ({ files, rerun, left: survivors.of(files, rerun) })))
      for (const { files, rerun, left } of all) {
        t.equal(left.size, linesOf(files, rerun) === '' ? 0 : linesOf(files, rerun).split('\n').length)
        t.strictSame([...listed(files.afterRerun(initial, rerun))].sort(), [...leftBy(files, initial, rerun)].sort())
      }
      for (const one of all)
        for (const other of all)
          t.equal(isSameLeft(one.left, other.left), linesOf(one.files, one.rerun) === linesOf(other.files, other.rerun))
    }),
    { numRuns: 60 },
  )
})
