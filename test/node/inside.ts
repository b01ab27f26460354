/** The run itself, in the cell that run.ts made: one node, batch after batch. Started by run.ts only. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { scenarios } from './scenarios/index.ts'
import { type Lab, type Result, runBatch } from './support/batch.ts'
import { enterCell } from './support/cell.ts'
import { crashLoopMaxSeconds, startNode } from './support/node.ts'
import { type PreparedScenario, prepareScenario } from './support/scenario.ts'
import { watchPods } from './support/watch.ts'
import { startWorld } from './support/world.ts'

const batchSize = 12

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function batches(prepared: readonly PreparedScenario[]): readonly (readonly PreparedScenario[])[] {
  const groups = Map.groupBy(prepared, ({ scenario }) => JSON.stringify(scenario.actions.filter(({ change }) => isOfNode(change.do))))
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batchSize) }, (_, index) => group.slice(index * batchSize, (index + 1) * batchSize)),
  )
}

function isOfNode(change: string): boolean {
  return change.startsWith('kubelet-') || change === 'node-reboot'
}

let count = 0
function report({ scenario, timeline, outcome, differences }: Result): void {
  count++
  say(`${differences.length === 0 ? 'ok' : 'not ok'} ${count} - ${scenario.name}`)
  for (const { point, predicted, observed } of differences) {
    say(`  # ${point}\n  #   model: ${JSON.stringify(predicted)}\n  #   node:  ${JSON.stringify(observed)}`)
  }
  if (differences.length > 0) say(`  # raw: ${JSON.stringify([timeline.rawStatuses, outcome.observation.statuses])}`)
}

async function main(): Promise<number> {
  // run.ts holds the other end: this process ends with it, and everything else in the cell with this process.
  process.stdin.resume().once('end', () => process.exit(1))
  const place = await enterCell()
  const node = await startNode(place)
  const logs = process.env.INITLINT_NODE_LOGS
  try {
    const watch = await watchPods(node.controlPlane.config, (error) => {
      throw error
    })
    const world = await startWorld(node, watch)
    const lab: Lab = { node, watch, world }
    say('# The node is up.')
    const only = process.argv.slice(2)
    const prepared = scenarios
      .filter(({ name }) => only.length === 0 || only.some((text) => name.includes(text)))
      .map((scenario) => prepareScenario(scenario, place.folder, crashLoopMaxSeconds))
    const results: Result[] = []
    for (const batch of batches(prepared)) {
      const started = Date.now()
      const done = await runBatch(lab, batch)
      for (const result of done) report(result)
      say(`# ${done.length} scenarios in ${Math.round((Date.now() - started) / 1000)} s`)
      results.push(...done)
    }
    const failed = results.filter(({ differences }) => differences.length > 0).length
    say(`# { total: ${results.length}, pass: ${results.length - failed}, fail: ${failed} }`)
    return failed === 0 ? 0 : 1
  } catch (error) {
    say(node.logs())
    throw error
  } finally {
    if (logs !== undefined) cpSync(join(place.folder, 'logs'), logs, { recursive: true })
  }
}

process.exit(
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    return 1
  }),
)
