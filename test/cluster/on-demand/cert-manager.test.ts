/** The component cert-manager with the controllers of cert-manager: they issue the certificate, inject its CA, and renew it under load. */
import { X509Certificate } from 'node:crypto'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import t from 'tap'
import { asArray, asObject, asString, at, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { startControlPlane } from '../support/control-plane.ts'
import { certManager, moduleFolder } from '../support/go-modules.ts'
import { initlint } from '../support/initlint.ts'
import { startLoad } from '../support/load.ts'
import { startDaemon } from '../support/processes.ts'
import { pathOf } from '../support/programs.ts'
import { site } from '../support/rendered.ts'
import { addresses, mountServiceAccount, namespace, startReplica } from '../support/replicas.ts'
import { failClosed, untilReviewed } from '../support/service.ts'
import { stored } from '../support/stored.ts'

/** Calls per second. */
const rate = 30

const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { config, kubectl, mustKubectl } = controlPlane
await mustKubectl(['apply', '--server-side', '-f', join(await moduleFolder(certManager), 'deploy/crds')])
await until('the definitions are served', async () => (await kubectl(['get', 'issuers,certificates,certificaterequests', '-A'])).code === 0)
const controllers = startDaemon(pathOf('cert-manager'), ['--config', config.kubeconfigPath])
t.teardown(() => controllers.stop('SIGKILL'))

const overlay = site(t.testdir({ mounted: {} }), {
  resources: ['../default'],
  components: ['fixes', 'cert-manager'].map((name) => `../../components/${name}`),
})
const mounted = join(t.testdirName, 'mounted')

const certificateIn = (data: Readonly<Record<string, unknown>>): string => Buffer.from(asString(data['tls.crt']) ?? '', 'base64').toString()

/** The data of the Secret, as soon as its certificate is another one. */
function issued(previous = ''): Promise<Readonly<Record<string, unknown>>> {
  return until('a new certificate in the Secret', async () => {
    const data = asObject(member(await stored(controlPlane, 'secret', 'initlint-tls', '-n', namespace), 'data'))
    return certificateIn(data) !== previous ? data : undefined
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${controllers.output()}`)
  })
}

let mounts = 0

/** Updates the files of the volume as the kubelet does: a new directory, then one rename of the link to it. */
function mount(data: Readonly<Record<string, unknown>>): void {
  mounts += 1
  const folder = `..${mounts}`
  mkdirSync(join(mounted, folder))
  for (const [name, value] of Object.entries(data)) {
    writeFileSync(join(mounted, folder, name), Buffer.from(String(value), 'base64'))
    if (mounts === 1) symlinkSync(join('..data', name), join(mounted, name))
  }
  symlinkSync(folder, join(mounted, '..next'))
  renameSync(join(mounted, '..next'), join(mounted, '..data'))
}

/** The fingerprint of the certificate that a replica serves. */
function served(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: 8443, servername: 'initlint.initlint.svc', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '')
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

const bundles = async (): Promise<readonly unknown[]> => {
  const both = [
    await stored(controlPlane, 'validatingwebhookconfiguration', 'initlint'),
    await stored(controlPlane, 'mutatingwebhookconfiguration', 'initlint'),
  ]
  return both.flatMap((one) => asArray(member(one, 'webhooks')).map((hook) => at(hook, 'clientConfig', 'caBundle')))
}

const replicas = addresses.slice(0, 2)
let first: Readonly<Record<string, unknown>>

t.test('cert-manager issues the certificate and injects its CA into every webhook', async (test) => {
  const { code, stderr } = await kubectl(['apply', '-k', overlay])
  test.equal(code, 0, stderr)
  test.equal(stderr, '')
  first = await issued()
  const certificate = new X509Certificate(certificateIn(first))
  test.equal(certificate.checkHost('initlint.initlint.svc'), 'initlint.initlint.svc')
  test.ok(certificate.verify(new X509Certificate(Buffer.from(asString(first['ca.crt']) ?? '', 'base64')).publicKey))
  await until('the CA is injected', async () => (await bundles()).every((bundle) => bundle === first['ca.crt']))
  test.equal((await bundles()).length, 3)
})

t.test('the API server calls initlint with this certificate', async (test) => {
  await mountServiceAccount(controlPlane)
  mount(first)
  const env = { INITLINT_TLS_CERT: join(mounted, 'tls.crt'), INITLINT_TLS_KEY: join(mounted, 'tls.key') }
  for (const address of replicas) await startReplica(t, controlPlane, address, { env })
  await untilReviewed(controlPlane)
  const status = JSON.stringify({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
  await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', status])
  const { code, stdout } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
  test.equal(code, 0, stdout)
})

t.test('a renewed certificate is served without a restart, no admission fails, and applying again changes nothing', async (test) => {
  await failClosed(controlPlane)
  await untilReviewed(controlPlane)
  const load = startLoad(controlPlane, rate)
  t.teardown(async () => void (await load.stop()))
  await load.untilAnswered(rate)
  // What `cmctl renew` does.
  const condition = { type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'renewed by a test' }
  const found = asArray(at(await stored(controlPlane, 'certificate', 'initlint', '-n', namespace), 'status', 'conditions'))
  const patch = JSON.stringify({ status: { conditions: [...found, { ...condition, lastTransitionTime: new Date().toISOString() }] } })
  await mustKubectl(['patch', 'certificate', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', patch])
  const second = await issued(certificateIn(first))
  test.equal(second['ca.crt'], first['ca.crt'], 'the CA outlives the certificate')
  test.not(second['tls.key'], first['tls.key'])
  mount(second)
  const wanted = new X509Certificate(certificateIn(second)).fingerprint256
  for (const address of replicas) await until(`${address} serves it`, async () => (await served(address)) === wanted)
  await load.untilAnswered(rate)
  const { calls, failures, unreviewed } = await load.stop()
  test.comment(`${calls} admissions`)
  test.same([...failures], [])
  test.equal(unreviewed, 0)

  await mustKubectl(['apply', '-k', overlay])
  test.same(await bundles(), [first['ca.crt'], first['ca.crt'], first['ca.crt']])
})
