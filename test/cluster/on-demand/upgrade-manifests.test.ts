/**
 * An upgrade to the manifests of the next version and back, with kustomize and with Helm, under load: each tool changes the objects, then the
 * replicas are replaced, as the Deployment controller does it.
 */
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { asArray, at, member } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { startControlPlane } from '../support/control-plane.ts'
import { initlint } from '../support/initlint.ts'
import { startLoad } from '../support/load.ts'
import { createNextManifests, newObject, newTimeout } from '../support/next-manifests.ts'
import { createNextVersion, nextVersion } from '../support/next-version.ts'
import { chart, helm, overlay, site } from '../support/rendered.ts'
import { addresses, mountServiceAccount, namespace, type Replica, startReplica } from '../support/replicas.ts'
import { untilReviewed } from '../support/service.ts'
import { untilInForce } from '../support/states.ts'
import { stored } from '../support/stored.ts'

/** Calls per second. */
const rate = 30
const version = '0.1.0'
const image = 'registry.corp.example/initlint'
/** What the site sets on its own, in both tools; it must survive. */
const denied = { name: 'app', image: 'x.example/app:1', imagePullPolicy: 'Never' }

const program = createNextVersion(t)
const controlPlane = await startControlPlane(t, [], { 'enable-aggregator-routing': 'true' })
const { config, kubectl, mustKubectl } = controlPlane
// Both tools use it; kubectl would warn about one that Helm created.
await mustKubectl(['apply', '-f', join(overlay('default'), 'namespace.yaml')])

/** A tool that installs one of the two versions. */
interface Tool {
  /** Installs this version for the first time. */
  install(): Promise<void>
  upgrade(): Promise<void>
  rollBack(): Promise<void>
  /** Whether a rollback removes an object that only the next version has. */
  readonly removes: boolean
}

function kustomize(t: Test): Tool {
  const folders = t.testdir({ now: {}, next: {} })
  const kustomization = (newTag: string) => ({
    resources: ['../default'],
    images: [{ name: 'initlint', newName: image, newTag }],
    configMapGenerator: [{ name: 'initlint-policy', namespace, behavior: 'merge', files: ['20-site.yaml'] }],
    generatorOptions: { disableNameSuffixHash: true },
  })
  const files = { '20-site.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {pull-never: deny}\n' }
  createNextManifests(join(folders, 'next/source'))
  const now = site(join(folders, 'now'), kustomization(version), files)
  const next = site(join(folders, 'next'), kustomization(nextVersion), files, join(folders, 'next/source'))
  const apply = async (path: string) => {
    const { code, stderr } = await kubectl(['apply', '-k', path])
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
  }
  return {
    install: () => apply(now),
    upgrade: () => apply(next),
    rollBack: () => apply(now),
    removes: false,
  }
}

function ofHelm(t: Test): Tool {
  const nextManifests = join(t.testdir({ next: {} }), 'next')
  createNextManifests(nextManifests)
  const values = JSON.stringify({ image: { repository: image }, policy: { rules: { 'pull-never': 'deny' } } })
  const run = async (...args: readonly string[]) => {
    const { code, stderr } = await helm([...args, '--namespace', namespace], values, { KUBECONFIG: config.kubeconfigPath })
    t.equal(code, 0, stderr)
    t.notMatch(stderr, /warning/i)
  }
  return {
    install: () => run('install', 'initlint', chart, '-f', '-'),
    upgrade: () => run('upgrade', 'initlint', join(nextManifests, 'chart'), '-f', '-'),
    rollBack: () => run('rollback', 'initlint', '1'),
    removes: true,
  }
}

/** What must not change, as far as initlint wrote it. */
async function written() {
  const configuration = await stored(controlPlane, 'validatingwebhookconfiguration', 'initlint')
  return {
    bundles: asArray(member(configuration, 'webhooks')).map((hook) => at(hook, 'clientConfig', 'caBundle')),
    certificate: member(await stored(controlPlane, 'secret', 'initlint-certificate', '-n', namespace), 'data'),
  }
}

/** What differs between the versions. */
async function seen() {
  const deployment = await stored(controlPlane, 'deployment', 'initlint', '-n', namespace)
  const configuration = await stored(controlPlane, 'validatingwebhookconfiguration', 'initlint')
  return {
    image: at(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image'),
    timeout: at(configuration, 'webhooks', 0, 'timeoutSeconds'),
    hasNewObject: (await kubectl(['get', 'configmap', newObject, '-n', namespace])).code === 0,
  }
}

async function exercise(t: Test, tool: Tool): Promise<void> {
  await tool.install()
  await mountServiceAccount(controlPlane)
  let replicas: readonly Replica[] = []
  const replaceAll = async (another?: string): Promise<void> => {
    for (const old of replicas.length === 0 ? [undefined, undefined] : replicas) {
      const address = addresses.find((one) => replicas.every((replica) => replica.address !== one)) ?? addresses[0]
      const started = await startReplica(t, controlPlane, address, another === undefined ? {} : { program: another })
      replicas = [...replicas.filter((replica) => replica !== old), started]
      await old?.terminate()
    }
  }
  const policyId = async () => member(await stored(controlPlane, 'configmap', 'initlint-policy-status', '-n', namespace), 'data')
  const isDenied = async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tried' }, spec: { containers: [denied] } }
    return (await kubectl(['create', '--dry-run=server', '-f', '-'], pod)).stderr.includes('denied the request')
  }
  const healthy = async (what: string): Promise<void> => {
    const status = JSON.stringify({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
    await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', status])
    t.ok(await isDenied(), `${what}: the policy of the site is in force`)
    const { code, stdout } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
    t.equal(code, 0, `${what}: ${stdout}`)
  }

  await replaceAll()
  await untilReviewed(controlPlane)
  await until('the policy of the site is in force', isDenied)
  const before = { written: await written(), seen: await seen() }
  t.same(before.seen, { image: `${image}:${version}`, timeout: 5, hasNewObject: false })
  const hash = String(member(await policyId(), 'hash'))
  await healthy('installed')
  const load = startLoad(controlPlane, rate)

  await tool.upgrade()
  t.same(await seen(), { image: `${image}:${nextVersion}`, timeout: newTimeout, hasNewObject: true })
  await replaceAll(program)
  await untilInForce(replicas, hash)
  await healthy('upgraded')
  t.same(await written(), before.written)

  await tool.rollBack()
  t.same(await seen(), { ...before.seen, hasNewObject: !tool.removes })
  await replaceAll()
  await untilInForce(replicas, hash)
  await healthy('rolled back')
  t.same(await written(), before.written)

  await load.untilAnswered(rate)
  const { failures, unreviewed, calls } = await load.stop()
  t.comment(`${calls} admissions`)
  t.same([...failures], [])
  t.equal(unreviewed, 0)
  for (const replica of replicas) await replica.kill()
}

t.test('Helm: upgrade and rollback', async (t) => {
  await exercise(t, ofHelm(t))
  const { code, stderr } = await helm(['uninstall', 'initlint', '--namespace', namespace], '', { KUBECONFIG: config.kubeconfigPath })
  t.equal(code, 0, stderr)
})

t.test('kustomize: apply the next version, then this one again', (t) => exercise(t, kustomize(t)))
