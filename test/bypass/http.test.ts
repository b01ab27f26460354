/** Each denied Pod stays denied over HTTPS, whatever the request around it says. */
import type { RequestOptions } from 'node:https'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { scratch } from '../server/support/scratch.ts'
import { call, policySource, testServer } from '../server/support/server.ts'
import { deniedReviews, denyingPolicy, fewDenied } from './denied.ts'

const policyText = `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${denyingPolicy}`
const pods = deniedReviews.filter(({ kind }) => kind === 'Pod')

/** A way to send a review. `rejected`: the body is no review, so the request fails instead, which kube-apiserver never sends. */
interface Sending {
  readonly name: string
  readonly path?: string
  readonly headers?: RequestOptions['headers']
  body?(text: string): string | Buffer
  readonly expect?: 'denied' | 'rejected'
}

const types = [
  ...['application/json', 'application/json; charset=utf-16', 'application/json; charset=', 'application/yaml', 'text/plain'],
  ...['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/vnd.kubernetes.protobuf', '*/*', ';', 'x', ''],
]
const timeouts = [
  '1ns',
  '1ms',
  '100ms',
  '1s',
  '10s',
  '30s',
  '0s',
  '-1s',
  '1h',
  '99999999999s',
  '1e9s',
  'NaN',
  'x',
  '',
  '%00',
  '5s&timeout=1s',
]

const sendings: readonly Sending[] = [
  ...types.map((type) => ({ name: `Content-Type ${JSON.stringify(type)}`, headers: { 'content-type': type } })),
  ...timeouts.map((timeout) => ({ name: `timeout=${timeout}`, path: `/validate?timeout=${timeout}` })),
  { name: 'an array of timeouts', path: '/validate?timeout[]=1s&timeout[__proto__]=1s' },
  { name: 'other parameters', path: '/validate?dryRun=All&fieldManager=x&allowed=true&namespace=kube-system' },
  { name: 'a query without a name', path: '/validate?=&&&?' },
  { name: 'Content-Encoding: identity', headers: { 'content-encoding': 'identity' } },
  { name: 'Content-Encoding: gzip of a plain body', headers: { 'content-encoding': 'gzip' }, expect: 'rejected' },
  { name: 'gzip', headers: { 'content-encoding': 'gzip' }, body: (text) => gzipSync(text), expect: 'rejected' },
  { name: 'gzip without saying so', body: (text) => gzipSync(text), expect: 'rejected' },
  { name: 'a byte order mark', body: (text) => `\ufeff${text}`, expect: 'rejected' },
  { name: 'UTF-16', body: (text) => Buffer.from(text, 'utf16le'), expect: 'rejected' },
  { name: 'NUL after the body', body: (text) => `${text}\0`, expect: 'rejected' },
  { name: 'NUL before the body', body: (text) => `\0${text}`, expect: 'rejected' },
  { name: 'a second review after the first', body: (text) => text + text, expect: 'rejected' },
  {
    name: 'bytes that are not UTF-8',
    body: (text) => Buffer.concat([Buffer.from(text.replace('"jane"', '"')), Buffer.from([0xff])]),
    expect: 'rejected',
  },
  {
    name: 'invalid UTF-8 within a string',
    body: (text) => {
      const [before = '', after = ''] = text.split('jane')
      return Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from(after)])
    },
  },
  { name: '100 headers', headers: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x-${index}`, 'x'])) },
  { name: 'headers of a proxy', headers: { 'x-original-url': '/livez', 'x-http-method-override': 'GET', 'x-forwarded-for': '127.0.0.1' } },
  { name: 'Expect: 100-continue', headers: { expect: '100-continue' } },
  { name: '2 MiB of padding', body: padded(2 * 1024 * 1024) },
]

/** Adds an annotation at the beginning of the object's metadata. */
function padded(bytes: number) {
  return (text: string): string => text.replace('"metadata":{', `"metadata":{"annotations":{"padding":"${'x'.repeat(bytes)}"},`)
}

/** What the requester of the API server gets: `allowed` also if a call fails that the API server could have made. */
function outcomeOf({ code, text }: { readonly code: number; readonly text: string }): string {
  if (code !== 200) return code === 400 ? 'rejected' : `code ${code}`
  return JSON.parse(text).response.allowed === false ? 'denied' : 'allowed'
}

t.test('every denied Pod, in every kind of request', async (t) => {
  const { ports, ca } = await testServer(t, { policy: policySource(`${scratch(t, { 'policy.yaml': policyText })}/policy.yaml`) })
  for (const { name, path = '/validate', headers = {}, body = (text: string) => text, expect = 'denied' } of sendings) {
    const outcomes = new Set<string>()
    for (const denied of name.startsWith('2 MiB') ? fewDenied : pods)
      outcomes.add(outcomeOf(await call(ports.webhook, path, body(JSON.stringify(denied.review())), { ca, headers })))
    t.same([...outcomes], [expect], name)
  }
})

t.test('chunks that split names and characters', async (t) => {
  const { ports, ca } = await testServer(t, { policy: policySource(`${scratch(t, { 'policy.yaml': policyText })}/policy.yaml`) })
  for (const denied of fewDenied) {
    const bytes = Buffer.from(JSON.stringify(denied.review()).replace('jane', 'jané 😀'))
    for (const size of [1, 2, 3, 7, 64]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
      t.equal(outcomeOf(await call(ports.webhook, '/validate', parts, { ca })), 'denied', `${denied.name}, chunks of ${size} bytes`)
    }
  }
})

t.test('a body over the limit: denied with and without its length, also with a forged prefix', async (t) => {
  const policy = policySource(`${scratch(t, { 'policy.yaml': policyText })}/policy.yaml`)
  const { ports, ca } = await testServer(t, { policy, limits: { reviewBytes: 100_000 } })
  for (const denied of fewDenied) {
    const text = padded(100_000)(JSON.stringify(denied.review()))
    t.equal(outcomeOf(await call(ports.webhook, '/validate', text, { ca })), 'denied', denied.name)
    t.equal(
      outcomeOf(await call(ports.webhook, '/validate', text, { ca, headers: { 'transfer-encoding': 'chunked' } })),
      'denied',
      denied.name,
    )
    const forged = text.replace('"padding":"', '"padding":"\\"request\\":{\\"uid\\":\\"forged\\",\\"namespace\\":\\"free\\"}')
    const reply = await call(ports.webhook, '/validate', forged, { ca })
    t.equal(outcomeOf(reply), 'denied', denied.name)
    t.equal(JSON.parse(reply.text).response.uid, denied.review().request.uid)
  }
})
