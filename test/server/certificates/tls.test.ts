/** Certificates and TLS: rejected handshakes, and changes of the files under load. */
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ConnectionOptions, connect, getCiphers } from 'node:tls'
import t from 'tap'
import { withClientCa } from '../../../src/server/certificates/client-ca.ts'
import { secureOptions } from '../../../src/server/certificates/pair.ts'
import { until } from '../../support/waiting.ts'
import { clientPair, clientPairs, goodPair, writePair } from '../support/certificates.ts'
import { podReview } from '../support/reviews.ts'
import { scratch } from '../support/scratch.ts'
import { call, type TestServer, testServer } from '../support/server.ts'

const plain = JSON.stringify(podReview())

/** The result of a handshake: the negotiated protocols, or the error code. */
function handshake(
  port: number,
  options: ConnectionOptions,
): Promise<{ protocol?: string | null; alpn?: string | false | null; error?: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
    socket.once('secureConnect', () => {
      resolve({ protocol: socket.getProtocol(), alpn: socket.alpnProtocol })
      socket.destroy()
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve({ error: String(error.code) }))
  })
}

t.test('accepts TLS 1.2 and later, and only HTTP/1.1', async (t) => {
  const { ports } = await testServer(t)
  // Security level 0 lets the client offer versions that OpenSSL disables by default.
  const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  t.match(await handshake(ports.webhook, { ...old, maxVersion: 'TLSv1.1' }), { error: /PROTOCOL_VERSION/ })
  t.match(await handshake(ports.webhook, { maxVersion: 'TLSv1.2' }), { protocol: 'TLSv1.2' })
  t.match(await handshake(ports.webhook, { ALPNProtocols: ['h2', 'http/1.1'] }), { protocol: 'TLSv1.3', alpn: 'http/1.1' })
  t.match(await handshake(ports.webhook, { ALPNProtocols: ['h2'] }), { error: /NO_APPLICATION_PROTOCOL/ })
})

t.test('accepts only suites with forward secrecy and authenticated encryption, also after a change of the certificate', async (t) => {
  const { ports, files, sink } = await testServer(t)
  const check = async () => {
    for (const suite of getCiphers().filter((name) => !name.startsWith('tls_'))) {
      // Security level 0 lets the client offer suites that OpenSSL disables by default.
      const ciphers = `${suite.toUpperCase()}:@SECLEVEL=0`
      const { error } = await handshake(ports.webhook, { maxVersion: 'TLSv1.2', ciphers })
      const isGood = /^ecdhe-ecdsa-(aes(128|256)-gcm-sha\d+|chacha20-poly1305)$/.test(suite)
      t.equal(error === undefined, isGood, `${suite} ${error}`)
    }
    for (const ciphers of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']) {
      t.match(await handshake(ports.webhook, { ciphers }), { protocol: 'TLSv1.3' })
    }
  }
  await check()
  writePair(dirname(files.cert), await goodPair())
  await until('the new certificate is in use', () => sink.lines().some(({ msg }) => msg === 'the new certificate is in use'))
  await check()
})

t.test('a client that asks for a renegotiation does not get one', async (t) => {
  const { ports } = await testServer(t)
  const socket = connect({ host: '127.0.0.1', port: ports.webhook, rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  await once(socket, 'secureConnect')
  const outcome = await new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)))
    socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error === null ? 'renegotiated' : String(error)))
  })
  socket.destroy()
  t.match(outcome, /RENEGOTIATION/)
})

t.test('with a client CA, clients without a certificate of that CA are refused', async (t) => {
  const [trusted, stranger] = await Promise.all([clientPair(), clientPair()])
  const clientCa = `${scratch(t, { 'ca.pem': trusted.ca })}/ca.pem`
  const files = writePair(scratch(t), await goodPair())
  const { ports } = await testServer(t, { certificate: { ...files, clientCa } })
  const as = (pair?: { cert: string; key: string }) =>
    call(ports.webhook, '/validate', plain, { rejectUnauthorized: false, ...(pair && { cert: pair.cert, key: pair.key }) })
  t.match(await as(trusted), { code: 200 })
  await t.rejects(as())
  await t.rejects(as(stranger))
})

t.test('with client names, clients whose certificate has another name get 403', async (t) => {
  const [first, second, other] = await clientPairs('kube-apiserver', 'system:second', 'system:node:a')
  const clientCa = `${scratch(t, { 'ca.pem': first.ca })}/ca.pem`
  const files = writePair(scratch(t), await goodPair())
  const server = await testServer(t, { certificate: { ...files, clientCa }, clientNames: ['kube-apiserver', 'system:second'] })
  const as = (pair: { cert: string; key: string }, path = '/validate') =>
    call(server.ports.webhook, path, plain, { rejectUnauthorized: false, cert: pair.cert, key: pair.key })
  t.match(await as(first), { code: 200 })
  t.match(await as(second), { code: 200 })
  for (const path of ['/validate', '/mutate', '/validate-policy', '/lint', '/nowhere']) t.match(await as(other, path), { code: 403 }, path)
  t.match(
    server.sink.lines().filter(({ level }) => level === 'warn'),
    [{ subject: 'CN=system:node:a' }],
  )
  t.match(await as(first), { code: 200 })
})

t.test('withClientCa: clients of another CA are refused; a new CA file is used, an invalid one is not', async (t) => {
  const [first, second] = await Promise.all([clientPair(), clientPair()])
  const folder = scratch(t, { 'ca.pem': first.ca })
  const kept = { secureOptions: secureOptions(await goodPair()), start: () => {}, stop: () => {} }
  const server = await testServer(t, { certificate: withClientCa(async () => kept, `${folder}/ca.pem`) })
  const as = (pair?: { cert: string; key: string }) =>
    call(server.ports.webhook, '/validate', plain, { rejectUnauthorized: false, ...(pair && { cert: pair.cert, key: pair.key }) })
  t.match(await as(first), { code: 200 })
  await t.rejects(as())
  await t.rejects(as(second))
  writeFileSync(`${folder}/ca.pem`, 'nonsense')
  await until('the bad CA is refused', () => server.sink.lines().some(({ level }) => level === 'error'))
  t.match(await as(first), { code: 200 })
  writeFileSync(`${folder}/ca.pem`, second.ca)
  await until('the new CA is in use', () => server.sink.lines().some(({ msg }) => String(msg).includes('the new client CA is in use')))
  t.match(await as(second), { code: 200 })
  await t.rejects(as(first))
})

/** The serial number of the certificate in use. */
async function serial(server: TestServer): Promise<string> {
  return (await call(server.ports.webhook, '/validate', plain, { rejectUnauthorized: false })).peerSerial
}

t.test('under load, a new certificate is used, an invalid one is not, and no call fails', async (t) => {
  const server = await testServer(t)
  const folder = server.files.cert.replace(/\/[^/]+$/, '')
  const first = await serial(server)
  let running = true
  t.after(() => {
    running = false
  })
  let calls = 0
  const load = Array.from({ length: 4 }, async () => {
    while (running) {
      const reply = await call(server.ports.webhook, '/validate', plain, { rejectUnauthorized: false })
      if (reply.code !== 200) throw new Error(`code ${reply.code}`)
      calls++
    }
  })
  const refusals = () => server.sink.lines().filter(({ msg }) => String(msg).includes('refused'))
  const [other, expired] = [await goodPair(), await goodPair(Date.UTC(2020, 0, 1))]

  writeFileSync(server.files.cert, other.cert)
  const untilRefused = (problem: string) =>
    until(`a refusal because of ${problem}`, () => String(refusals().at(-1)?.problem).includes(problem))
  await untilRefused('does not belong')
  writePair(folder, expired)
  await untilRefused('expired')
  writeFileSync(server.files.cert, 'nonsense')
  await untilRefused('PEM')
  renameSync(server.files.key, `${server.files.key}.gone`)
  await untilRefused('no such file or directory')
  t.equal(await serial(server), first)

  writePair(folder, other)
  await until('the new certificate is served', async () => (await serial(server)) !== first)
  running = false
  await Promise.all(load)
  t.ok(calls > 10, `${calls} calls`)
  const metrics = await (await fetch(`http://127.0.0.1:${server.ports.ops}/metrics`)).text()
  t.match(metrics, /initlint_reloads_total\{what="certificate",result="ok"\} 1/)
  t.match(metrics, /initlint_reloads_total\{what="certificate",result="failed"\} [1-9]/)
})
