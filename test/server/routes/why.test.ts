/** POST /why: a Pod, a List with its Events, formats of the reply, what is refused. */
import t, { type Test } from 'tap'
import { event, pod, waiting } from '../../diagnosis/build-pod.ts'
import { testApp, testPorts } from '../support/server.ts'

const stuck = pod({ appStatus: waiting('ErrImagePull') })
const failed = event('Failed', 'Failed to pull image "registry.example/web:1": dial tcp 192.0.2.1:443: connect: connection refused', {
  field: 'containers{app}',
})

async function poster(t: Test) {
  const app = await testApp(t, testPorts(t))
  return (payload: string, query = '', headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: `/why${query}`, payload, headers })
}

t.test('/why replies with text by default and JSON on request, whatever the Content-Type', async (t) => {
  const post = await poster(t)
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [stuck, failed] })
  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/yaml', 'nonsense']) {
    const { statusCode, headers, body } = await post(list, '', { 'content-type': type, accept: '*/*' })
    t.equal(statusCode, 200, type)
    t.match(headers['content-type'], /^text\/plain/)
    t.match(body, /^pod\/web-1-a {3}ErrImagePull/)
  }
  for (const reply of [await post(list, '?format=json'), await post(list, '', { accept: 'application/json' })]) {
    t.match(reply.json(), { pods: [{ stage: { kind: 'image-pull', container: 'app' }, cause: { class: 'connection-refused' } }] })
  }
  t.match(
    (await post(JSON.stringify(stuck), '?format=json')).json(),
    { pods: [{ cause: { certainty: 'possible' } }] },
    'a Pod without Events',
  )
})

t.test('what holds no Pod is 400 and a sentence', async (t) => {
  const post = await poster(t)
  for (const body of ['{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"}}', '[]', '{"kind":', 'kind: Service\n']) {
    const { statusCode, json } = await post(body, '?format=json')
    t.equal(statusCode, 400, body)
    t.match(json().message, /\S/)
  }
  t.equal((await post('', '?format=json')).statusCode, 400, 'an empty body')
  t.equal((await post(JSON.stringify(stuck), '?format=xml')).statusCode, 400)
})

t.test('at most 100 pods of a request are diagnosed, and the reply says so', async (t) => {
  const post = await poster(t)
  const items = Array.from({ length: 101 }, (_, index) => ({ ...stuck, metadata: { name: `web-${index}`, namespace: 'shop' } }))
  const output = (await post(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), '?format=json')).json()
  t.equal(output.pods.length, 100)
  t.match(output.notLookedAt, [{ what: '1 pods', why: /100/ }])
})
