/** Load through the API server: dry runs of pods, each of which calls the webhook. */
import { Agent, request } from 'node:https'
import { until } from '../../support/waiting.ts'
import type { ControlPlane } from './control-plane.ts'

export interface Load {
  /** Ends the load and waits for pending calls. */
  stop(): Promise<LoadResult>
  /** Calls answered so far. */
  answered(): number
  /** Waits until `more` further calls are answered. */
  untilAnswered(more: number): Promise<void>
}

export interface LoadResult {
  readonly calls: number
  /** Answers other than 201, and broken calls: how often each message occurred. */
  readonly failures: ReadonlyMap<string, number>
  /** Answers 201 without a warning of initlint: the webhook was not called, or failed open. */
  readonly unreviewed: number
}

/** The maximum number of pending calls: a stuck server must not make this process grow. */
const maxPending = 200

const loadPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'load-' },
  // An untagged image: initlint warns about it with every preset except off.
  spec: { containers: [{ name: 'app', image: 'nginx' }] },
}

/** The answer of the API server to a pod. */
export interface Answer {
  /** 0 if there was no answer. */
  readonly status: number
  /** The message of an answer other than 201. */
  readonly text: string
  readonly warnings: string
}

/** Creates one pod by dry run. */
export function tryPod(controlPlane: ControlPlane, pod: object = loadPod, namespace = 'default'): Promise<Answer> {
  return sendPod(controlPlane, pod, `${podsPath(namespace)}?dryRun=All`)
}

/** Creates one pod. */
export function createPod(controlPlane: ControlPlane, pod: object, namespace: string): Promise<Answer> {
  return sendPod(controlPlane, pod, podsPath(namespace))
}

async function sendPod(controlPlane: ControlPlane, pod: object, path: string): Promise<Answer> {
  const agent = agentOf(controlPlane, 1)
  try {
    return await post(`${controlPlane.config.server}${path}`, agent, pod)
  } finally {
    agent.destroy()
  }
}

/** Creates pods by dry run. @param rate calls per second */
export function startLoad(controlPlane: ControlPlane, rate: number): Load {
  const agent = agentOf(controlPlane, 16)
  const failures = new Map<string, number>()
  const pending = new Set<Promise<void>>()
  let calls = 0
  let unreviewed = 0
  const one = async (): Promise<void> => {
    const { status, text, warnings } = await post(`${controlPlane.config.server}${podsPath('default')}?dryRun=All`, agent, loadPod)
    calls++
    if (status !== 201) failures.set(`${status} ${text}`, (failures.get(`${status} ${text}`) ?? 0) + 1)
    else if (!warnings.includes('[image-latest]')) unreviewed++
  }
  const timer = setInterval(() => {
    if (pending.size >= maxPending) return
    const call = one().finally(() => pending.delete(call))
    pending.add(call)
  }, 1000 / rate)
  return {
    answered: () => calls,
    untilAnswered: async (more) => {
      const wanted = calls + more
      await until(`${more} more calls of the load are answered`, () => calls >= wanted, 120_000)
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(pending)
      agent.destroy()
      return { calls, failures, unreviewed }
    },
  }
}

/** The path of the API for the pods of a namespace. */
export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`
}

/** Connections to the API server that stay open. */
export function agentOf({ config }: ControlPlane, maxSockets: number): Agent {
  return new Agent({ keepAlive: true, maxSockets, ca: config.caPem, cert: config.certPem, key: config.keyPem })
}

/** Creates a pod. Never throws. */
export function post(url: string, agent: Agent, pod: object): Promise<Answer> {
  return new Promise((resolve) => {
    const broken = (error: Error): void => resolve({ status: 0, text: error.message, warnings: '' })
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.once('error', broken)
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text: answer.statusCode === 201 ? '' : messageOf(Buffer.concat(chunks).toString('utf8')),
          warnings: String(answer.headers.warning ?? ''),
        }),
      )
    })
    sent.once('error', broken)
    sent.end(JSON.stringify(pod))
  })
}

function messageOf(text: string): string {
  try {
    const status: unknown = JSON.parse(text)
    return typeof status === 'object' && status !== null && 'message' in status ? String(status.message) : text
  } catch {
    return text
  }
}
