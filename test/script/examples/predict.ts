/** Runs an example on the abstract machine, in every world. */
import { catalogue } from '../../../src/script/catalogue.ts'
import { FileSystem } from '../../../src/script/file-system.ts'
import { runScript } from '../../../src/script/interpret.ts'
import { type Family, Machine } from '../../../src/script/machine.ts'
import { parseScript } from '../../../src/script/parse.ts'
import type { Mount } from '../../../src/script/storage.ts'
import { Incomplete, World } from '../../../src/script/world.ts'
import type { Again, Example } from './example.ts'

const mounts: readonly Mount[] = [{ path: '/data', storage: 'claim', volume: 'data', subPath: '' }]

export interface Prediction {
  readonly outcomes: readonly Again[]
  /** Why some world could not be followed. */
  readonly incomplete: readonly string[]
}

/** What the second run of an example does: one outcome, or one per supposition. */
export function predict(example: Example, family: Family): Prediction {
  const world = new World()
  const outcomes = new Map<string, Again>()
  const incomplete: string[] = []
  do {
    try {
      const outcome = inWorld(example, family, world)
      if (outcome !== undefined) outcomes.set(JSON.stringify(outcome), outcome)
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error
      incomplete.push(error.why)
    }
  } while (world.next())
  return { outcomes: [...outcomes.values()], incomplete }
}

function inWorld({ setup, script }: Example, family: Family, world: World): Again | undefined {
  const start = FileSystem.initial(mounts)
  const run = (text: string, files: FileSystem) => {
    const dialect = family === 'gnu' ? 'bash' : 'ash'
    const machine = new Machine({ world, family, dialect, environment: new Map() }, files)
    machine.shell.folder = '/data'
    const status = runScript(parseScript(text).body, machine, catalogue)
    return { status: status === 'killed' ? -1 : status, files: machine.files }
  }
  const before = run(setup, start.copy()).files
  const first = run(script, before.afterRerun(start, 'replace'))
  const second = run(script, first.files.afterRerun(start, 'replace'))
  return { status: second.status, changed: first.files.difference(second.files) !== undefined }
}
