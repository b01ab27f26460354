/**
 * Records scenarios on one node, in the cell that run.ts created; started only by run.ts. Arguments: the version of Kubernetes, paths
 * of kubelet, API server and scheduler, then the names of the scenarios. Writes the recordings to file descriptor 3, as JSON.
 */
import { print, workInside } from '../support/inside.ts'
import { recordBatch, startLab } from './lab.ts'
import type { PodRecording } from './recording.ts'
import { recordedScenarios } from './scenarios/index.ts'

/** Pods at the same time: they mostly wait, but images are pulled one at a time, and two cores must be enough. */
const batchSize = 24

const [kubernetes = '', kubelet = '', apiServer = '', scheduler = '', ...names] = process.argv.slice(2)
await workInside(
  async (node) => {
    const lab = await startLab(node, scheduler)
    print('# The node is up.')
    // Scenarios of similar length run together.
    const chosen = recordedScenarios.filter(({ name }) => names.includes(name)).sort((left, right) => left.seconds - right.seconds)
    const recordings: PodRecording[] = []
    for (let from = 0; from < chosen.length; from += batchSize) {
      const started = Date.now()
      const batch = chosen.slice(from, from + batchSize)
      const found = await recordBatch(lab, batch, kubernetes, (problem) => print(`# not recorded: ${problem}`))
      recordings.push(...found)
      print(`# ${found.length} pods of ${batch.length} scenarios, after ${Math.round((Date.now() - started) / 1000)} s`)
    }
    return recordings
  },
  { node: { crashLoopMaxSeconds: null, kubelet, apiServer: apiServer === '' ? undefined : apiServer, evictsForStorage: true } },
)
