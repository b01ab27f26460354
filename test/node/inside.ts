/**
 * Runs batches of scenarios on one node, in the cell that run.ts created; started only by run.ts. Arguments: a folder for the logs or an
 * empty string, then the names of the scenarios. Writes the results to file descriptor 3, as JSON.
 */
import { scenarios } from './scenarios/index.ts'
import { isAboutNode, type Lab, type Result, runBatch } from './support/batch.ts'
import { print, workInside } from './support/inside.ts'
import { crashLoopMaxSeconds, type Node } from './support/node.ts'
import { type PreparedScenario, prepareScenario } from './support/scenario.ts'
import { watchPods } from './support/watch.ts'
import { startWorld } from './support/world.ts'

/** Pods per batch: images are pulled one at a time, and two cores must be enough. */
const batchSize = 12

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

const [logs, ...names] = process.argv.slice(2)
await workInside((node) => runAll(node, names), { logs })
