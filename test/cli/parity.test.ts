import t from 'tap'
import { runCli } from './fake-io.ts'

interface Judgment {
  readonly rule: string
  readonly pointer: string
  readonly action: string
}

async function judge(value: unknown): Promise<readonly Judgment[]> {
  const { stdout, code } = await runCli(['lint', '--format', 'json', '-'], {
    stdin: typeof value === 'string' ? value : JSON.stringify(value),
  })
  t.ok(code === 0 || code === 1)
  return JSON.parse(stdout).diagnostics.map(({ rule, pointer, action }: Judgment) => ({ rule, pointer, action }))
}

/** Rules that depend on the origin of a pull policy, which a review does not contain. */
const originRules = new Set(['pull-policy-defaulted', 'pull-policy-stale'])

t.test('a pod gets the same findings as a manifest, in a List, in a YAML stream and in an AdmissionReview', async (t) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      initContainers: [{ name: 'init', image: 'busybox' }],
      containers: [
        { name: 'app', image: 'Nginx' },
        { name: 'never', image: 'registry.example/a:1', imagePullPolicy: 'Never' },
      ],
    },
  }
  const manifest = await judge(pod)
  t.ok(new Set(manifest.map(({ rule }) => rule)).size >= 4, 'the pod violates at least four rules')
  t.strictSame(await judge({ apiVersion: 'v1', kind: 'List', items: [pod] }), manifest)
  t.strictSame(await judge(`---\n# a comment\n---\n${JSON.stringify(pod)}\n`), manifest)
  const [init, app, never] = [pod.spec.initContainers[0], ...pod.spec.containers]
  const defaulted = {
    ...pod,
    spec: {
      ...pod.spec,
      initContainers: [{ ...init, imagePullPolicy: 'Always' }],
      containers: [{ ...app, imagePullPolicy: 'IfNotPresent' }, never],
    },
  }
  const request = { uid: 'u', operation: 'CREATE', namespace: 'default', userInfo: { username: 'ana' }, object: defaulted, oldObject: null }
  const review = await judge({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request })
  const beyondOrigin = (judgments: readonly Judgment[]) => judgments.filter(({ rule }) => !originRules.has(rule))
  t.strictSame(beyondOrigin(review), beyondOrigin(manifest))
})
