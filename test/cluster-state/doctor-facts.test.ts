/** What `doctor` gathers from an API server: what is found, absent and hidden, and what the pod that it tries shows. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import t, { type Test } from 'tap'
import { connect } from '../../src/cluster/client.ts'
import { gatherFacts } from '../../src/cluster/doctor/fetch.ts'
import { examine } from '../../src/cluster/doctor/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { makePair } from '../../src/server/certificates/make.ts'
import { scratch } from '../server/support/scratch.ts'

interface Answer {
  readonly code?: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

const failure = (code: number, message: string): Answer => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message },
})

const now = Date.UTC(2026, 10, 22)
const registry = defaultRegistry()
const pods = 'POST /api/v1/namespaces/default/pods'
const policy = '/api/v1/namespaces/initlint/configmaps/initlint-policy'

/** An API server with an answer for each path; 404 for the others. @returns the path of its kubeconfig */
async function serve(t: Test, answer: (request: string) => Answer | undefined): Promise<string> {
  const server = createServer((request, response) => {
    const path = `${request.method} ${request.url?.replace(/\?.*/, '')}`
    const { code = 200, body, headers = {} } = answer(path) ?? failure(404, 'not found')
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const kubeconfig = join(scratch(t), 'kubeconfig')
  const cluster = { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'insecure-skip-tls-verify': true }
  const context = { cluster: 'fake', user: 'fake' }
  const lists = { clusters: [{ name: 'fake', cluster }], users: [{ name: 'fake', user: {} }], contexts: [{ name: 'fake', context }] }
  writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'fake', ...lists }))
  return kubeconfig
}

const manifest = readFileSync(join(import.meta.dirname, '..', '..', 'manifests/base/validating-webhook.yaml'), 'utf8')

/** The objects of a cluster in which initlint is installed. */
async function installed(): Promise<Record<string, Answer>> {
  const pair = await makePair({ dns: ['initlint.initlint.svc'], ip: [] }, now)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const configuration = JSON.parse(JSON.stringify(loadAll(manifest)[0]))
  for (const hook of configuration.webhooks) hook.clientConfig.caBundle = base64(pair.ca)
  const text = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\nrules: {image-latest: warn}\n'
  return {
    'GET /api/v1/namespaces/initlint': { body: { metadata: { name: 'initlint', labels: { team: 'platform' } } } },
    'GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/initlint': { body: configuration },
    'GET /api/v1/namespaces/initlint/secrets/initlint-certificate': {
      body: { data: { 'tls.crt': pair.cert, 'tls.key': pair.key, 'ca.crt': pair.ca } },
    },
    'GET /apis/apps/v1/namespaces/initlint/deployments/initlint': {
      body: { spec: { replicas: 2 }, status: { readyReplicas: 2, updatedReplicas: 1 } },
    },
    [`GET ${policy}`]: { body: { data: { 'policy.yaml': text } } },
    'GET /api/v1/namespaces': { body: { items: [{ metadata: { name: 'kube-system' } }, { metadata: { name: 'default' } }] } },
    [pods]: { code: 201, body: {}, headers: { warning: '299 - "[image-latest] registry.k8s.io/pause has no tag"' } },
  }
}

t.test('an installed cluster: every fact is found, and the pod is answered', async (t) => {
  const objects = await installed()
  const kubeconfig = await serve(t, (request) => objects[request])
  const facts = await gatherFacts(connect({ kubeconfig }), 'initlint', registry, now)
  t.match(facts, {
    validating: {
      state: 'found',
      value: { webhooks: [{ name: 'validate.initlint.dev', failurePolicy: 'Ignore', selectsOwnNamespace: false }, {}] },
    },
    mutating: { state: 'absent' },
    deployment: { state: 'found', value: { wanted: 2, ready: 2, updated: 1 } },
    policy: { state: 'found', value: { errors: [], warnings: [], lastGood: undefined } },
    trial: { state: 'found', value: { namespace: 'default', outcome: 'answered' } },
  })
  const findings = await examine({ kubeconfig, namespace: 'initlint', registry, now })
  t.ok(findings.length > 3)
})

t.test('what the tried pod shows', async (t) => {
  const objects = await installed()
  const cases: readonly (readonly [string, Answer])[] = [
    ['silent', { code: 201, body: {} }],
    ['answered', failure(403, 'admission webhook "validate.initlint.dev" denied the request: [image-latest] no tag')],
    ['failed', failure(500, 'failed calling webhook "validate.initlint.dev": connection refused')],
    ['rejected', failure(403, 'admission webhook "validate.kyverno.svc" denied the request: no')],
    ['rejected', { code: 403, body: [] }],
  ]
  for (const [outcome, answer] of cases) {
    const kubeconfig = await serve(t, (request) => (request === pods ? answer : objects[request]))
    const { trial } = await gatherFacts(connect({ kubeconfig }), 'initlint', registry, now)
    t.match(trial, { state: 'found', value: { outcome } }, outcome)
  }
  const quiet = { body: { data: { 'policy.yaml': 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\npreset: audit-only\n' } } }
  const kubeconfig = await serve(t, (request) =>
    request === pods ? { code: 201, body: {} } : request === `GET ${policy}` ? quiet : objects[request],
  )
  const { trial } = await gatherFacts(connect({ kubeconfig }), 'initlint', registry, now)
  t.match(trial, { state: 'found', value: { outcome: 'quiet' } }, 'the policy finds nothing')
})

t.test('an expired exemption is a warning about the policy', async (t) => {
  const objects = await installed()
  const ended = 'exemptions: [{rules: [image-latest], reason: x, expires: 2020-01-31}]\n'
  const body = { data: { 'policy.yaml': `apiVersion: initlint.dev/v1alpha1\nkind: Policy\n${ended}` } }
  const kubeconfig = await serve(t, (request) => (request === `GET ${policy}` ? { body } : objects[request]))
  const facts = await gatherFacts(connect({ kubeconfig }), 'initlint', registry, Date.parse('2026-11-15T00:00:00Z'))
  t.match(facts.policy, { value: { warnings: ['policy.yaml:3: exemptions[0] expired after 2020-01-31 (UTC)'] } })
})

t.test('nothing is installed: absent; no rights: hidden; no login: an error', async (t) => {
  const absent = await serve(t, () => undefined)
  const nothing = await gatherFacts(connect({ kubeconfig: absent }), 'initlint', registry, now)
  for (const key of ['validating', 'certificate', 'deployment', 'policy', 'trial'] as const) t.same(nothing[key], { state: 'absent' }, key)
  const forbidden = await serve(t, () => failure(403, 'forbidden'))
  const hidden = await gatherFacts(connect({ kubeconfig: forbidden }), 'initlint', registry, now)
  t.match(hidden.deployment, { state: 'hidden', problem: /get deployments initlint\/initlint/ })
  const stranger = await serve(t, () => failure(401, 'Unauthorized'))
  await t.rejects(gatherFacts(connect({ kubeconfig: stranger }), 'initlint', registry, now), { name: 'StartError' })
})
