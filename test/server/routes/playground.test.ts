/** GET / and the files of the playground. */
import { request } from 'node:http'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { pageDirectives } from '../../../src/server/http/page-files.ts'
import { testApp, testPorts, testServer } from '../support/server.ts'

/** A directory like that of a built page, beside a file that is not part of it. */
function builtPage(t: Test): string {
  const directory = t.testdir({
    'secret.txt': 'not part of the page',
    page: {
      'index.html': '<!doctype html>',
      'notes.txt': 'not served',
      assets: {
        'index-a1.js': 'export {}',
        'page-b2.css': 'a{}',
        'icon-c3.svg': '<svg/>',
        'index-a1.js.map': '{}',
        'only-d4.js.gz': gzipSync('export const only = 1'),
      },
    },
  })
  return join(directory, 'page')
}

t.test('GET / answers the page, which nothing may frame and which sends nothing', async (t) => {
  const app = await testApp(t, { ...testPorts(t), pageDirectory: builtPage(t) })
  const reply = await app.inject('/')
  t.match(reply, {
    statusCode: 200,
    body: '<!doctype html>',
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': '15',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    },
  })
  const policy = String(reply.headers['content-security-policy']).split('; ')
  t.same(policy, [...pageDirectives, "frame-ancestors 'none'"])
  t.ok(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'none'"].every((each) => policy.includes(each)))
  t.notMatch(policy.join(), /unsafe|data:|https?:|\*/)
  t.equal((await app.inject('/?a=b')).statusCode, 200)
})

t.test('the files of the page have their types, never change, and have the same policy', async (t) => {
  const app = await testApp(t, { ...testPorts(t), pageDirectory: builtPage(t) })
  for (const [url, type, body] of [
    ['/assets/index-a1.js', 'text/javascript; charset=utf-8', 'export {}'],
    ['/assets/page-b2.css', 'text/css; charset=utf-8', 'a{}'],
    ['/assets/icon-c3.svg', 'image/svg+xml', '<svg/>'],
  ] as const) {
    const reply = await app.inject(url)
    t.match(reply, {
      statusCode: 200,
      body,
      headers: {
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': /default-src 'none'/,
        'x-content-type-options': 'nosniff',
      },
    })
  }
})

t.test('a script that is there compressed is sent so, and unpacked for clients that do not accept it', async (t) => {
  const app = await testApp(t, { ...testPorts(t), pageDirectory: builtPage(t) })
  const url = '/assets/only-d4.js'
  for (const accepted of ['gzip', 'br, gzip;q=0.5', 'GZIP']) {
    const reply = await app.inject({ url, headers: { 'accept-encoding': accepted } })
    t.equal(gunzipSync(reply.rawPayload).toString(), 'export const only = 1', accepted)
    t.match(reply.headers, {
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'gzip',
      vary: 'accept-encoding',
      'content-length': String(reply.rawPayload.length),
    })
  }
  for (const accepted of [undefined, 'identity', 'br', 'gzip;q=0', 'gzip; q=0.000, br']) {
    const reply = await app.inject({ url, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } })
    t.match(reply, { statusCode: 200, body: 'export const only = 1', headers: { vary: 'accept-encoding' } }, String(accepted))
    t.notOk('content-encoding' in reply.headers)
  }
  t.match(await app.inject({ method: 'HEAD', url }), { statusCode: 200, body: '' })
  t.equal((await app.inject('/assets/only-d4.js.gz')).statusCode, 404)
})

t.test('HEAD answers like GET, without a body; other methods get 405', async (t) => {
  const app = await testApp(t, { ...testPorts(t), pageDirectory: builtPage(t) })
  for (const url of ['/', '/assets/index-a1.js']) {
    const [got, head] = [await app.inject(url), await app.inject({ method: 'HEAD', url })]
    const { date: _, ...headers } = got.headers
    t.match(head, { statusCode: 200, body: '', headers })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'] as const)
      t.match(await app.inject({ method, url }), { statusCode: 405, headers: { allow: 'GET, HEAD' } })
  }
})

t.test('nothing but the files of the page is served, whatever the path', async (t) => {
  const server = await testServer(t, { tryRoutes: 'loopback', pageDirectory: builtPage(t) })
  // Not with fetch, which would resolve the dots.
  const status = (path: string) =>
    new Promise((settle, reject) => {
      request({ port: server.ports.try ?? 0, path }, (reply) => settle(reply.resume().statusCode))
        .once('error', reject)
        .end()
    })
  t.equal(await status('/assets/index-a1.js'), 200)
  for (const path of [
    ...['/index.html', '/notes.txt', '/assets', '/assets/', '/assets/index-a1.js.map', '/assets/missing.js', '/assets/index-a1.js/'],
    ...['/../secret.txt', '/assets/../../secret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..\\..\\secret.txt'],
    ...['//secret.txt', '/assets/%00', '/assets/index-a1.js%00.css', '/ASSETS/INDEX-A1.JS'],
  ])
    t.match(await status(path), /^40[04]$/, path)
})

t.test('without a built page, GET / says what to do; without the try routes, there is no page', async (t) => {
  const empty = await testApp(t, { ...testPorts(t), pageDirectory: join(t.testdir(), 'missing') })
  t.match(await empty.inject('/'), { statusCode: 404, body: /npm run build/, headers: { 'content-type': /^text\/plain/ } })
  t.match(await (await testApp(t, testPorts(t))).inject('/'), { statusCode: 404 })
  const server = await testServer(t, { tryRoutes: 'off', pageDirectory: builtPage(t) })
  t.equal(server.ports.try, null)
})
