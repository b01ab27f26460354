/** The certificate that initlint creates for itself, and the validation of certificate pairs. */
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ownCertificate } from '../../../src/server/certificates/own.ts'
import { checkPair } from '../../../src/server/certificates/pair.ts'
import { clientPair, goodPair } from '../support/certificates.ts'
import { scratch } from '../support/scratch.ts'

const day = 24 * 60 * 60 * 1000

t.test('ownCertificate creates a pair once, reuses it, and replaces it in its last month or if a file is invalid', async (t) => {
  const folder = join(scratch(t), 'certs')
  const now = Date.now()
  const first = await ownCertificate(folder, now)
  t.equal(first.made, true)
  t.equal(statSync(first.key).mode & 0o777, 0o600)
  const certificate = new X509Certificate(readFileSync(first.cert))
  const ca = new X509Certificate(readFileSync(first.ca))
  t.ok(ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
  for (const name of ['localhost', 'initlint.initlint.svc']) t.ok(certificate.checkHost(name), name)
  for (const ip of ['127.0.0.1', '::1']) t.ok(certificate.checkIP(ip), ip)
  t.notOk(certificate.checkHost('example.com'))

  t.equal((await ownCertificate(folder, now)).made, false)
  t.equal((await ownCertificate(folder, now + 300 * day)).made, false)
  t.equal((await ownCertificate(folder, now + 340 * day)).made, true)
  for (const file of [first.key, first.cert, first.ca]) {
    writeFileSync(file, 'nonsense')
    t.equal((await ownCertificate(folder, now)).made, true, file)
  }
  writeFileSync(first.ca, (await goodPair()).ca)
  t.equal((await ownCertificate(folder, now)).made, true, 'the CA of another certificate')
})

t.test('ownCertificate in a directory that is not writable: a StartError that names --tls-cert', async (t) => {
  const file = join(scratch(t, { file: '' }), 'file')
  await t.rejects(ownCertificate(join(file, 'certs'), Date.now()), { name: 'StartError', message: /--tls-cert/ })
})

t.test('checkPair rejects a wrong key, unreadable files, a wrong date, a missing subjectAltName and an invalid client CA', async (t) => {
  const now = Date.now()
  const [pair, other, nameless] = await Promise.all([goodPair(now), goodPair(now), clientPair()])
  t.match(checkPair(pair, now), { ok: true, notAfter: Number })
  for (const [wrong, at, problem] of [
    [{ ...pair, key: other.key }, now, /does not belong/],
    [{ ...pair, key: 'x' }, now, /key cannot be read/],
    [{ ...pair, cert: 'x' }, now, /certificate cannot be read/],
    [pair, now - day, /not valid before/],
    [pair, now + 366 * day, /expired/],
    [nameless, now, /subjectAltName/],
    [{ ...pair, clientCa: 'x' }, now, /client CA/],
  ] as const) {
    t.match(checkPair(wrong, at), { ok: false, problem })
  }
})
