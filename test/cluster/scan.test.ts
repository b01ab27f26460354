/** `scan` against a real API server: its effects are those that the webhook has on the same objects. */
import { join } from 'node:path'
import t from 'tap'
import { until } from '../support/waiting.ts'
import { shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { moduleFolder, openReports } from './support/go-modules.ts'
import { initlint, startInitlint } from './support/initlint.ts'
import { appOf, podOf, templateOf, warnedRules } from './support/objects.ts'

const policy = {
  preset: 'recommended',
  rules: { 'image-latest': 'deny', 'registry-not-allowed': 'deny' },
  registries: [
    { match: 'docker.io/**', allowed: true },
    { match: 'registry.example/**', allowed: true },
  ],
}
const namespaces = ['scan-a', 'scan-b', 'scan-c']
const images = ['nginx', 'nginx:1.27', 'quay.io/a/b:1', 'quay.io/a/b:latest', 'registry.example/app:1', 'registry.example/app']

const controlPlane = await startControlPlane(t, [shippedConfigurations.validating])
const { kubectl, mustKubectl, request } = controlPlane
await controlPlane.startControllers()
const server = await startInitlint(t, controlPlane, { preset: 'recommended' })

interface Workload {
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string }
  readonly pods: number
  readonly effect: string
  readonly diagnostics: readonly { readonly rule: string; readonly action: string; readonly container: string }[]
}

/** The objects of a namespace: Deployments whose Pods the controllers make, and Pods of their own. */
function objectsIn(namespace: string): readonly object[] {
  return images.flatMap((image, index) => {
    const containers = [{ name: 'app', image }]
    return [
      appOf('Deployment', templateOf(`web-${index}`, containers), { replicas: index % 3 }, { namespace }),
      podOf(`single-${index}`, containers, {}, { namespace }),
    ]
  })
}

async function scanned(
  ...args: readonly string[]
): Promise<{ readonly workloads: readonly Workload[]; readonly summary: Record<string, unknown> }> {
  const kubeconfig = controlPlane.config.kubeconfigPath
  const { code, stdout, stderr } = await initlint(['scan', '--kubeconfig', kubeconfig, '--format', 'json', ...args])
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

t.test('scan and the webhook say the same', async (t) => {
  for (const namespace of namespaces) {
    await mustKubectl(['create', 'namespace', namespace])
    await mustKubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items: objectsIn(namespace) })
  }
  // Deployments with 0, 1, 2, 0, 1, 2 replicas in each namespace, and six Pods of their own.
  const wanted = namespaces.length * 12
  await until('the controllers made all Pods', async () => {
    const { items = [] } = (await request('GET', '/api/v1/pods')) as { items?: { metadata: { namespace: string } }[] }
    return items.filter(({ metadata }) => namespaces.includes(metadata.namespace)).length === wanted
  })
  await server.setPolicy(policy)
  const file = join(server.policyFolder.path, 'policy.yaml')
  for (const namespace of namespaces) {
    const { workloads } = await scanned('--policy', file, '-n', namespace)
    const rows = new Map(workloads.map((row) => [`${row.object.kind}/${row.object.name}`, row]))
    for (const object of objectsIn(namespace) as readonly { kind: string; metadata: { name: string } }[]) {
      const { name } = object.metadata
      const row = rows.get(`${object.kind}/${name}`)
      const copy = { ...object, metadata: { ...object.metadata, name: `${name}-copy` } }
      const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], copy)
      const isDenied = row?.effect === 'denies' || (row?.effect === 'blocks' && row.diagnostics.some(({ action }) => action === 'deny'))
      t.equal(code !== 0, isDenied, `${namespace} ${object.kind} ${name}: ${row?.effect} ${stderr}`)
      const denied = row?.diagnostics.filter(({ action }) => action === 'deny').map(({ rule }) => rule) ?? []
      for (const rule of denied) t.match(stderr, rule)
      const warned = row?.diagnostics.filter(({ action }) => action === 'warn').map(({ rule }) => rule) ?? []
      t.same(
        [...new Set(warnedRules(stderr))].filter((rule) => !denied.includes(rule)).sort(),
        [...new Set(warned)].sort(),
        `${object.kind} ${name}`,
      )
    }
  }
})

t.test('the Pods of a Deployment are counted with it', async (t) => {
  const { workloads, summary } = await scanned('--policy', join(server.policyFolder.path, 'policy.yaml'))
  const web = workloads.filter(({ object }) => object.namespace === 'scan-a' && object.kind === 'Deployment')
  t.match(Object.fromEntries(web.map(({ object, pods }) => [object.name, pods])), { 'web-0': 0, 'web-2': 2, 'web-3': 0, 'web-5': 2 })
  t.notOk(workloads.some(({ object }) => object.kind === 'ReplicaSet'))
  t.ok((summary.workloads as number) >= namespaces.length * 12)
})

/** A CustomResourceDefinition that accepts any spec. */
function definitionOf(group: string, kind: string, scope: 'Namespaced' | 'Cluster'): object {
  const plural = `${kind.toLowerCase()}s`
  const anything = { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema: { openAPIV3Schema: anything } }],
    },
  }
}

t.test('custom resources that are installed: those with pod templates have rows', async (t) => {
  const [group, apiVersion] = ['argoproj.io', 'argoproj.io/v1alpha1']
  for (const [kind, scope] of [
    ['Rollout', 'Namespaced'],
    ['ClusterWorkflowTemplate', 'Cluster'],
  ] as const) {
    await mustKubectl(['apply', '-f', '-'], definitionOf(group, kind, scope))
    await mustKubectl(['wait', '--for=condition=Established', `crd/${kind.toLowerCase()}s.${group}`, '--timeout=60s'])
    await until('kubectl knows the kind', async () => (await kubectl(['get', `${kind.toLowerCase()}s.${group}`, '-A'])).code === 0)
  }
  const containers = [{ name: 'app', image: 'nginx' }]
  const rollout = {
    apiVersion,
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'scan-a' },
    spec: { template: templateOf('web', containers) },
  }
  const templates = [{ name: 'main', container: { image: 'nginx' } }]
  const build = { apiVersion, kind: 'ClusterWorkflowTemplate', metadata: { name: 'build' }, spec: { templates } }
  for (const object of [rollout, build]) await mustKubectl(['apply', '-f', '-'], object)
  const file = join(server.policyFolder.path, 'policy.yaml')
  const custom = (rows: readonly Workload[]) => rows.flatMap(({ object }) => (/^(Rollout|Cluster)/.test(object.kind) ? [object] : []))
  t.match(custom((await scanned('--policy', file)).workloads), [
    { kind: 'ClusterWorkflowTemplate', namespace: '', name: 'build' },
    { kind: 'Rollout', namespace: 'scan-a', name: 'web' },
  ])
  t.match(custom((await scanned('--policy', file, '-n', 'scan-a')).workloads), [{ kind: 'Rollout', name: 'web' }])
})

t.test('policy reports are valid for their CustomResourceDefinition', async (t) => {
  for (const kind of ['reports', 'clusterreports']) {
    await mustKubectl(['apply', '-f', join(await moduleFolder(openReports), `config/crd/openreports.io_${kind}.yaml`)])
    await mustKubectl(['wait', '--for=condition=Established', `crd/${kind}.openreports.io`, '--timeout=60s'])
  }
  const kubeconfig = controlPlane.config.kubeconfigPath
  const policy = join(server.policyFolder.path, 'policy.yaml')
  const { stdout } = await initlint(['scan', '--kubeconfig', kubeconfig, '--policy', policy, '--format', 'policyreport'])
  // kubectl learns of a new kind when the API server publishes it.
  for (const kind of ['reports', 'clusterreports'])
    await until('kubectl knows the kind', async () => (await kubectl(['get', `${kind}.openreports.io`, '-A'])).code === 0)
  const { code, stderr } = await kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], stdout)
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
  const kinds = JSON.parse(stdout).items.map(({ kind }: { kind: string }) => kind)
  t.ok(kinds.length > namespaces.length)
  t.ok(kinds.includes('ClusterReport'), 'that of the ClusterWorkflowTemplate')
})
