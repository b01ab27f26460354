/** Certificates that are written in pieces: the server keeps the pair in use until the new one is complete. */
import { truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { goodPair } from '../server/support/certificates.ts'
import { call } from '../server/support/server.ts'
import { unchangedFor, until } from '../support/waiting.ts'
import { ordinary } from './support/client.ts'
import { startDeployed } from './support/deployed.ts'

t.test('a certificate and a key that are written in pieces, in any order: never a wrong pair, never a failed call', async (t) => {
  const server = await startDeployed(t)
  const { cert, key } = server.files
  const ask = () => call(server.port, '/validate', ordinary, { rejectUnauthorized: false })
  const first = (await ask()).peerSerial
  const next = await goodPair()
  const half = (text: string) => text.slice(0, text.length / 2)
  const states: readonly (readonly [name: string, write: () => void])[] = [
    ['half of the certificate', () => writeFileSync(cert, half(next.cert))],
    ['an empty certificate', () => truncateSync(cert)],
    ['all of the certificate, the previous key', () => writeFileSync(cert, next.cert)],
    ['half of the key', () => writeFileSync(key, half(next.key))],
    ['an empty key', () => truncateSync(key)],
    ['no key', () => unlinkSync(key)],
    ['a key with NUL bytes, as after a crash of the node', () => writeFileSync(key, Buffer.alloc(next.key.length))],
    ['the key in place of the certificate', () => writeFileSync(cert, next.key)],
  ]
  for (const [name, write] of states) {
    write()
    // The server reads the files 100 ms after a change; a problem that it has reported already is not reported again.
    await unchangedFor('the served certificate', 400, async () => (await ask()).peerSerial)
    const reply = await ask()
    t.match({ code: reply.code, serial: reply.peerSerial }, { code: 200, serial: first }, name)
    t.equal(await server.ops('/readyz'), 200, name)
  }
  t.ok(server.log().split('the new certificate is refused').length > 3, 'the states were read')
  writeFileSync(key, next.key)
  writeFileSync(cert, next.cert)
  await until('the complete pair is served', async () => (await ask()).peerSerial !== first)
  t.equal(server.ended(), undefined)
})
