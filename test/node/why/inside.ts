/**
 * Lets pods get stuck on one node, asks `initlint why`, and carries out its answers; in a cell, started only by test/node/why.ts. Arguments:
 * a folder for the logs of the node or '', then the names of the scenarios. Writes the checks to file descriptor 3, as JSON.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { binaries } from '../../cluster/support/programs.ts'
import { print, workInside } from '../support/inside.ts'
import { startLab } from './lab.ts'
import { type Check, play } from './play.ts'
import { stuckScenarios } from './scenarios/index.ts'

/** Pods that start at the same moment delay each other. */
const pause = 300

/** They mostly wait, but images are pulled one at a time, and two cores must be enough. */
const atOnce = 20

const [logs = '', ...names] = process.argv.slice(2)
const options = {
  crashLoopMaxSeconds: null,
  kubelet: join(binaries, 'kubelet'),
  apiServer: undefined,
  evictsForStorage: false,
  servesLogs: true,
}
await workInside(
  async (node) => {
    const lab = await startLab(node)
    print('# The node is up.')
    const chosen = stuckScenarios.filter(({ name }) => names.includes(name))
    const started = Date.now()
    const all: (readonly Check[])[] = []
    const waiting = [...chosen].reverse()
    const playNext = async (): Promise<void> => {
      for (let scenario = waiting.pop(); scenario !== undefined; scenario = waiting.pop()) {
        all.push(await play(lab, scenario))
        print(`# ${scenario.name}: played after ${Math.round((Date.now() - started) / 1000)} s`)
      }
    }
    await Promise.all(
      Array.from({ length: atOnce }, async (_, index) => {
        await sleep(index * pause)
        await playNext()
      }),
    )
    return all.flat()
  },
  { logs, node: options },
)
