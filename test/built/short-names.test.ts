/** Packages with shortened names do the same, and stack traces show where they failed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import t from 'tap'
import { shortNames } from '../../scripts/build/short-names.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Objects of several API groups, with dates, maps, lists and quantities. */
const objects = {
  V1Pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a',
      creationTimestamp: '2026-11-30T10:00:00Z',
      labels: { b: 'c' },
      managedFields: [{ manager: 'm', fieldsV1: { d: {} } }],
    },
    spec: {
      containers: [{ name: 'e', image: 'f:1', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80 }] }],
      initContainers: [{ name: 'g', restartPolicy: 'Always' }],
    },
    status: { phase: 'Pending', containerStatuses: [{ name: 'e', state: { waiting: { reason: 'ImagePullBackOff' } } }] },
  },
  V1Deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers: [{ name: 'e' }] } } },
  },
  V1ValidatingWebhookConfiguration: {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    webhooks: [
      { name: 'a.b.c', clientConfig: { caBundle: 'Zg==', service: { name: 'd', namespace: 'e' } }, rules: [{ operations: ['CREATE'] }] },
    ],
  },
  V1Secret: { apiVersion: 'v1', kind: 'Secret', data: { a: 'Yg==' }, type: 'kubernetes.io/tls' },
}

/** Reads and writes each object, and requests what the server of initlint requests, from a server that is a function. */
const program = `import { AppsV1Api, CoreV1Api, createConfiguration, ServerConfiguration, wrapHttpLibrary } from '@kubernetes/client-node'
import { ObjectSerializer } from './node_modules/@kubernetes/client-node/dist/gen/models/ObjectSerializer.js'
const objects = ${JSON.stringify(objects)}
const read = Object.entries(objects).map(([type, value]) => ObjectSerializer.deserialize(value, type, ''))
const written = Object.keys(objects).map((type, index) => ObjectSerializer.serialize(read[index], type, ''))
const requests = []
const httpApi = wrapHttpLibrary({ send: async (request) => {
  requests.push([request.getHttpMethod(), request.getUrl(), request.getBody()])
  const text = JSON.stringify({ kind: 'PodList', items: [objects.V1Pod] })
  return { httpStatusCode: 200, headers: { 'content-type': 'application/json' }, body: { text: async () => text, binary: async () => Buffer.from(text) } }
} })
const configuration = createConfiguration({ baseServer: new ServerConfiguration('https://a.example', {}), httpApi })
const core = new CoreV1Api(configuration)
const list = await core.listNamespacedPod({ namespace: 'n', labelSelector: 'a=b', limit: 5 })
await core.replaceNamespacedSecret({ namespace: 'n', name: 's', body: objects.V1Secret })
await new AppsV1Api(configuration).listDeploymentForAllNamespaces({ watch: false })
let missing = ''
try { await core.readNamespacedConfigMap({ namespace: 'n' }) } catch (error) { missing = error.message }
export const results = JSON.stringify({ read, written, list, requests, missing })
`

async function resultsWith(directory: string, plugins: Plugin[]): Promise<{ readonly results: string; readonly size: number }> {
  const outfile = join(directory, `with-${plugins.length}.mjs`)
  await build({
    stdin: { contents: program, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins,
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)` },
    logLevel: 'silent',
  })
  const { results } = (await import(pathToFileURL(outfile).href)) as { readonly results: string }
  return { results, size: readFileSync(outfile).length }
}

t.test('what the API client does with shortened names', async (t) => {
  const directory = t.testdir()
  const [plain, short] = [await resultsWith(directory, []), await resultsWith(directory, [shortNames])]
  t.equal(short.results, plain.results)
  const { read, requests, missing } = JSON.parse(short.results)
  t.match(read, [{ kind: 'Pod', spec: { containers: [{ name: 'e' }] } }, {}, {}, {}])
  t.match(requests, [
    ['GET', /\/api\/v1\/namespaces\/n\/pods\?.*labelSelector=a%3Db/],
    ['PUT', /\/secrets\/s/, /kubernetes\.io\/tls/],
    ['GET', /\/apis\/apps\/v1\/deployments/],
  ])
  t.match(missing, /name/)
  t.ok(plain.size - short.size > 300_000, `${plain.size - short.size} bytes less`)
})

t.test('names at the top level of a package and all names of other code stay, for stack traces', async (t) => {
  const packages = {
    classic: {
      'package.json': '{ "main": "index.cjs" }',
      'index.cjs': 'function failsInPackage(first) { first.missing() }\nmodule.exports = failsInPackage',
    },
    modern: {
      'package.json': '{ "type": "module", "main": "index.js" }',
      'index.js': 'export function failsInModule(second) { second.missing() }',
    },
  }
  const own =
    'import first from "classic"; import { failsInModule } from "modern"\nexport function outer(which) { const inner = (each) => each(which); return [first, failsInModule].map((each) => { try { inner(each) } catch (error) { return error.stack } }) }'
  const directory = t.testdir({ node_modules: packages, 'own.mjs': own })
  const outfile = join(directory, 'out.mjs')
  await build({ entryPoints: [join(directory, 'own.mjs')], outfile, bundle: true, platform: 'node', format: 'esm', plugins: [shortNames] })
  const { outer } = (await import(pathToFileURL(outfile).href)) as { readonly outer: (value: object) => readonly string[] }
  t.match(outer({}), [/failsInPackage[\s\S]*inner/, /failsInModule[\s\S]*inner/])
  t.notMatch(readFileSync(outfile, 'utf8'), /\b(?:first|second)\.missing/, 'local names of packages are short')
})
