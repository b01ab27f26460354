/** The manifests and the chart on the oldest and the newest API server: applied without warnings, and the replicas review, fix and deny. */
import { join } from 'node:path'
import t from 'tap'
import { at, isObject } from '../../../src/model/json.ts'
import { until } from '../../support/waiting.ts'
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts'
import { initlint } from '../support/initlint.ts'
import { apiServerOf, otherVersions, pathOf } from '../support/programs.ts'
import { chart, helm, kustomized, list, site, withoutForeign } from '../support/rendered.ts'
import { addresses, mountServiceAccount, namespace, startReplica } from '../support/replicas.ts'
import { untilReviewed } from '../support/service.ts'

const everything = ['fixes', 'events', 'monitoring', 'critical', 'client-ca', 'cert-manager']
const component = (name: string): string => `../../components/${name}`
const image = { name: 'initlint', newName: 'registry.corp.example/initlint' }
const everyValue = {
  image: { repository: image.newName },
  fixes: { enabled: true },
  events: { enabled: true },
  priorityClassName: 'system-cluster-critical',
  clientCa: { configMap: 'initlint-client-ca' },
}

/** Pods that get a warning, a patch and a denial. */
const policy = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'initlint-policy', namespace },
  data: {
    '10-base.yaml': `apiVersion: initlint.dev/v1alpha1
kind: Policy
registries: [{match: "docker.io/**", fragile: true}]
rules: {pull-always-fragile-registry: fix, pull-never: deny}
`,
  },
}

/** Creates a pod by dry run. */
async function tryPod({ kubectl }: ControlPlane, container: object) {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'tried' }, spec: { containers: [{ name: 'app', ...container }] } }
  const { code, stdout, stderr } = await kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], pod)
  return { code, stderr, pullPolicy: code === 0 ? at(JSON.parse(stdout), 'spec', 'containers', 0, 'imagePullPolicy') : undefined }
}

for (const version of otherVersions) {
  t.test(`API server ${version}`, async (t) => {
    // From 1.37 on, the API server does not start if it would publish a loopback address as the endpoint of the Service kubernetes.
    const flags = { 'enable-aggregator-routing': 'true', 'endpoint-reconciler-type': 'none' }
    const controlPlane = await startControlPlane(t, [], flags, pathOf(apiServerOf(version)))
    const { config, kubectl, mustKubectl, request } = controlPlane
    const answered = await request('GET', '/version')
    t.equal(isObject(answered) && answered.gitVersion, version)

    t.comment('Helm: install, upgrade, uninstall')
    for (const [verb, ...flags] of [
      ['install', chart, '--create-namespace', '-f', '-'],
      ['upgrade', chart, '-f', '-'],
      ['uninstall'],
    ] as const) {
      const args = [verb, 'initlint', ...flags, '--namespace', 'of-helm']
      const { code, stderr } = await helm(args, JSON.stringify(everyValue), { KUBECONFIG: config.kubeconfigPath })
      t.equal(code, 0, stderr)
      t.notMatch(stderr, /warning/i, verb)
    }

    t.comment('kustomize: an installation, then the same with all components')
    const overlays = t.testdir({ some: {}, all: {} })
    const some = site(join(overlays, 'some'), {
      resources: ['../default'],
      components: ['fixes', 'events'].map(component),
      images: [image],
    })
    const all = site(join(overlays, 'all'), { resources: ['../default'], components: everything.map(component), images: [image] })
    const allObjects = list(withoutForeign(await kustomized(all)))
    for (const how of [[], ['--server-side', '--force-conflicts']])
      for (const [flags, input] of [[['-k', some]], [['-f', '-', '--dry-run=server'], allObjects]] as const) {
        const { code, stderr } = await kubectl(['apply', ...how, ...flags], input)
        t.equal(code, 0, stderr)
        t.equal(stderr, '', `${how} ${flags}`)
      }

    t.comment('initlint reviews, fixes and denies')
    await mountServiceAccount(controlPlane)
    const replicas = addresses.slice(0, 2)
    for (const address of replicas) await startReplica(t, controlPlane, address)
    // The API server 1.30 finds the replicas in Endpoints, not in EndpointSlices; in a cluster, controllers make both.
    const subsets = [{ addresses: replicas.map((ip) => ({ ip })), ports: [{ name: 'webhook', port: 8443, protocol: 'TCP' }] }]
    await mustKubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'initlint', namespace }, subsets })
    await untilReviewed(controlPlane)
    await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], policy)
    await until(
      'the policy denies',
      async () => (await tryPod(controlPlane, { image: 'x.example/a:1', imagePullPolicy: 'Never' })).code !== 0,
    )
    t.match((await tryPod(controlPlane, { image: 'x.example/a:1', imagePullPolicy: 'Never' })).stderr, 'denied the request')
    t.match(await tryPod(controlPlane, { image: 'nginx:1.27', imagePullPolicy: 'Always' }), { code: 0, pullPolicy: 'IfNotPresent' })
    t.match((await tryPod(controlPlane, { image: 'registry.example/nginx' })).stderr, '[image-latest]')
    const status = JSON.stringify({ status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2 } })
    await mustKubectl(['patch', 'deployment', 'initlint', '-n', namespace, '--subresource=status', '--type=merge', '-p', status])
    const { code, stdout } = await initlint(['doctor', '--kubeconfig', config.kubeconfigPath])
    t.equal(code, 0, stdout)
  })
}
