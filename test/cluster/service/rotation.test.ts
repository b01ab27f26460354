/** Certificates and CAs change under load while the API server calls initlint by its Service: no call may fail. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { asArray, asString, at, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { root } from '../support/control-plane.ts'
import { startLoad } from '../support/load.ts'
import type { ReplicaSettings } from '../support/replica-by-address.ts'
import { addresses, namespace, startReplica } from '../support/replicas.ts'
import { failClosed, startInstalled, untilReviewed } from '../support/service.ts'

/** Lifetimes and waiting times, ms: short, but long enough for a busy machine. */
const times = { leafLife: 18_000, authorityLife: 30_000, propagation: 2000, tolerance: 2000 }
/** Calls per second. */
const rate = 100

const controlPlane = await startInstalled(t)
const { mustKubectl, request } = controlPlane
const replicas = await Promise.all(
  addresses.slice(0, 2).map((host) => {
    const settings: ReplicaSettings = { namespace, host, port: 8443, opsPort: 8080, times }
    const program = join(root, 'test/cluster/support/replica-by-address.ts')
    return startReplica(t, controlPlane, host, { program, args: [JSON.stringify(settings)] })
  }),
)

const decode = (value: unknown): string => Buffer.from(asString(value) ?? '', 'base64').toString('utf8')
const blocks = (pem: string): readonly string[] => pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
const secret = () => request('GET', `/api/v1/namespaces/${namespace}/secrets/initlint-certificate`)
const configuration = () => request('GET', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint')

t.test('certificates and a CA change under load: no failed admission', async (t) => {
  await failClosed(controlPlane)
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  t.teardown(async () => void (await load.stop()))
  const [leaves, signers, bundles] = [new Map<string, X509Certificate>(), new Set<string>(), new Set<number>()]
  await until(
    'four certificates, of two CAs',
    async () => {
      const found = await secret()
      const leaf = new X509Certificate(decode(at(found, 'data', 'tls.crt')))
      leaves.set(leaf.fingerprint256, leaf)
      const authorities = blocks(decode(at(found, 'data', 'ca.crt')))
      bundles.add(authorities.length)
      const signer = authorities.find((pem) => leaf.verify(new X509Certificate(pem).publicKey))
      if (signer !== undefined) signers.add(signer)
      return leaves.size >= 4 && signers.size >= 2
    },
    120_000,
  )
  const { calls, failures, unreviewed } = await load.stop()
  t.comment(`${calls} admissions, ${leaves.size} certificates, ${signers.size} CAs that signed`)
  t.same([...failures], [], replicas.map(({ daemon }) => daemon.output()).join('\n'))
  t.equal(unreviewed, 0)
  t.ok(bundles.has(2), 'the old CA and the new one are trusted at the same time')
  for (const leaf of leaves.values()) t.equal(leaf.checkHost('initlint.initlint.svc'), 'initlint.initlint.svc')
})

t.test('a removed caBundle is restored', async (t) => {
  const hooks = async () => asArray(member(await configuration(), 'webhooks'))
  const steps = (await hooks()).map((_, index) => ({ op: 'remove', path: `/webhooks/${index}/clientConfig/caBundle` }))
  t.equal(steps.length, 2)
  await mustKubectl(['patch', 'validatingwebhookconfiguration', 'initlint', '--type=json', '-p', JSON.stringify(steps)])
  await until('the caBundle of every webhook', async () =>
    (await hooks()).every((hook) => blocks(decode(at(hook, 'clientConfig', 'caBundle'))).length > 0),
  )
  await untilReviewed(controlPlane)
})
