/** Client certificates as manifests/README.md sets them up: the API server presents one, and no other client can call initlint. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import t from 'tap'
import { at, member } from '../../src/model/json.ts'
import { clientPairs } from '../server/support/certificates.ts'
import { until } from '../support/waiting.ts'
import { root, shippedConfigurations, startControlPlane } from './support/control-plane.ts'
import { podOf, warnedRules } from './support/objects.ts'
import { freePort, startDaemon } from './support/processes.ts'
import { opsOf, untilReady } from './support/states.ts'

const directory = mkdtempSync(join(tmpdir(), 'initlint-admission-'))
t.teardown(() => rmSync(directory, { recursive: true, force: true }))

/** The YAML documents in the section of the README, by kind, with the files in the test's directory and the name of this webhook. */
function documented(kind: string, host: string): string {
  const readme = readFileSync(join(root, 'manifests/README.md'), 'utf8')
  const texts = [...readme.matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gm)].map(([, text = '']) => text.replaceAll(/^ {3}/gm, ''))
  const found = texts.find((text) => text.includes('/etc/kubernetes/admission') && member(load(text), 'kind') === kind)
  if (found === undefined) throw new Error(`the README has no ${kind}`)
  return found.replaceAll('/etc/kubernetes/admission', directory).replaceAll('initlint.initlint.svc', host)
}

const [client, kubelet] = await clientPairs('kube-apiserver', 'system:node:a')
const [port, opsPort] = [await freePort(), await freePort()]
const host = `127.0.0.1:${port}`
for (const [name, text] of Object.entries({
  'config.yaml': documented('AdmissionConfiguration', host),
  'kubeconfig.yaml': documented('Config', host),
  'client.crt': client.cert,
  'client.key': client.key,
  'ca.crt': client.ca,
})) {
  writeFileSync(join(directory, name), text)
}
const controlPlane = await startControlPlane(t, [], { 'admission-control-config-file': join(directory, 'config.yaml') })
const { webhook, kubectl } = controlPlane
const daemon = startDaemon(
  process.execPath,
  [
    ...[join(root, 'src/main.ts'), 'serve', '--port', String(port), '--ops-port', String(opsPort), '--try', 'off'],
    ...['--tls-cert', webhook.certPath, '--tls-key', webhook.keyPath, '--policy', join(root, 'manifests/base/policy.yaml')],
    ...['--client-ca', join(directory, 'ca.crt'), '--client-name', 'kube-apiserver'],
  ],
  { cwd: root },
)
t.teardown(() => daemon.stop('SIGINT'))
await untilReady({ daemon, ops: opsOf(`http://127.0.0.1:${opsPort}`) })
await controlPlane.install([shippedConfigurations.validating], port)

/** POSTs to /validate with or without a client certificate. @returns the status, or the code of the error */
function callAs(pair?: { readonly cert: string; readonly key: string }): Promise<number | string> {
  return new Promise((resolve) => {
    const identity = { ca: webhook.caPem, cert: pair?.cert, key: pair?.key }
    const sent = request({ host: '127.0.0.1', port, path: '/validate', method: 'POST', agent: false, ...identity }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? String(error)))
    sent.end('{}')
  })
}

t.test('the API server calls initlint with its certificate', async () => {
  await until('kubectl prints a warning', async () => {
    const { stderr } = await kubectl(['create', '--dry-run=server', '-f', '-'], podOf('web', [{ name: 'web', image: 'nginx' }]))
    return warnedRules(stderr).includes('image-latest')
  })
  await until('initlint logs the review', () => daemon.output().includes('"msg":"review"'))
})

t.test('a client without a certificate is refused, and so is one with another name', async (t) => {
  t.type(await callAs(), 'string')
  t.equal(await callAs(kubelet), 403)
  t.equal(await callAs(client), 400, 'the body is not a review')
})

t.test('the documented configuration covers both kinds of webhooks', (t) => {
  const configuration = load(documented('AdmissionConfiguration', host))
  t.same(
    [0, 1].map((index) => at(configuration, 'plugins', index, 'name')),
    ['ValidatingAdmissionWebhook', 'MutatingAdmissionWebhook'],
  )
  t.end()
})
