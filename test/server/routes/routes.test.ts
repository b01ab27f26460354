/** The try routes, rejected requests, and equal findings from all routes. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { parseTimeout } from '../../../src/server/bounds/deadline.ts'
import { warnedRules } from '../support/reviews.ts'
import { testApp, testPorts, testServer } from '../support/server.ts'

const example = (name: string) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8')

interface LintReply {
  readonly diagnostics: readonly { rule: string; action: string; pointer: string }[]
}

t.test('/lint replies with text by default and JSON on request, whatever the Content-Type', async (t) => {
  const app = await testApp(t, testPorts(t))
  const post = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload: example('kiada.yaml'), headers })
  const text = await post('/lint', { accept: '*/*', 'content-type': 'application/x-www-form-urlencoded' })
  t.equal(text.statusCode, 200)
  t.match(text.headers['content-type'], /^text\/plain/)
  t.match(text.body, /image-latest/)
  for (const reply of [await post('/lint?format=json'), await post('/lint', { accept: 'application/json' })]) {
    t.match(reply.json(), { diagnostics: Array, summary: { objects: 1, files: 1 }, errors: [] })
    t.match(reply.json<LintReply>().diagnostics[0], {
      object: { namespace: 'default' },
      file: null,
      line: null,
      endLine: null,
      endColumn: null,
    })
    t.match(reply.json<LintReply>().diagnostics[0], { hint: /\.$/, fingerprint: /^[0-9a-f]{16}$/ })
  }
  const elsewhere = await post('/lint?format=json&namespace=shop')
  t.match(elsewhere.json<LintReply>().diagnostics[0], { object: { namespace: 'shop' } })
  t.equal((await post('/lint?format=xml')).statusCode, 400)
})

t.test('/lint with invalid YAML or an empty body: 400 with the line', async (t) => {
  const app = await testApp(t, testPorts(t))
  const broken = await app.inject({ method: 'POST', url: '/lint?format=json', payload: 'kind: Pod\n  spec: [' })
  t.equal(broken.statusCode, 400)
  t.match(broken.json(), { errors: [{ line: 2, message: String }] })
  t.equal((await app.inject({ method: 'POST', url: '/lint' })).statusCode, 400)
})

t.test('a YAML file that lost its line breaks to curl -d: 400 with the flag to use; JSON does not need them', async (t) => {
  const app = await testApp(t, testPorts(t))
  const lint = (name: string) => app.inject({ method: 'POST', url: '/lint', payload: example(name).replaceAll('\n', '') })
  t.match(await lint('kiada.yaml'), { statusCode: 400, body: /--data-binary @FILE …\/lint/ })
  t.match(await lint('review.json'), { statusCode: 200 })
})

t.test('the example pod has the same findings in /lint (manifest and review) and /validate', async (t) => {
  const app = await testApp(t, testPorts(t))
  const judge = async (name: string) =>
    (await app.inject({ method: 'POST', url: '/lint?format=json', payload: example(name) }))
      .json<LintReply>()
      .diagnostics.map(({ rule, action, pointer }) => `${rule} ${action} ${pointer}`)
  const fromYaml = await judge('kiada.yaml')
  t.same(await judge('review.json'), fromYaml)
  const reply = await app.inject({ method: 'POST', url: '/validate', payload: example('review.json') })
  t.same(warnedRules(reply.body), ['image-latest', 'init-no-retry'])
  for (const rule of warnedRules(reply.body))
    t.ok(
      fromYaml.some((line) => line.startsWith(`${rule} warn`)),
      rule,
    )
  t.match(reply.body, /Kubernetes set imagePullPolicy: Always/)
})

t.test('/rules, /rules/ID and /policy reply with text and JSON; an unknown rule is 404', async (t) => {
  const app = await testApp(t, testPorts(t, { policy: 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n# mine\n' }))
  const get = (url: string) => app.inject({ method: 'GET', url })
  t.match((await get('/rules')).body, /^image-latest /m)
  t.match((await get('/rules?format=json')).json(), { rules: [{ id: String, docs: /^https:\/\/docs\.example\/docs\/rules\// }] })
  t.match((await get('/rules/image-latest?format=json')).json(), { id: 'image-latest', recommended: 'warn' })
  t.match((await get('/rules/image-latest')).body, 'https://docs.example/docs/rules/image-latest.md')
  const unknown = await get('/rules/%0aoops')
  t.equal(unknown.statusCode, 404)
  t.match((await get('/policy')).body, '# mine')
  t.match((await get('/policy?format=json')).json(), { id: /^[0-9a-f]{12}$/, sources: [{ text: /# mine/ }] })
})

t.test('unknown paths are 404, wrong methods are 405 with Allow', async (t) => {
  const app = await testApp(t, testPorts(t))
  for (const url of ['/', '/validate/', '/VALIDATE', '/metrics', '/livez', '/readyz', '/validate/x', '/rules/a/b', '/%zz']) {
    const { statusCode } = await app.inject({ method: 'POST', url, payload: '{}' })
    t.ok(statusCode === 404 || (url === '/%zz' && statusCode === 400), `${url} ${statusCode}`)
  }
  for (const [method, url, allow] of [
    ['GET', '/validate', 'POST'],
    ['PUT', '/mutate', 'POST'],
    ['DELETE', '/lint', 'POST'],
    ['POST', '/rules', 'GET'],
    ['POST', '/rules/image-latest', 'GET'],
    ['OPTIONS', '/policy', 'GET'],
  ] as const) {
    const reply = await app.inject({ method, url, ...(method === 'GET' ? {} : { payload: 'x' }) })
    t.equal(reply.statusCode, 405, `${method} ${url}`)
    t.equal(reply.headers.allow, allow)
  }
})

t.test('tryRoutes loopback: /lint is served only on the try port; off: there is no try port', async (t) => {
  const status = async (url: string) => (await fetch(url, { method: 'POST', body: example('kiada.yaml') })).status
  const loopback = await testServer(t, { tryRoutes: 'loopback' })
  t.equal(await status(`http://127.0.0.1:${loopback.ports.try}/lint`), 200)
  t.equal(await status(`http://127.0.0.1:${loopback.ports.try}/validate`), 404)
  t.equal(await status(`http://127.0.0.1:${loopback.ports.ops}/lint`), 404)
  const off = await testServer(t, { tryRoutes: 'off' })
  t.equal(off.ports.try, null)
})

t.test('parseTimeout reads durations as the API server sends them and ignores other values', (t) => {
  for (const [value, milliseconds] of [
    ['10s', 10_000],
    ['1m0s', 60_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['30s', 30_000],
    ['0s', undefined],
    ['', undefined],
    ['10', undefined],
    ['-1s', undefined],
    ['s', undefined],
    ['10s ', undefined],
    ['1e3s', undefined],
    ['٣s', undefined],
    [undefined, undefined],
    [['1s', '2s'], undefined],
  ] as const) {
    // The last text is remembered.
    for (const time of ['first', 'second']) t.equal(parseTimeout(value), milliseconds, `${JSON.stringify(value)}, ${time} time`)
  }
  t.end()
})

t.test('?timeout=100ms: allowed, and counted as a missed deadline; an invalid timeout is ignored', async (t) => {
  const ports = testPorts(t)
  const app = await testApp(t, ports)
  const reply = await app.inject({ method: 'POST', url: '/validate?timeout=100ms', payload: example('review.json') })
  t.equal(reply.statusCode, 200)
  t.match(reply.json(), { response: { allowed: true } })
  t.match((await ports.metrics.expose()).text, 'initlint_failures_total{cause="deadline"} 1')
  const ignored = await app.inject({ method: 'POST', url: '/validate?timeout=nonsense', payload: example('review.json') })
  t.same(warnedRules(ignored.body), ['image-latest', 'init-no-retry'])
})
