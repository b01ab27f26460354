/**
 * Runs batches of scenarios on one node, in the cell that run.ts created; started only by run.ts. Arguments: a folder for the logs or an
 * empty string, then the names of the scenarios. Writes the results to file descriptor 3, as JSON.
 */
import { cpSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { scenarios } from './scenarios/index.ts'
import { isAboutNode, type Lab, type Result, runBatch } from './support/batch.ts'
import { enterCell } from './support/cell.ts'
import { crashLoopMaxSeconds, type Node, startNode } from './support/node.ts'
import { type PreparedScenario, prepareScenario } from './support/scenario.ts'
import { watchPods } from './support/watch.ts'
import { startWorld } from './support/world.ts'

/** Pods per batch: images are pulled one at a time, and two cores must be enough. */
const batchSize = 12

const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** Changes of the node affect all pods of a batch, so a batch contains only scenarios with the same ones. */
function batches(prepared: readonly PreparedScenario[]): readonly (readonly PreparedScenario[])[] {
  const groups = Map.groupBy(prepared, ({ scenario }) => JSON.stringify(scenario.actions.filter(({ change }) => isAboutNode(change))))
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batchSize) }, (_, index) => group.slice(index * batchSize, (index + 1) * batchSize)),
  )
}

async function runAll(node: Node, names: readonly string[]): Promise<readonly Result[]> {
  const watch = await watchPods(node.controlPlane.config, (error) => {
    throw error
  })
  const lab: Lab = { node, watch, world: await startWorld(node, watch) }
  await node.controlPlane.startControllers()
  print('# The node is up.')
  const chosen = scenarios.filter(({ name }) => names.includes(name))
  const results: Result[] = []
  for (const batch of batches(chosen.map((scenario) => prepareScenario(scenario, node.folder, crashLoopMaxSeconds)))) {
    const started = Date.now()
    const found = await runBatch(lab, batch)
    results.push(...found)
    const agreed = found.filter(({ differences }) => differences.length === 0).length
    print(`# ${agreed} of ${batch.length} agree, after ${Math.round((Date.now() - started) / 1000)} s`)
  }
  return results
}

async function main([logs, ...names]: readonly string[]): Promise<number> {
  // run.ts holds the other end: this process ends with it, and everything else in the cell ends with this process.
  process.stdin.resume().once('end', () => process.exit(1))
  const place = await enterCell()
  const node = await startNode(place)
  try {
    writeAll(3, JSON.stringify(await runAll(node, names)))
    return 0
  } catch (error) {
    print(node.logs())
    throw error
  } finally {
    if (logs !== undefined && logs !== '') cpSync(join(place.folder, 'logs'), logs, { recursive: true })
  }
}

/** Writes a text to a pipe, which accepts only a part at a time. */
function writeAll(descriptor: number, content: string): void {
  for (let rest = Buffer.from(content); rest.length > 0; ) rest = rest.subarray(writeSync(descriptor, rest))
}

process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }),
)
