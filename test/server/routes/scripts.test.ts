/** Reviews of pods with init scripts, which worker threads analyze. */
import { request } from 'node:https'
import t, { type Test } from 'tap'
import { Analyses } from '../../../src/server/analysis/analyses.ts'
import { JobEnded, type Jobs } from '../../../src/server/analysis/workers.ts'
import type { Limits } from '../../../src/server/bounds/limits.ts'
import { review } from '../../support/reviews.ts'
import { until } from '../../support/waiting.ts'
import { warnedRules } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, jobsInPlace, policySource, testApp, testPorts, testServer } from '../support/server.ts'

const deny = `apiVersion: initlint.dev/v1alpha1
kind: Policy
rules: { init-not-idempotent: deny, image-latest: deny }
`

interface Parts {
  readonly script?: string
  readonly image?: string
  readonly user?: string
  readonly owner?: object
  readonly old?: { readonly script?: string; readonly image?: string }
}

const podOf = ({ script = 'mkdir /data/x', image = 'nginx:1', owner }: Parts) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', ...(owner === undefined ? {} : { ownerReferences: [owner] }) },
  spec: {
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    initContainers: [
      { name: 'init', image: 'busybox:1', command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ],
    containers: [{ name: 'web', image }],
  },
})

function reviewOf(parts: Parts = {}): string {
  const { user = 'alice', old } = parts
  const change = old === undefined ? {} : { operation: 'UPDATE', oldObject: podOf({ ...parts, ...old }) }
  return JSON.stringify(review({ user, namespace: 'shop', object: podOf(parts), ...change }))
}

/** Jobs that are done when the test says so. */
class LateJobs implements Jobs {
  readonly #inPlace = jobsInPlace()
  readonly #waiting: (() => void)[] = []
  canceled = 0

  run: Jobs['run'] = (job, tenant, size) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    const done = promise.then(() => this.#inPlace.run(job, tenant, size)?.done) as never
    const cancel = () => {
      this.canceled++
      reject(new JobEnded('canceled'))
      return true
    }
    return { done, cancel }
  }

  get begun(): number {
    return this.#waiting.length
  }

  /** Does all jobs so far. */
  doAll(): void {
    for (const resolve of this.#waiting) resolve()
  }
}

async function lateApp(t: Test, options: { readonly policy?: string; readonly limits?: Partial<Limits> } = {}) {
  const ports = testPorts(t, options)
  const jobs = new LateJobs()
  const analyses = new Analyses({ ...ports, jobs })
  const app = await testApp(t, { ...ports, jobs, analyses })
  const ask = async (parts: Parts = {}, query = '') => {
    const reply = await app.inject({ method: 'POST', url: `/validate${query}`, payload: reviewOf(parts) })
    const { response } = reply.json()
    const rules = warnedRules(reply.body)
    return { text: reply.body, allowed: response.allowed, message: response.status?.message, rules, warnings: response.warnings ?? [] }
  }
  return { ask, jobs, analyses, metrics: ports.metrics }
}

t.test('a script that only warns: the review does not wait long, and the next one has the findings', async (t) => {
  const { ask, jobs, analyses, metrics } = await lateApp(t)
  const first = await ask()
  t.ok(first.allowed)
  t.same(first.rules, ['initlint'])
  t.match(first.warnings[0], /initContainers "init": not analyzed yet/)
  t.match((await metrics.expose()).text, 'initlint_scripts_not_analyzed_total 1')
  jobs.doAll()
  await analyses.settled()
  const second = await ask()
  t.same(second.rules, ['init-not-idempotent'])
  const texts = new Set<string>()
  for (let time = 0; time < 20; time++) texts.add((await ask()).text)
  t.same([...texts], [second.text], 'from then on, all replies are the same')
  t.equal(jobs.begun, 1)
  t.match((await metrics.expose()).text, 'initlint_scripts_analyzed_total 1')
})

t.test('a script that could be denied: the review waits for its analysis', async (t) => {
  const { ask, jobs } = await lateApp(t, { policy: deny })
  for (const [script, allowed] of [
    ['mkdir /data/unsafe', false],
    ['mkdir -p /data/safe', true],
  ] as const) {
    const before = jobs.begun
    const reply = ask({ script })
    await until('the analysis has begun', () => jobs.begun > before)
    // Longer than a review waits that can only get warnings.
    await new Promise((resolve) => setTimeout(resolve, 100))
    jobs.doAll()
    t.match(await reply, { allowed, rules: [] })
  }
})

t.test('no analysis within the deadline: denied with a sentence if a rule that reads scripts denies', async (t) => {
  const { ask } = await lateApp(t, { policy: deny })
  const { allowed, message } = await ask({}, '?timeout=200ms')
  t.notOk(allowed)
  t.equal(message, 'initlint is still analyzing the script; try again')
})

t.test('a Pod that a built-in controller creates does not wait, and is not denied, without an analysis', async (t) => {
  const { ask } = await lateApp(t, { policy: deny })
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }
  t.match(await ask({ owner, user: 'system:serviceaccount:kube-system:replicaset-controller' }), { allowed: true })
  t.match(await ask({ owner, user: 'alice' }, '?timeout=200ms'), { allowed: false }, 'anyone can write an owner reference')
})

t.test('a violation that needs no script is denied without waiting for scripts', async (t) => {
  const { ask, jobs } = await lateApp(t, { policy: deny })
  const { allowed, message } = await ask({ image: 'nginx:latest' })
  t.notOk(allowed)
  t.match(message, /^denied by image-latest/)
  jobs.doAll()
})

t.test('an update waits for the script before it as well: an old violation only warns', async (t) => {
  const { ask, jobs, analyses } = await lateApp(t, { policy: deny })
  const update = { script: 'mkdir /data/old # new comment', old: { script: 'mkdir /data/old', image: 'nginx:0' } }
  const reply = ask(update)
  await until('the new script is analyzed', () => {
    jobs.doAll()
    return jobs.begun === 2
  })
  jobs.doAll()
  t.match(await reply, { allowed: true, rules: ['init-not-idempotent'] })
  await analyses.settled()
  t.match(await ask({ script: 'mkdir /data/new', old: { script: 'true' } }, '?timeout=200ms'), {
    allowed: false,
    message: 'initlint is still analyzing the script; try again',
  })
})

t.test('an update of which only the old script is not analyzed is not denied as a new violation', async (t) => {
  const { ask, jobs, analyses } = await lateApp(t, { policy: deny })
  const created = ask({ script: 'mkdir /data/known' })
  await until('the analysis has begun', () => jobs.begun === 1)
  jobs.doAll()
  t.match(await created, { allowed: false })
  await analyses.settled()
  const { allowed, message } = await ask({ script: 'mkdir /data/known', old: { script: 'mkdir /data/before' } }, '?timeout=200ms')
  t.match({ allowed, message }, { allowed: false, message: 'initlint is still analyzing the script; try again' })
})

t.test('worker threads: the first and later replies of two servers are the same', async (t) => {
  const replies: string[] = []
  for (const _server of ['one', 'another']) {
    const policy = policySource(`${scratch(t, { 'policy.yaml': deny })}/policy.yaml`)
    const server = await testServer(t, { policy })
    const ask = () => call(server.ports.webhook, '/validate', reviewOf(), { ca: server.ca })
    replies.push((await ask()).text, (await ask()).text)
  }
  t.equal(new Set(replies).size, 1)
  t.match(JSON.parse(replies[0] ?? '{}').response, { allowed: false, status: { message: /^denied by init-not-idempotent/ } })
})

t.test('a client that leaves takes its job out of the queue', async (t) => {
  const ports = testPorts(t, { policy: deny })
  const jobs = new LateJobs()
  const app = await testApp(t, { ...ports, jobs, analyses: new Analyses({ ...ports, jobs }) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const outgoing = request({ host: '127.0.0.1', port, path: '/validate', method: 'POST', rejectUnauthorized: false })
  outgoing.on('error', () => {})
  outgoing.end(reviewOf())
  await until('the analysis has begun', () => jobs.begun === 1)
  outgoing.destroy()
  await until('the job is canceled', () => jobs.canceled === 1)
  t.equal(ports.load.inFlight, 0)
})
