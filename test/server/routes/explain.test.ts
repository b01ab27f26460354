/** POST /explain: requests from curl, formats of the reply, limits. */
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { testApp, testPorts } from '../support/server.ts'

const kiada = readFileSync(new URL('../../../examples/kiada.yaml', import.meta.url), 'utf8')
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }

async function poster(t: Test) {
  const app = await testApp(t, testPorts(t))
  return (payload: string, query = '', headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: `/explain${query}`, payload, headers })
}

t.test('/explain replies with text by default, JSON or SVG on request, whatever the Content-Type', async (t) => {
  const post = await poster(t)
  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/yaml', 'nonsense']) {
    const { statusCode, headers, body } = await post(kiada, '', { 'content-type': type, accept: '*/*' })
    t.equal(statusCode, 200, type)
    t.match(headers['content-type'], /^text\/plain/)
    t.match(body, /pod\/kiada, if everything works and its containers keep running: runs/)
  }
  for (const reply of [await post(kiada, '?format=json'), await post(kiada, '', { accept: 'application/json' })]) {
    t.match(reply.json(), { timelines: [{ scenario: Object, verdict: 'running' }, { verdict: 'failed' }], errors: [] })
  }
  const svg = await post(kiada, '?format=svg&if=init-fails=init-demo')
  t.equal(svg.statusCode, 200)
  t.match(svg.headers, { 'content-type': 'image/svg+xml', 'x-content-type-options': 'nosniff' })
  t.match(svg.body, /^<svg [\s\S]*<\/svg>\n$/)
  t.equal((await post(kiada, '?format=xml')).statusCode, 400)
})

t.test('?if= (repeatable, at most 16) and ?namespace= apply', async (t) => {
  const post = await poster(t)
  const one = (await post(kiada, '?format=json&if=registry-down%3Ddocker.io&namespace=shop')).json()
  t.match(one.timelines, [{ conditions: ['registry-down=docker.io'], object: { namespace: 'shop' } }, { verdict: 'retrying' }])
  const two = (await post(kiada, '?format=json&if=init-fails%3Dinit-demo&if=node-reboots')).json()
  t.match(two.timelines, [{ conditions: ['init-fails=init-demo', 'node-reboots'] }])
  const many = await post(kiada, `?${'if=node-reboots&'.repeat(17)}`)
  t.equal(many.statusCode, 400)
  t.match(many.body, /At most 16/)
})

t.test('{pod, scenario} in JSON or YAML: a single timeline', async (t) => {
  const post = await poster(t)
  const scenario = { registries: { 'docker.io': 'down' } }
  const json = await post(JSON.stringify({ pod, scenario }), '?format=json')
  t.equal(json.statusCode, 200)
  t.strictSame(Object.keys(json.json()), [
    ...['scenario', 'statuses', 'rawStatuses', 'verdict', 'phase', 'ready', 'executions', 'pullPolicies'],
    ...['reasons', 'podReason', 'rejection', 'steps'],
  ])
  t.match(json.json(), { scenario, verdict: 'retrying', executions: { app: 0 } })
  const yaml = `scenario: {registries: {docker.io: down}}\npod:\n${kiada.replace(/^#.*\n/gm, '').replace(/^(?=.)/gm, '  ')}`
  t.match((await post(yaml, '?format=json')).json(), { scenario, statuses: ['Pending', 'Init:0/1', /ErrImagePull/, /BackOff/, '...'] })
  t.match((await post(yaml)).body, /pod\/kiada, what if the given scenario/)
  t.match((await post(yaml, '?format=svg')).body, /^<svg /)
  t.match((await post(JSON.stringify({ pod }), '?format=json')).json(), { scenario: {}, verdict: 'running' })
})

t.test('invalid bodies and conditions: 400 with the place or the cause', async (t) => {
  const post = await poster(t)
  for (const [payload, query, why] of [
    ['kind: Pod\n  spec: [', '', /^input:2:\d+: /],
    [kiada, '?if=moon-is-full', /"moon-is-full" is not a condition/],
    [kiada, '?if=registry-down=quay.io', /no image comes from quay\.io/],
    ['', '', /body is empty/],
    [JSON.stringify({ pod, scenario: 7 }), '', /not an object/],
    [JSON.stringify({ pod, scenario: { registries: { 'docker.io': 'sleepy' } } }), '', /docker\.io.*"up" or "down"/],
    [JSON.stringify({ pod: null, scenario: {} }), '', /no workload/],
    [JSON.stringify({ pod: { kind: 'List', apiVersion: 'v1', items: [pod, pod] } }), '', /there are 2/],
  ] as const) {
    const { statusCode, body } = await post(payload, query)
    t.equal(statusCode, 400, payload.slice(0, 40))
    t.match(body, why)
  }
  t.match((await post('kind: Pod\n  spec: [', '?format=json')).json(), { errors: [{ line: 2, message: String }] })
  t.match((await post(JSON.stringify({ pod, scenario: 7 }), '?format=json')).json(), { message: String })
  t.match((await post('kind: Pod\n  spec: [', '?format=svg')).headers['content-type'], /^text\/plain/)
  const partly = await post(`a: [\n---\n${kiada}`)
  t.match(partly, { statusCode: 400, body: /input:2:[\s\S]*pod\/kiada/ }, 'the other document is explained')
})

t.test('too large a body: 413; too many workloads or too long a simulation: 400', async (t) => {
  const post = await poster(t)
  const large = await post(`# ${'x'.repeat(4 * 1024 * 1024)}\n${kiada}`)
  t.equal(large.statusCode, 413)
  t.match(large.body, /too large/)
  const crowd = await post(Array.from({ length: 101 }, () => JSON.stringify(pod)).join('\n---\n'), '?format=json&if=node-reboots')
  t.equal(crowd.statusCode, 400)
  t.match(crowd.json(), { errors: [{ message: /100 of the workloads were explained/ }] })
  t.equal(crowd.json().timelines.length, 100)
  const initContainers = Array.from({ length: 100 }, (_, index) => ({ name: `init-${index}`, image: `r${index}.example/x` }))
  const long = { ...pod, spec: { ...pod.spec, initContainers } }
  const spent = await post(`${JSON.stringify(long)}\n---\n${JSON.stringify(long)}\n---\n${JSON.stringify(long)}`, '?format=json')
  t.equal(spent.statusCode, 400)
  t.match(spent.json(), { errors: [{ message: /1 of the workloads/ }] })
})

t.test('GET /explain: 405', async (t) => {
  const app = await testApp(t, testPorts(t))
  const { statusCode, headers } = await app.inject({ method: 'GET', url: '/explain' })
  t.equal(statusCode, 405)
  t.equal(headers.allow, 'POST')
})
