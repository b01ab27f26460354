/** initlint manages its own certificate on a real API server, with the ServiceAccount of the manifests: no call fails under load. */
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { connect } from 'node:tls'
import t from 'tap'
import { asArray, asString, at, member } from '../../src/model/json.ts'
import { unchangedFor, until } from '../support/waiting.ts'
import { accountKubeconfig, applyAccount, namespace } from './support/cluster-initlint.ts'
import { type Cleanup, root, startControlPlane } from './support/control-plane.ts'
import { startLoad } from './support/load.ts'
import { freePort, startDaemon } from './support/processes.ts'
import type { ReplicaSettings } from './support/replica-by-address.ts'
import { type Observed, opsOf, untilLogged, untilReady } from './support/states.ts'

const secretName = 'initlint-certificate'
const kinds = ['validatingwebhookconfiguration', 'mutatingwebhookconfiguration'] as const
type Kind = (typeof kinds)[number]

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl } = controlPlane
await applyAccount(controlPlane)
const kubeconfig = await accountKubeconfig(t, controlPlane)

interface Replica extends Observed {
  readonly port: number
}

/** Starts a replica without waiting for it. */
async function start(t: Cleanup, program: 'serve' | 'short-lived', port: number): Promise<Replica> {
  const opsPort = await freePort()
  const times = { leafLife: 18_000, authorityLife: 30_000, propagation: 2000, tolerance: 2000 }
  const settings: ReplicaSettings = { kubeconfig, namespace, port, opsPort, times }
  const flags = ['--port', `${port}`, '--ops-port', `${opsPort}`, '--try', 'off', '--kubeconfig', kubeconfig]
  const args =
    program === 'serve'
      ? [join(root, 'src/main.ts'), 'serve', ...flags, '--tls-secret', `${namespace}/${secretName}`]
      : [join(root, 'test/cluster/support/replica-by-address.ts'), JSON.stringify(settings)]
  const daemon = startDaemon(process.execPath, args, { cwd: root })
  t.teardown(() => daemon.stop('SIGKILL'))
  return { daemon, port, ops: opsOf(`http://127.0.0.1:${opsPort}`) }
}

/** The configuration `initlint` with a webhook for each port, called by address because test machines have no Service network. */
function configuration(kind: Kind, ports: readonly number[]): object {
  const path = kind.startsWith('validating') ? '/validate' : '/mutate'
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: kind.startsWith('validating') ? 'ValidatingWebhookConfiguration' : 'MutatingWebhookConfiguration',
    metadata: { name: 'initlint' },
    webhooks: ports.map((port, index) => ({
      name: `replica-${index}.initlint.dev`,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      timeoutSeconds: 10,
      clientConfig: { url: `https://127.0.0.1:${port}${path}` },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
    })),
  }
}

const secretPath = `/api/v1/namespaces/${namespace}/secrets/${secretName}`
const pathOf = (kind: Kind): string => `/apis/admissionregistration.k8s.io/v1/${kind}s/initlint`

/** Without kubectl, which would use most of the CPU time here. */
const read = (path: string): Promise<unknown> => controlPlane.request('GET', path)

/** caBundle of each webhook, PEM. */
async function bundles(kind: Kind): Promise<readonly string[]> {
  const found = await read(pathOf(kind))
  return asArray(member(found, 'webhooks')).map((hook) => decode(at(hook, 'clientConfig', 'caBundle')))
}

function decode(value: unknown): string {
  return Buffer.from(asString(value) ?? '', 'base64').toString('utf8')
}

async function secretData(key: string): Promise<string> {
  return decode(at(await read(secretPath), 'data', key))
}

const certificatesIn = (pem: string): number => pem.split('-----BEGIN CERTIFICATE-----').length - 1

/** Fingerprint of the certificate that a port serves; undefined if nothing listens. */
function servedBy(port: number, options: { readonly ca?: string; readonly servername?: string } = {}): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: options.ca !== undefined, ...options }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256)
      socket.destroy()
    })
    socket.once('error', () => resolve(undefined))
  })
}

/** Waits until every webhook of a kind trusts the CAs of the Secret. */
async function untilRegistered(kind: Kind): Promise<void> {
  await until(`the ${kind} has the caBundle of the Secret`, async () => {
    const wanted = await secretData('ca.crt')
    return wanted !== '' && (await bundles(kind)).every((bundle) => bundle === wanted)
  })
}

/** Waits until all serve the certificate of the Secret. @param old a certificate to ignore, PEM */
async function untilServed(replicas: readonly Replica[], old = ''): Promise<void> {
  await until('all replicas serve the certificate of the Secret', async () => {
    const certificate = await secretData('tls.crt')
    if (certificate === '' || certificate === old) return undefined
    const { fingerprint256 } = new X509Certificate(certificate)
    const served = await Promise.all(replicas.map(({ port }) => servedBy(port)))
    return served.every((fingerprint) => fingerprint === fingerprint256)
  })
}

async function emptySecret(): Promise<void> {
  await mustKubectl(['patch', 'secret', secretName, '-n', namespace, '--type=merge', '-p', '{"data":null}'])
}

t.test('two replicas race for the empty Secret: both serve the same certificate, and the configurations trust it', async (t) => {
  const ports = [await freePort(), await freePort()]
  for (const kind of kinds) await mustKubectl(['create', '-f', '-'], configuration(kind, ports))
  const replicas = await Promise.all(ports.map((port) => start(t, 'serve', port)))
  await Promise.all(replicas.map(untilReady))
  for (const kind of kinds) await untilRegistered(kind)
  await untilServed(replicas)
  const ca = await secretData('ca.crt')
  t.equal(certificatesIn(ca), 1)
  const { fingerprint256 } = new X509Certificate(await secretData('tls.crt'))
  for (const port of ports) {
    for (const servername of ['initlint.initlint.svc', 'initlint.initlint.svc.cluster.local']) {
      t.equal(await servedBy(port, { ca, servername }), fingerprint256, 'verified by the name of the Service')
    }
    t.equal(await servedBy(port, { ca, servername: 'initlint.other.svc' }), undefined, 'not valid for another name')
  }

  t.comment('no unnecessary write')
  const versions = async () => {
    const objects = await Promise.all([secretPath, ...kinds.map(pathOf)].map(read))
    return objects.map((object) => at(object, 'metadata', 'resourceVersion'))
  }
  await unchangedFor('the Secret and the configurations', 3000, versions)

  t.comment('a caBundle that is removed or replaced is restored')
  const remove = JSON.stringify([{ op: 'remove', path: '/webhooks/1/clientConfig/caBundle' }])
  await mustKubectl(['patch', kinds[0], 'initlint', '--type=json', '-p', remove])
  await untilRegistered(kinds[0])
  const foreign = Buffer.from(controlPlane.config.caPem).toString('base64')
  const replace = JSON.stringify([{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: foreign }])
  await mustKubectl(['patch', kinds[1], 'initlint', '--type=json', '-p', replace])
  await untilRegistered(kinds[1])
  await mustKubectl(['replace', '--force', '-f', '-'], configuration(kinds[0], ports))
  await untilRegistered(kinds[0])
  t.equal((await bundles(kinds[0])).length, 2)

  t.comment('a caBundle that cert-manager injects is left alone')
  await mustKubectl(['annotate', kinds[1], 'initlint', 'cert-manager.io/inject-ca-from=initlint/initlint'])
  await mustKubectl(['patch', kinds[1], 'initlint', '--type=json', '-p', replace])
  for (const replica of replicas) await untilLogged(replica, 'inject-ca-from')
  await unchangedFor('the injected caBundle', 1500, () => bundles(kinds[1]))
  t.equal((await bundles(kinds[1]))[0], controlPlane.config.caPem)
  await mustKubectl(['annotate', kinds[1], 'initlint', 'cert-manager.io/inject-ca-from-'])
  await untilRegistered(kinds[1])

  t.comment('no private key in a log')
  for (const { daemon } of replicas) t.notOk(daemon.output().includes('PRIVATE KEY'))
  await Promise.all(replicas.map(({ daemon }) => daemon.stop('SIGINT')))
})

t.test('certificates and CAs change under load; the Secret is emptied, deleted and created again: no failed call', async (t) => {
  for (const kind of kinds) await mustKubectl(['delete', kind, 'initlint'])
  await emptySecret()
  const ports = [await freePort(), await freePort()]
  await mustKubectl(['create', '-f', '-'], configuration(kinds[0], ports))
  const replicas = await Promise.all(ports.map((port) => start(t, 'short-lived', port)))
  await Promise.all(replicas.map(untilReady))
  await untilRegistered(kinds[0])
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tried' }, spec: { containers: [{ name: 'app', image: 'nginx' }] } }
  await until('admission works', async () => (await kubectl(['create', '--dry-run=server', '-f', '-'], pod)).code === 0)

  const load = startLoad(controlPlane, 50)
  const [leaves, authorities] = [new Set<string>(), new Set<string>()]
  let largestBundle = 0
  const watch = async (what: string, seen: () => boolean): Promise<void> => {
    await until(
      what,
      async () => {
        const secret = await read(secretPath)
        leaves.add(decode(at(secret, 'data', 'tls.crt')))
        const bundle = decode(at(secret, 'data', 'ca.crt'))
        authorities.add(bundle.slice(0, bundle.indexOf('END')))
        largestBundle = Math.max(largestBundle, certificatesIn(bundle))
        return seen()
      },
      120_000,
    )
  }
  await watch('three CAs', () => authorities.size >= 3 && leaves.size >= 5)
  t.ok(largestBundle >= 2, 'an old CA and a new one are trusted at the same time')

  /** Certificates with a life of seconds expire soon without their Secret, so each change of it starts right after a renewal. */
  const untilRenewed = async (): Promise<void> => untilServed(replicas, await secretData('tls.crt'))

  t.comment('the Secret is emptied')
  await untilRenewed()
  const before = authorities.size
  await emptySecret()
  await watch('a new CA', () => authorities.size > before + 1)

  t.comment('the Secret is deleted')
  await untilRenewed()
  await controlPlane.request('DELETE', secretPath)
  const missing = /^initlint_certificate_problem\{problem="secret-missing"\} 1$/m
  await until('the metrics show that the Secret is missing', async () => {
    const metrics = await Promise.all(replicas.map(({ ops }) => ops('/metrics')))
    return metrics.every(({ text }) => missing.test(text))
  })
  for (const replica of replicas) await untilLogged(replica, `The Secret ${namespace}/${secretName} does not exist`)
  await controlPlane.request('POST', `/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: secretName } })
  await untilServed(replicas)
  await load.untilAnswered(200)

  const { calls, failures, unreviewed } = await load.stop()
  t.comment(`${calls} admissions, ${leaves.size} certificates, ${authorities.size} CAs`)
  const outputs = replicas.map(({ daemon }) => daemon.output()).join('\n')
  t.same([...failures], [], outputs)
  t.equal(unreviewed, 0)
  t.ok(calls > 500)
})
