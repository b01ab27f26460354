/** Load through the API server: dry runs of pods, each of which asks the webhook. */
import { Agent, request } from 'node:https'
import type { ControlPlane } from './control-plane.ts'

export interface Load {
  /** Ends it and waits for the calls on their way. */
  stop(): Promise<LoadResult>
  /** Calls answered so far. */
  answered(): number
}

export interface LoadResult {
  readonly calls: number
  /** Answers other than 201, and broken calls: what was said, with how often. */
  readonly failures: ReadonlyMap<string, number>
  /** Answers 201 without a warning of initlint: the webhook was not asked, or failed open. */
  readonly unasked: number
}

/** Most calls on their way at once: a stuck server must not make this process grow. */
const maxPending = 200

const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'load-' },
  // An untagged image: initlint warns of it under every preset that is not off.
  spec: { containers: [{ name: 'app', image: 'nginx' }] },
})

/** Creates pods by dry run. @param rate calls per second */
export function startLoad({ config }: ControlPlane, rate: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: config.caPem, cert: config.certPem, key: config.keyPem })
  const failures = new Map<string, number>()
  const pending = new Set<Promise<void>>()
  let calls = 0
  let unasked = 0
  const one = async (): Promise<void> => {
    const { status, text, warnings } = await createPod(config.server, agent).catch((error: Error) => ({
      status: 0,
      text: error.message,
      warnings: '',
    }))
    calls++
    if (status !== 201) failures.set(`${status} ${text}`, (failures.get(`${status} ${text}`) ?? 0) + 1)
    else if (!warnings.includes('[image-latest]')) unasked++
  }
  const timer = setInterval(() => {
    if (pending.size >= maxPending) return
    const call = one().finally(() => pending.delete(call))
    pending.add(call)
  }, 1000 / rate)
  return {
    answered: () => calls,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(pending)
      agent.destroy()
      return { calls, failures, unasked }
    },
  }
}

function createPod(server: string, agent: Agent): Promise<{ status: number; text: string; warnings: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${server}/api/v1/namespaces/default/pods?dryRun=All`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text: answer.statusCode === 201 ? '' : messageOf(Buffer.concat(chunks).toString('utf8')),
            warnings: String(answer.headers.warning ?? ''),
          }),
        )
      },
    )
    asked.once('error', reject)
    asked.end(pod)
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
