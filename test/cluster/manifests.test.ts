/** What is shipped in manifests/, rendered by kubectl and taken by a real API server; and what that server knows of containers. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { loadAll } from 'js-yaml'
import t from 'tap'
import { asString, at, isObject, member } from '../../src/model/json.ts'
import { workloadShapes } from '../../src/model/workload-kinds.ts'
import { ownCertificate } from '../../src/server/certificates/own.ts'
import { root, startControlPlane } from './support/control-plane.ts'
import { imagePaths } from './support/openapi.ts'
import { run, until } from './support/processes.ts'
import { binaries } from './support/programs.ts'

const controlPlane = await startControlPlane(t, [])
const { kubectl, mustKubectl, request } = controlPlane
const overlay = (name: string): string => join(root, 'manifests/overlays', name)

/** The rendered objects of an overlay. */
async function render(name: string): Promise<readonly unknown[]> {
  return loadAll(await mustKubectl(['kustomize', overlay(name)]))
}

/** cert-manager's own kinds are unknown to this API server; everything else must be accepted. */
const withoutCertManager = (objects: readonly unknown[]): readonly unknown[] =>
  objects.filter((object) => !asString(member(object, 'apiVersion'))?.startsWith('cert-manager.io/'))

const list = (items: readonly unknown[]): object => ({ apiVersion: 'v1', kind: 'List', items })

t.test('the default overlay is taken without a word', async (t) => {
  for (const how of [[], ['--server-side', '--force-conflicts']]) {
    const { code, stdout, stderr } = await kubectl(['apply', ...how, '-k', overlay('default')])
    t.equal(code, 0, stderr)
    t.equal(stderr, '')
    t.match(stdout, 'validatingwebhookconfiguration.admissionregistration.k8s.io/initlint')
  }
})

t.test('the pods satisfy the Pod Security Standard "restricted" that their namespace enforces', async (t) => {
  const deployment = (await render('default')).find((object) => member(object, 'kind') === 'Deployment')
  const template = at(deployment, 'spec', 'template')
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'initlint-0', namespace: 'initlint' }, spec: member(template, 'spec') }
  const { code, stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], pod)
  t.equal(code, 0, stderr)
  t.equal(stderr, '')
  const privileged = structuredClone(pod)
  Object.assign(at(privileged.spec, 'containers', 0) ?? {}, { securityContext: { privileged: true } })
  const refused = await kubectl(['create', '--dry-run=server', '-f', '-'], privileged)
  t.match(refused.stderr, 'violates PodSecurity', 'the namespace does enforce it')
})

t.test('cert-manager gets a certificate for the name that the API server asks for', async (t) => {
  const objects = await render('cert-manager')
  const kinds = new Set(objects.map((object) => asString(member(object, 'kind'))))
  t.ok(kinds.has('Certificate') && kinds.has('Issuer'))
  const configuration = objects.find((object) => member(object, 'kind') === 'ValidatingWebhookConfiguration')
  t.equal(at(configuration, 'metadata', 'annotations', 'cert-manager.io/inject-ca-from'), 'initlint/initlint')
  const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list(withoutCertManager(objects)))
  t.equal(code, 0, stderr)
})

t.test('components: fixes, cert-manager for both configurations, the priority class; image and policy of the site', async (t) => {
  const copy = join(t.testdir(), 'manifests')
  cpSync(join(root, 'manifests'), copy, { recursive: true })
  const site = join(copy, 'overlays/site')
  mkdirSync(site)
  writeFileSync(join(site, '20-site.yaml'), 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: deny}\n')
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['../default'],
    components: ['fixes', 'cert-manager', 'critical'].map((name) => `../../components/${name}`),
    images: [{ name: 'initlint', newName: 'registry.corp.example/initlint', newTag: '1.2.3' }],
    configMapGenerator: [{ name: 'initlint-policy', namespace: 'initlint', behavior: 'merge', files: ['20-site.yaml'] }],
    generatorOptions: { disableNameSuffixHash: true },
  }
  writeFileSync(join(site, 'kustomization.yaml'), JSON.stringify(kustomization))
  const objects = loadAll(await mustKubectl(['kustomize', site]))
  const kind = (name: string) => objects.find((object) => member(object, 'kind') === name)
  for (const name of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']) {
    t.equal(at(kind(name), 'metadata', 'annotations', 'cert-manager.io/inject-ca-from'), 'initlint/initlint', name)
  }
  const podSpec = at(kind('Deployment'), 'spec', 'template', 'spec')
  t.equal(member(podSpec, 'priorityClassName'), 'system-cluster-critical')
  t.equal(at(podSpec, 'containers', 0, 'image'), 'registry.corp.example/initlint:1.2.3')
  t.equal(at(kind('ConfigMap'), 'metadata', 'name'), 'initlint-policy')
  t.same(Object.keys(member(kind('ConfigMap'), 'data') ?? {}).sort(), ['10-base.yaml', '20-site.yaml'])
  const { code, stderr } = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], list(withoutCertManager(objects)))
  t.equal(code, 0, stderr)
})

t.test('the certificate by hand: the lines of the README work, and applying again leaves the caBundle in place', async (t) => {
  const readme = readFileSync(join(root, 'manifests/README.md'), 'utf8')
  const lines = /certificate:begin[\s\S]*?```sh\n([\s\S]*?)```[\s\S]*?certificate:end/.exec(readme)?.[1] ?? ''
  const cwd = t.testdir()
  const { ca } = await ownCertificate(join(cwd, 'certs'), Date.now())
  const env = { KUBECONFIG: controlPlane.config.kubeconfigPath, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` }
  const ran = await run('sh', ['-ec', lines], { cwd, env })
  t.equal(ran.code, 0, ran.stderr)
  await mustKubectl(['-n', 'initlint', 'get', 'secret', 'initlint-tls'])
  const caBundle = readFileSync(ca).toString('base64')
  const stored = () => request('GET', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint')
  t.equal(at(await stored(), 'webhooks', 0, 'clientConfig', 'caBundle'), caBundle)
  for (const how of [[], ['--server-side', '--force-conflicts']]) {
    await mustKubectl(['apply', ...how, '-k', overlay('default')])
    t.equal(at(await stored(), 'webhooks', 0, 'clientConfig', 'caBundle'), caBundle, how.join(' ') || 'client-side')
  }
})

t.test('one kubectl delete takes initlint out of the way', async (t) => {
  await mustKubectl(['delete', 'validatingwebhookconfiguration', 'initlint'])
  const left = await mustKubectl(['get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations', '-o', 'name'])
  t.equal(left, '')
})

t.test('every place where the API server knows of containers and image volumes is read and sent to us', async (t) => {
  const index = await request('GET', '/openapi/v3')
  const groups = isObject(index) && isObject(index.paths) ? index.paths : {}
  const found = new Map<string, readonly string[]>()
  for (const group of Object.values(groups)) {
    const url = asString(member(group, 'serverRelativeURL')) ?? ''
    for (const [kind, paths] of imagePaths(await until(url, () => request('GET', url)))) found.set(kind, paths)
  }
  const inPodSpec = ['containers[].image', 'ephemeralContainers[].image', 'initContainers[].image', 'volumes[].image.reference']
  const expected = Object.entries(workloadShapes).map(([kind, { group, template }]): [string, readonly string[]] => [
    `${group}/${kind}`,
    inPodSpec.map((path) => [...template, 'spec', path].join('.')),
  ])
  t.same(Object.fromEntries([...found].sort()), Object.fromEntries(expected.sort()))
})
