/** The resident memory of the server: idle, under load with worker threads, and after the load, with a policy in a file and in a cluster. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { FakeApiServer } from '../test/cluster-state/support/fake-api-server.ts'
import { load } from './compare.ts'
import { scenarios } from './review.ts'
import { type BenchServer, end, type Files, startInitlint, usageOf } from './servers.ts'

export interface MemoryFigures {
  readonly mode: 'file' | 'cluster'
  /** MiB. */
  readonly idle: number
  /** After reviews of pods without scripts. */
  readonly after: number
  /** The largest value while worker threads analyze new scripts. */
  readonly loaded: number
}

/** Requests of the load: V8 grows its heap during about the first ten thousand. */
const requests = 20_000
/** ms until a server that is ready has done what it does once: its self-test, its first lists. */
const settling = 5000

export async function memoryOf(mode: MemoryFigures['mode'], files: Files): Promise<MemoryFigures> {
  const ends: (() => unknown)[] = []
  const bodies = scenarios[0]?.bodies(2000) ?? []
  try {
    const server = await startInitlint(files, mode === 'file' ? [] : await clusterFlags(ends))
    ends.push(() => end(server))
    await sleep(settling)
    const idle = usageOf(server).residentMiB
    await loadWith(server, bodies.map(withoutScript))
    const after = usageOf(server).residentMiB
    return { mode, idle, after, loaded: await peakOf(server, bodies) }
  } finally {
    for (const each of ends.toReversed()) await each()
  }
}

/** The same review with init containers that run their image's own program. */
function withoutScript(body: string): string {
  const review = JSON.parse(body)
  for (const container of review.request.object.spec.initContainers) delete container.command
  return JSON.stringify(review)
}

/** Starts an API server that knows only the policy. */
async function clusterFlags(ends: (() => unknown)[]): Promise<readonly string[]> {
  const test = { after: (each: () => unknown) => ends.push(each) }
  const api = await new FakeApiServer(test).start()
  api.put('policy-status', {})
  api.put('policy', { 'policy.yaml': readFileSync(new URL('../manifests/base/policy.yaml', import.meta.url), 'utf8') })
  return ['--kubeconfig', api.kubeconfig, '--policy-configmap', 'initlint/policy']
}

/** Calls may fail on a busy machine, which `load` reports at its end: the memory counts all the same. */
async function loadWith(server: BenchServer, bodies: readonly string[]): Promise<void> {
  await load(server, bodies, 16, { amount: requests }).catch(() => undefined)
}

async function peakOf(server: BenchServer, bodies: readonly string[]): Promise<number> {
  let peak = 0
  const sampler = setInterval(() => {
    peak = Math.max(peak, usageOf(server).residentMiB)
  }, 50)
  try {
    await loadWith(server, bodies)
  } finally {
    clearInterval(sampler)
  }
  return peak
}
