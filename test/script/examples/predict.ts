/** Runs an example on the abstract machine, in every possible case. */
import { catalogue } from '../../../src/script/commands/catalogue.ts'
import type { Mount } from '../../../src/script/container/storage.ts'
import { FileSystem } from '../../../src/script/machine/file-system.ts'
import { Machine } from '../../../src/script/machine/machine.ts'
import { difference } from '../../../src/script/machine/results.ts'
import { runScript } from '../../../src/script/shell/interpret.ts'
import { flavorAnswer } from '../../../src/script/syntax/dialect.ts'
import { parseScript } from '../../../src/script/syntax/parse.ts'
import { NotAnalyzed, World } from '../../../src/script/value/world.ts'
import { type Example, type ExampleShell, flavors, type SecondRun } from './example.ts'

const data: Mount = { path: '/data', storage: 'claim', volume: 'data', subPath: '' }
const etc: Mount = { path: '/etc', storage: 'claim', volume: 'data', subPath: 'etc' }

export interface Prediction {
  readonly outcomes: readonly SecondRun[]
  /** What could not be analyzed in some case. */
  readonly incomplete: readonly string[]
}

/** Predicts the second run of an example: one outcome, or one per assumption. */
export function predict(example: Example, shell: ExampleShell): Prediction {
  const world = new World()
  const outcomes = new Map<string, SecondRun>()
  const incomplete: string[] = []
  do {
    try {
      const { unknown, ...outcome } = inWorld(example, shell, world)
      outcomes.set(JSON.stringify(outcome), outcome)
      incomplete.push(...unknown)
    } catch (error) {
      if (!(error instanceof NotAnalyzed)) throw error
      incomplete.push(error.why)
    }
  } while (world.next())
  return { outcomes: [...outcomes.values()], incomplete }
}

function inWorld(example: Example, shell: ExampleShell, world: World): SecondRun & { readonly unknown: readonly string[] } {
  const start = FileSystem.initial(example.etc === true ? [data, etc] : [data])
  // A network lives as long as the pod sandbox; everything else that an example keeps outlives the pod.
  const rerun = example.observed === undefined ? 'replace' : 'retry'
  const unknown: string[] = []
  const run = (text: string, files: FileSystem) => {
    const machine = new Machine(
      {
        world,
        flavor: flavors[shell],
        askFlavor: (question) => flavorAnswer(question, flavors[shell]),
        environment: new Map(),
        obeysModes: example.user === 'other',
      },
      files,
    )
    machine.shell.folder = '/data'
    const status = runScript(parseScript(text).body, machine, catalogue)
    unknown.push(...machine.unknowns.map(({ why }) => why))
    return { status: typeof status === 'number' ? status : -1, files: machine.files }
  }
  const before = run(example.setup, start.copy()).files
  unknown.length = 0
  const first = run(example.script, before.afterRerun(start, rerun))
  const second = run(example.script, first.files.afterRerun(start, rerun))
  return { status: second.status, changed: difference(first.files, second.files) !== undefined, unknown }
}
