import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readLabels } from './labels.ts'
import { measure, scoresOf } from './measure.ts'
import { reportOf } from './report.ts'

const pod = `apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
    - {name: directory, image: 'busybox:1.37', command: [sh, -c, mkdir -p /data/a], volumeMounts: &mounts [{name: data, mountPath: /data}]}
    - {name: append, image: 'busybox:1.37', command: [sh, -c, echo a >> /data/b], volumeMounts: *mounts}
    - {name: append-too, image: 'busybox:1.37', command: [sh, -c, echo a >> /data/c], volumeMounts: *mounts}
    - {name: guarded, image: 'busybox:1.37', command: [sh, -c, 'test -d /data/d || git clone https://git.example/d /data/d'], volumeMounts: *mounts}
    - {name: tool, image: 'shop:1', command: [sh, -c, shop-setup /data], volumeMounts: *mounts}
    - {name: wait, image: 'busybox:1.37', command: [sh, -c, 'until nc -z db 5432; do sleep 1; done']}
    - {name: tpl-values-name, image: 'busybox:1.37', command: [/setup]}
  containers: [{name: app, image: 'shop:1', volumeMounts: *mounts}]
  volumes: [{name: data, emptyDir: {}}]
`

type Fields = Readonly<Record<string, unknown>>

const labelOf = (container: string, idempotent: string, more: Fields = {}): Fields => ({
  id: container,
  workload_kind: 'Pod',
  workload_name: 'shop',
  container,
  file: 'manifests/pod.yaml',
  label: { idempotent, operation: container.split('-')[0], visible: 'inline', waits: 'none', ...more },
})

/** Writes a labels file next to its manifest. */
function labelsFile(directory: string, labels: readonly Fields[]): string {
  const file = join(directory, 'labels.jsonl')
  writeFileSync(file, labels.map((label) => `${JSON.stringify(label)}\n`).join(''))
  return file
}

t.test('what is said is compared with the labels, and the manifests are found next to them', async (t) => {
  const directory = t.testdir({ manifests: { 'pod.yaml': pod } })
  const file = labelsFile(directory, [
    labelOf('directory', 'safe'),
    labelOf('append', 'unsafe'),
    labelOf('append-too', 'safe'),
    labelOf('guarded', 'unclear'),
    labelOf('tool', 'unsafe'),
    labelOf('wait', 'unsafe', { waits: 'unbounded' }),
    labelOf('tpl_Values_name', 'unknown', { visible: 'hidden' }),
    labelOf('absent', 'safe'),
  ])
  const measured = measure(readLabels(file))
  t.strictSame(measured.missing, ['absent'])
  t.strictSame(
    measured.judged.map(({ label, said }) => [label.container, said]),
    [
      ['directory', 'safe'],
      ['append', 'unsafe'],
      ['append-too', 'unsafe'],
      ['guarded', 'unsafe'],
      ['tool', 'unknown'],
      ['wait', 'safe'],
      ['tpl_Values_name', 'unknown'],
    ],
  )
  const scores = scoresOf(measured.judged)
  t.equal(scores.readable, 6, 'a hidden script is not scored')
  t.strictSame(scores.safe, { right: 1, wrong: 1, unclear: 0 })
  t.strictSame(scores.unsafe, { right: 1, wrong: 1, unclear: 1 })
  t.strictSame(scores.recall, { part: 1, whole: 3 })
  t.strictSame(scores.unknown, { part: 1, whole: 6 })
  t.strictSame(scores.waits, { part: 1, whole: 1 })
  t.strictSame(
    [...scores.byRule],
    [
      ['init-not-idempotent', { right: 1, wrong: 1, unclear: 0 }],
      ['init-not-atomic', { right: 0, wrong: 0, unclear: 1 }],
      ['init-waits-forever', { right: 1, wrong: 0, unclear: 0 }],
    ],
  )
  t.strictSame(scores.byReason.get('init-not-idempotent/duplicates'), { right: 1, wrong: 1, unclear: 0 })
  t.strictSame(scores.byOperation.get('append'), { part: 1, whole: 1 })
  t.strictSame([...scores.byUnknown.values()], [1])
})

t.test('the report names every script of which something other than its label is said', async (t) => {
  const directory = t.testdir({ manifests: { 'pod.yaml': pod } })
  const labels = [labelOf('directory', 'safe'), labelOf('append', 'safe'), labelOf('tool', 'safe'), labelOf('guarded', 'unclear')]
  const report = reportOf('title', measure(readLabels(labelsFile(directory, labels))))
  const [, differing = ''] = report.split('other than the label\n')
  t.strictSame(
    differing
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['append', 'tool'],
  )
})

t.test('a script of a ConfigMap in another file is read from its label', async (t) => {
  const manifest = (more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers:
        - name: setup
          image: busybox:1.37
          command: [sh, /scripts/setup.sh]
          volumeMounts: [{name: scripts, mountPath: /scripts}, {name: data, mountPath: /data}]
      containers: [{name: app, image: 'shop:1', volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: scripts, configMap: {name: shop-scripts}}, {name: data, emptyDir: {}}]
${more}`
  const said = (more: string, script: string | null) => {
    const directory = t.testdir({ manifests: { 'pod.yaml': manifest(more) } })
    const volumeMounts = [
      { name: 'data', mountPath: '/data' },
      { name: 'scripts', mountPath: '/scripts' },
    ]
    const label = {
      ...labelOf('setup', 'unsafe'),
      workload_kind: 'Deployment',
      command: ['sh', '/scripts/setup.sh'],
      args: null,
      script,
      volumeMounts,
    }
    return measure(readLabels(labelsFile(directory, [label]))).judged.map(({ said }) => said)
  }
  const configMap = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-scripts, namespace: shop}
data: {setup.sh: mkdir -p /data/a}
`
  t.strictSame(said('', null), ['unknown'])
  t.strictSame(said('', 'echo x >> /data/a'), ['unsafe'])
  t.strictSame(said(configMap, 'echo x >> /data/a'), ['safe'], 'a ConfigMap of the manifest is not replaced')
})

t.test('no labels: no share is made up', async (t) => {
  const report = reportOf('title', measure(readLabels(labelsFile(t.testdir({}), []))))
  t.notMatch(report, /NaN|Infinity/)
})

t.test('a line that is not a label is named', async (t) => {
  const directory = t.testdir({})
  for (const row of [{ id: 'x' }, { ...labelOf('a', 'safe'), file: 1 }, labelOf('a', 'fine')])
    t.throws(() => readLabels(labelsFile(directory, [labelOf('a', 'safe'), row])), { message: /labels\.jsonl:2: / }, JSON.stringify(row))
})
