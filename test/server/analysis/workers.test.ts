import { readdirSync, readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import t, { type Test } from 'tap'
import { defaultRegistry } from '../../../src/rules/registry.ts'
import { JobEnded, type Task, Workers } from '../../../src/server/analysis/workers.ts'
import { defaultLimits, type Limits } from '../../../src/server/bounds/limits.ts'
import { Metrics } from '../../../src/server/observe/metrics.ts'
import { scriptInput } from '../../support/script-input.ts'
import { until } from '../../support/waiting.ts'
import { logSink } from '../support/server.ts'

function workersFor(t: Test, changes: Partial<Limits> = {}) {
  const metrics = new Metrics(defaultRegistry(), { inFlight: 0, unfinished: 0 })
  const sink = logSink()
  const workers = new Workers({ limits: { ...defaultLimits, ...changes }, metrics, log: sink.log })
  t.after(() => workers.stop())
  const ended = async (reason: string) =>
    Number(new RegExp(`initlint_workers_ended_total\\{reason="${reason}"\\} (\\d+)`).exec((await metrics.expose()).text)?.[1])
  return { workers, ended, sink }
}

const scriptJob = (text: string) => ({ kind: 'script', input: scriptInput(text) }) as const

/** A job that a worker cannot do. */
const brokenJob = { kind: 'script', input: null } as unknown as ReturnType<typeof scriptJob>

const lintJob = (text: string) =>
  ({
    kind: 'lint',
    text,
    namespace: 'default',
    format: 'json',
    policy: { id: 'built-in-recommended', texts: [] },
    now: 0,
    docsBase: '',
  }) as const

/** Why a task has no result; undefined if it has one. */
async function endOf(task: Task<unknown> | undefined): Promise<JobEnded['reason'] | undefined> {
  try {
    await task?.done
    return undefined
  } catch (error) {
    if (error instanceof JobEnded) return error.reason
    throw error
  }
}

t.test('a worker starts with the first job and ends when it has nothing to do', async (t) => {
  const { workers, ended } = workersFor(t, { workerIdle: 10 })
  t.equal(workers.threads, 0)
  t.match(await workers.run(scriptJob('mkdir /data/x'), 'a', 1)?.done, { verdict: 'unsafe', facts: { onlyTouchesFiles: true } })
  await until('the worker has ended', async () => workers.threads === 0 && (await ended('idle')) === 1)
  t.match(await workers.run(scriptJob('mkdir -p /data/x'), 'a', 1)?.done, { verdict: 'safe' }, 'a new one starts')
})

/** The niceness of the threads of this process: the 17th field after the name in parentheses (proc_pid_stat(5)). */
function nicenesses(): Map<string, number> {
  const stat = (thread: string): string => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
  return new Map(readdirSync('/proc/self/task').map((thread) => [thread, Number(stat(thread).split(') ')[1]?.split(' ')[16])]))
}

t.test('a worker gives way to the event loop', { skip: process.platform !== 'linux' }, async (t) => {
  const { workers } = workersFor(t)
  const before = nicenesses()
  await workers.run(scriptJob('mkdir /data/x'), 'a', 1)?.done
  const after = nicenesses()
  const main = before.get(String(process.pid)) ?? Number.NaN
  t.equal(after.get(String(process.pid)), main, 'not the event loop')
  const changed = [...after].filter(([thread, niceness]) => !before.has(thread) && niceness > main)
  t.equal(changed.length, 1)
})

t.test('a worker answers requests with manifests by the policy that they name', async (t) => {
  const { workers } = workersFor(t)
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "nginx:latest"}]}\n'
  const text = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n'
  const actions = async (policy: { id: string; texts: { file: string; text: string }[] }) => {
    const reply = await workers.run({ ...lintJob(pod), policy }, 'try', 1)?.done
    t.match(reply, { code: 200, contentType: 'application/json', faults: [] })
    return JSON.parse(reply?.body ?? '').diagnostics.map(({ rule, action }: { rule: string; action: string }) => `${rule} ${action}`)
  }
  t.match(await actions({ id: 'one', texts: [{ file: 'p', text }] }), ['image-latest deny'])
  t.match(await actions({ id: 'built-in-audit-only', texts: [] }), ['image-latest audit'])
  t.match(await actions({ id: 'built-in-recommended', texts: [] }), ['image-latest warn'])
})

t.test('a job that takes too long ends its worker, and the next job gets a new one', async (t) => {
  const { workers, ended, sink } = workersFor(t, { jobTime: 1, workers: 1 })
  const late = workers.run(lintJob(`kind: ConfigMap\ndata: {${'a: b, '.repeat(50_000)}}`), 'a', 1)
  t.equal(await endOf(late), 'time')
  t.equal(await ended('time'), 1)
  t.match(sink.lines(), [{ level: 'warn', namespace: 'a', job: 'lint', reason: 'time', msg: 'a worker thread was ended' }])
})

t.test('a job that needs too much memory ends its worker only, and the next job gets a new one', async (t) => {
  const { workers, ended } = workersFor(t, {
    workers: 1,
    // Near the limit, the collection of garbage takes most of the time.
    jobTime: 600_000,
    workerMemory: { maxOldGenerationSizeMb: 40, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 },
  })
  const greedy = workers.run(lintJob(`[${'{a: [b]}, '.repeat(400_000)}]`), 'a', 1)
  const next = workers.run(scriptJob('mkdir /data/x'), 'b', 1)
  t.equal(await endOf(greedy), 'memory')
  t.match(await next?.done, { verdict: 'unsafe' })
  t.equal(await ended('memory'), 1)
})

t.test('memory flags of the process, as the Deployment sets them, do not raise the limit of a worker', async (t) => {
  // They are read when a heap is created: that of this process stays as it is.
  setFlagsFromString('--max-old-space-size=1000')
  setFlagsFromString('--max-semi-space-size=16')
  const workerMemory = { maxOldGenerationSizeMb: 40, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 }
  const { workers } = workersFor(t, { workers: 1, jobTime: 600_000, workerMemory })
  t.equal(await endOf(workers.run(lintJob(`[${'{a: [b]}, '.repeat(150_000)}]`), 'a', 1)), 'memory')
})

t.test('a job that fails is logged, and the worker does the next one', async (t) => {
  const { workers, ended, sink } = workersFor(t, { workers: 1 })
  t.equal(await endOf(workers.run(brokenJob, 'a', 1)), 'error')
  t.match(await workers.run(scriptJob('mkdir /data/x'), 'a', 1)?.done, { verdict: 'unsafe' })
  t.equal(await ended('error'), 0)
  t.match(sink.lines(), [{ level: 'error', problem: /^TypeError\n\s+at /, msg: 'a job of a worker thread failed' }])
})

t.test('a full queue accepts no job; a canceled job is not done', async (t) => {
  const { workers } = workersFor(t, { workers: 1, jobQueue: { tenantItems: 1, tenantBytes: 10, items: 1, bytes: 10 } })
  const first = workers.run(scriptJob('mkdir /data/x'), 'a', 1)
  const second = workers.run(scriptJob('mkdir /data/y'), 'a', 1)
  t.equal(workers.queueLength, 1)
  t.equal(workers.run(scriptJob('mkdir /data/z'), 'b', 1), undefined)
  t.ok(second?.cancel())
  t.equal(await endOf(second), 'canceled')
  t.notOk(second?.cancel(), 'a second time')
  t.notOk(first?.cancel(), 'a job that has begun')
  t.match(await first?.done, { verdict: 'unsafe' })
})

t.test('after a stop, jobs have no result and no worker is left', async (t) => {
  const { workers } = workersFor(t, { workers: 1 })
  const tasks = ['a', 'b'].map((tenant) => workers.run(scriptJob(`mkdir /data/${tenant}`), tenant, 1)?.done)
  const outcomes = Promise.allSettled(tasks)
  workers.stop()
  for (const outcome of await outcomes) t.match(outcome, { status: 'rejected', reason: { reason: 'canceled' } })
  await until('no worker is left', () => workers.threads === 0)
  t.equal(workers.run(scriptJob('true'), 'a', 1), undefined)
})
