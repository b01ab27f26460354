/** The run itself, in the cell that run.ts made: one node, batch after batch. Started by run.ts only. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { explainStart } from '../../src/startup/explain.ts'
import { happyScenario } from '../../src/startup/scenario.ts'
import { scenarios } from './scenarios/index.ts'
import { type Arguments, readArguments } from './support/arguments.ts'
import { isAboutNode, type Lab, type Result, runBatch } from './support/batch.ts'
import { enterCell } from './support/cell.ts'
import { allDifferences } from './support/compare.ts'
import { evidenceProblem, writeEvidence } from './support/evidence.ts'
import { crashLoopMaxSeconds, type Node, startNode } from './support/node.ts'
import { type PreparedScenario, prepareScenario } from './support/scenario.ts'
import { watchPods } from './support/watch.ts'
import { startWorld } from './support/world.ts'

/** So many pods at a time: images are pulled one after the other, and two cores have to do all this. */
const batchSize = 14

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** What is done to the node is done to all of a batch: only scenarios that want the same are together. */
function batches(prepared: readonly PreparedScenario[]): readonly (readonly PreparedScenario[])[] {
  const groups = Map.groupBy(prepared, ({ scenario }) => JSON.stringify(scenario.actions.filter(({ change }) => isAboutNode(change))))
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batchSize) }, (_, index) => group.slice(index * batchSize, (index + 1) * batchSize)),
  )
}

/** Counts and prints checks as TAP. */
class Checks {
  #passed = 0
  #failed = 0

  check(name: string, isOk: boolean, details: readonly string[] = []): void {
    if (isOk) this.#passed++
    else this.#failed++
    say(`${isOk ? 'ok' : 'not ok'} ${this.#passed + this.#failed} - ${name}`)
    if (!isOk) for (const line of details) say(`  # ${line}`)
  }

  /** @returns the exit code */
  end(): number {
    const total = this.#passed + this.#failed
    say(`1..${total}`)
    say(`# { total: ${total}, pass: ${this.#passed}, fail: ${this.#failed} }`)
    return total > 0 && this.#failed === 0 ? 0 : 1
  }
}

function details({ timeline, differences }: Result): readonly string[] {
  return [
    ...differences.flatMap(({ point, predicted, observed }) => [
      `${point}:`,
      `  model ${JSON.stringify(predicted)}`,
      `  node  ${JSON.stringify(observed)}`,
    ]),
    `all that the model says: ${JSON.stringify(timeline.rawStatuses)}`,
  ]
}

/** Scenarios whose start would be taken for the start in a world where everything works, although it is another. */
function notToldApart(results: readonly Result[]): readonly string[] {
  return results.flatMap(({ scenario, timeline, outcome }) => {
    const happy = explainStart(scenario.workload, happyScenario)
    const isOther = happy.statuses.join() !== timeline.statuses.join()
    return isOther && allDifferences(scenario, happy, outcome).length === 0 ? [scenario.name] : []
  })
}

async function runAll(node: Node, { names, writeEvidence: write }: Arguments): Promise<number> {
  const watch = await watchPods(node.controlPlane.config, (error) => {
    throw error
  })
  const lab: Lab = { node, watch, world: await startWorld(node, watch) }
  await node.controlPlane.startControllers()
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.some((text) => name.includes(text)))
  const results = new Map<string, Result>()
  const checks = new Checks()
  for (const batch of batches(chosen.map((scenario) => prepareScenario(scenario, node.folder, crashLoopMaxSeconds)))) {
    const started = Date.now()
    for (const result of await runBatch(lab, batch)) {
      results.set(result.scenario.name, result)
      checks.check(result.scenario.name, result.differences.length === 0, details(result))
    }
    say(`# ${batch.length} in ${Math.round((Date.now() - started) / 1000)} s`)
  }
  const inOrder = chosen.flatMap(({ name }) => results.get(name) ?? [])
  const alike = notToldApart(inOrder)
  checks.check('the comparison tells each start from the happy one', alike.length === 0, alike)
  if (write) writeEvidence(inOrder)
  else if (names.length === 0) {
    const problem = evidenceProblem(inOrder)
    checks.check('docs/evidence.md says what this run saw', problem === undefined, problem === undefined ? [] : [problem])
  }
  return checks.end()
}

async function main(): Promise<number> {
  // run.ts holds the other end: this process ends with it, and everything else in the cell with this process.
  process.stdin.resume().once('end', () => process.exit(1))
  const wanted = readArguments(process.argv.slice(2))
  const place = await enterCell()
  const node = await startNode(place)
  try {
    return await runAll(node, wanted)
  } catch (error) {
    say(node.logs())
    throw error
  } finally {
    if (wanted.logs !== undefined) cpSync(join(place.folder, 'logs'), wanted.logs, { recursive: true })
  }
}

process.exit(
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }),
)
