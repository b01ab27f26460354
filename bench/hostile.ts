/**
 * One ordinary client next to connections of a tenant who sends the init scripts that cost most: the latency of the ordinary client, the
 * CPU time of all sides and the memory of the server.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { Agent } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { post } from '../test/support/hostile-clients.ts'
import { initSpec, reviewOfPod } from '../test/support/hostile-pods.ts'
import { quantile } from '../test/support/numbers.ts'
import type { Section } from './report.ts'
import { type BenchServer, usageOf } from './servers.ts'

export interface HostileOptions {
  readonly seconds: number
  readonly connections: number
}

/** The `?timeout` of the ordinary client: timeoutSeconds of manifests/base/validating-webhook.yaml. */
const timeoutSeconds = 5

/** Pause of the ordinary client between two requests, ms: it measures, and adds little load itself. */
const pause = 10

interface Measured {
  readonly seconds: number
  /** Latencies, ms. */
  readonly times: readonly number[]
  readonly failures: number
  /** CPU time, ms. */
  readonly cpu: {
    readonly eventLoop: number
    readonly delayed: number
    readonly otherThreads: number
    readonly client: number
    readonly hostile: number
  }
  /** Largest resident memory, MiB. */
  readonly peak: number
}

/** Runs the load against a server that has just started. */
export async function hostileSection(server: BenchServer, { seconds, connections }: HostileOptions): Promise<Section> {
  const idle = usageOf(server).residentMiB
  const client = new OrdinaryClient(server)
  try {
    await client.review(true)
    await sleep(1000)
    await measure(client, server, 3)
    const before = await measure(client, server, seconds / 3)
    const hostile = startHostile(server, connections)
    await sleep(1000)
    const during = await measure(client, server, seconds, hostile)
    const codes = await endHostile(hostile)
    const after = await measure(client, server, seconds / 3)
    return sectionOf({ before, during, after, codes, connections, idle })
  } finally {
    client.end()
  }
}

interface HostileResult {
  readonly before: Measured
  readonly during: Measured
  readonly after: Measured
  readonly codes: string
  readonly connections: number
  readonly idle: number
}

function sectionOf({ before, during, after, codes, connections, idle }: HostileResult): Section {
  return {
    title: 'Hostile neighbor',
    about: `One ordinary client, which pauses ${pause} ms between its requests, next to ${connections} connections of a tenant who sends the init scripts that cost most. CPU in percent of one core: of the event loop, of how long it waited for a CPU, of the other threads, and of both clients. Replies to the hostile clients by status code: ${codes}. Idle, the server has ${idle.toFixed(0)} MiB.`,
    head: [
      'load',
      'requests',
      'p50 ms',
      'p99 ms',
      'longest ms',
      'late',
      'event loop',
      'waiting',
      'threads',
      'client',
      'hostile',
      'peak MiB',
    ],
    rows: [rowOf('none', before), rowOf('hostile', during), rowOf('none, after it', after)],
    aims: [{ what: 'requests of others that are late next to a hostile tenant', measured: lateOf(during), atMost: 0 }],
  }
}

/** Sends ordinary pods, of which each is different. */
class OrdinaryClient {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  #number = 0

  constructor({ port }: BenchServer) {
    this.#url = `https://127.0.0.1:${port}/validate?timeout=${timeoutSeconds}s`
  }

  /** @returns whether the reply is a review */
  async review(hasScript: boolean): Promise<boolean> {
    const number = this.#number++
    const body = reviewOfPod(ordinaryPod(number, hasScript), `ordinary-${number}`, 'shop')
    return (await post(this.#url, this.#agent, body)) === 200
  }

  end(): void {
    this.#agent.destroy()
  }
}

function ordinaryPod(number: number, hasScript: boolean): object {
  const script = `set -e\nmkdir -p /data/site-${number}\ncp -r /defaults/. /data/site-${number}\nuntil nc -z db 5432; do sleep 2; done\n`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `ordinary-${number}` },
    spec: {
      ...initSpec(hasScript ? [script] : [], 'busybox:1.37'),
      containers: [{ name: 'web', image: `registry.example/web:${number}` }],
    },
  }
}

/** Half of the pods have an init script. */
async function measure(client: OrdinaryClient, server: BenchServer, seconds: number, hostile?: ChildProcess): Promise<Measured> {
  const usage = () => ({
    server: usageOf(server),
    hostile: hostile === undefined ? 0 : usageOf({ process: hostile }).cpuMs,
    client: process.cpuUsage(),
  })
  const before = usage()
  const times: number[] = []
  let failures = 0
  let peak = 0
  const start = performance.now()
  const sampler = setInterval(() => {
    peak = Math.max(peak, usageOf(server).residentMiB)
  }, 100)
  while (performance.now() - start < seconds * 1000) {
    const sent = performance.now()
    if (!(await client.review(times.length % 2 === 0))) failures++
    times.push(performance.now() - sent)
    await sleep(pause)
  }
  clearInterval(sampler)
  const after = usage()
  const eventLoop = after.server.eventLoopMs - before.server.eventLoopMs
  return {
    seconds: (performance.now() - start) / 1000,
    times,
    failures,
    cpu: {
      eventLoop,
      delayed: after.server.delayedMs - before.server.delayedMs,
      otherThreads: after.server.cpuMs - before.server.cpuMs - eventLoop,
      client: (after.client.user + after.client.system - before.client.user - before.client.system) / 1000,
      hostile: after.hostile - before.hostile,
    },
    peak,
  }
}

function lateOf({ times, failures }: Measured): number {
  return times.filter((time) => time > timeoutSeconds * 1000).length + failures
}

function rowOf(name: string, measured: Measured): readonly string[] {
  const { seconds, times, cpu, peak } = measured
  const share = (milliseconds: number): string => `${(milliseconds / seconds / 10).toFixed(0)} %`
  return [
    name,
    String(times.length),
    ...[0.5, 0.99, 1].map((part) => quantile(times, part).toFixed(1)),
    String(lateOf(measured)),
    ...[cpu.eventLoop, cpu.delayed, cpu.otherThreads, cpu.client, cpu.hostile].map(share),
    peak.toFixed(0),
  ]
}

function startHostile({ port }: BenchServer, connections: number): ChildProcess {
  const program = new URL('hostile-clients.ts', import.meta.url).pathname
  return spawn(process.execPath, [program, `https://127.0.0.1:${port}/validate?timeout=${timeoutSeconds}s`, String(connections)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function endHostile(hostile: ChildProcess): Promise<string> {
  let output = ''
  hostile.stdout?.on('data', (chunk) => {
    output += chunk
  })
  hostile.stdin?.end()
  await new Promise((resolve) => hostile.once('close', resolve))
  return output
}
