/** Public init images are analyzed by what they are. */
import t from 'tap'
import { noSiblings } from '../../../src/model/siblings.ts'
import { readWorkload } from '../../../src/model/workload.ts'
import { analyzeScript } from '../../../src/script/analysis/analyze.ts'
import { inputOf } from '../../../src/script/analysis/input.ts'

/** The analysis of an init container in a pod with an emptyDir and a hostPath. */
function analysisOf(container: object) {
  const volumeMounts = [
    { name: 'work', mountPath: '/target' },
    { name: 'bin', mountPath: '/host/opt/cni/bin' },
  ]
  const spec = {
    initContainers: [{ name: 'i', volumeMounts, ...container }],
    volumes: [
      { name: 'work', emptyDir: {} },
      { name: 'bin', hostPath: { path: '/opt/cni/bin' } },
    ],
  }
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }
  const workload = readWorkload(object, { namespace: 'default', source: 'manifest' })
  const [init] = workload?.containers() ?? []
  if (workload === undefined || init === undefined) throw new Error('no init container')
  const { input } = inputOf(init, workload, noSiblings)
  return input === null ? undefined : analyzeScript(input)
}

const env = (name: string, value: string) => [{ name, value }]
const istio = ['istio-iptables', '-p', '15001', '-z', '15006', '-u', '1337', '-m', 'REDIRECT', '-i', '*', '-x', '', '-b', '*']

t.test('images that only wait, and those that prepare the same again, are safe', async (t) => {
  for (const container of [
    { image: 'quay.io/airshipit/kubernetes-entrypoint:v1.0.0', command: ['kubernetes-entrypoint'], env: env('COMMAND', 'echo done') },
    { image: 'quay.io/airshipit/kubernetes-entrypoint:v1.0.0' },
    { image: 'registry.example/mirror/groundnuty/k8s-wait-for:v2.0', args: ['job', 'migrate'] },
    { image: 'groundnuty/k8s-wait-for:v2.0', command: ['wait_for.sh', 'pod', '-lapp=db'] },
    { image: 'nexus3.onap.org:10001/onap/oom/readiness:6.0.3', command: ['/app/ready.py'], args: ['--service-name', 'db'] },
    { image: 'cr.l5d.io/linkerd/proxy-init:v2.4.0', args: ['--ipv6=false', '--incoming-proxy-port', '4143'] },
    { image: 'docker.io/istio/proxyv2:1.26.2', args: istio },
    { image: 'docker.io/calico/cni:v3.28.0', command: ['/opt/cni/bin/install'] },
    { image: 'quay.io/calico/cni:v3.28.0', command: ['/opt/cni/bin/install'] },
    { image: 'quay.io/cilium/cilium:v1.17.7', command: ['/init-container.sh'] },
    { image: 'quay.io/cilium/cilium:v1.17.7', command: ['/install-plugin.sh'] },
    { image: 'velero/velero-plugin-for-aws:v1.10.0' },
    { image: 'registry.k8s.io/git-sync/git-sync:v4.2.1', args: ['--repo=https://git.example/x', '--root=/target', '--one-time'] },
    {
      image: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.4.1',
      args: ['create', '--host=h', '--namespace=n', '--secret-name=s'],
    },
    {
      image: 'quay.io/prometheus-operator/prometheus-config-reloader:v0.80.1',
      command: ['/bin/prometheus-config-reloader'],
      args: ['--watch-interval=0', '--listen-address=:8081', '--config-file=/c/p.yaml.gz', '--config-envsubst-file=/target/p.yaml'],
    },
    { image: 'hashicorp/vault:1.17', command: ['vault', 'agent', '-config=/vault/config.hcl', '-exit-after-auth'] },
  ]) {
    t.equal(analysisOf(container)?.verdict, 'safe', `${container.image} ${container.args?.[0] ?? container.command?.[0] ?? ''}`)
  }
})

t.test('istio-iptables of former versions fails on a retry in the same sandbox', async (t) => {
  for (const tag of ['1.22.8', '1.9.0', '1.4']) {
    const analysis = analysisOf({ image: `docker.io/istio/proxyv2:${tag}`, args: istio })
    t.strictSame(
      analysis?.hazards.map(({ obligation, rerun, outcome, storage }) => [obligation, rerun, outcome, storage]),
      [['stop', 'retry', 'fails', 'sandbox']],
      tag,
    )
  }
  const validation = { image: 'docker.io/istio/proxyv2:1.20.1', args: [...istio, '--run-validation', '--skip-rule-apply'] }
  t.equal(analysisOf(validation)?.verdict, 'safe', 'istio-validation only checks')
})

t.test('what they run in addition counts, and what is not known of them stays unknown', async (t) => {
  const entrypoint = 'quay.io/airshipit/kubernetes-entrypoint:v1'
  t.equal(analysisOf({ image: entrypoint, env: env('COMMAND', 'mkdir /target/x') })?.verdict, 'unsafe')
  t.equal(analysisOf({ image: entrypoint, env: [{ name: 'COMMAND', valueFrom: { fieldRef: {} } }] })?.verdict, 'unknown')
  t.equal(analysisOf({ image: 'docker.io/istio/proxyv2:1.26.2', args: ['request', 'GET', 'x'] })?.verdict, 'unknown')
  t.equal(analysisOf({ image: 'registry.k8s.io/git-sync/git-sync:v4', args: ['--one-time', '--exechook-command=/x'] })?.verdict, 'unknown')
  t.equal(
    analysisOf({ image: 'quay.io/prometheus-operator/prometheus-config-reloader:v1', args: ['--config-file=/c'] })?.verdict,
    'unknown',
  )
  t.equal(analysisOf({ image: 'registry.example/cni:3', command: ['/opt/cni/bin/install'] })?.verdict, 'unknown', 'another image')
  for (const container of [
    { image: 'docker.io/istio/proxyv2:1.24.1', args: istio },
    { image: 'docker.io/istio/proxyv2', args: istio },
    { image: 'gcr.io/linkerd-io/proxy-init:v1.3.6', args: ['-p', '4143'] },
  ])
    t.equal(analysisOf(container), undefined, `${container.image}: its entrypoint decides`)
})

t.test('images that wait without a limit', async (t) => {
  const tool = analysisOf({ image: 'groundnuty/k8s-wait-for:v2.0', args: ['job', 'migrate'] })?.facts?.patientTool
  t.strictSame(tool, { line: 1, command: 'k8s-wait-for', hasLimit: false })
  t.equal(analysisOf({ image: 'onap/oom/readiness:6', command: ['/app/ready.py'] })?.facts?.patientTool, undefined, 'it has a timeout')
})
