import t from 'tap'
import { rehearseInputs, renderRehearseText } from '../../src/inspect/index.ts'

const manifest = `apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data:
  init.sh: |
    set -e
    mkdir /data/x
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
    - name: configured
      image: busybox:1
      command: [sh, /scripts/init.sh]
      volumeMounts: [{name: data, mountPath: /data}, {name: scripts, mountPath: /scripts}]
    - name: proxy
      image: proxy:1
      restartPolicy: Always
    - name: plain
      image: busybox:1
      command: [mkdir, -p, /data/y]
      volumeMounts: [{name: data, mountPath: /data}]
    - name: hidden
      image: own/tool:1
  containers: [{name: app, image: app:1}]
  volumes:
    - {name: data, emptyDir: {}}
    - {name: scripts, configMap: {name: scripts}}
`
const options = { namespace: 'default' }
const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' }

t.test('the JSON, field by field', async (t) => {
  const output = rehearseInputs([{ file: 'web.yaml', text: manifest }], options)
  const why = output.containers[2]?.unknown[0]?.why
  t.type(why, 'string')
  t.strictSame(JSON.parse(JSON.stringify(output)), {
    containers: [
      {
        object,
        container: 'configured',
        pointer: '/spec/initContainers/0',
        verdict: 'unsafe',
        atomic: true,
        hazards: [
          {
            line: 2,
            command: 'mkdir /data/x',
            obligation: 'repeat',
            rerun: 'rerun',
            storage: 'pod',
            outcome: 'fails',
            fix: 'mkdir -p /data/x',
            edits: [{ start: 12, end: 12, text: ' -p' }],
          },
        ],
        unknown: [],
      },
      { object, container: 'plain', pointer: '/spec/initContainers/2', verdict: 'safe', atomic: true, hazards: [], unknown: [] },
      {
        object,
        container: 'hidden',
        pointer: '/spec/initContainers/3',
        verdict: 'unknown',
        atomic: null,
        hazards: [],
        unknown: [{ line: null, why }],
      },
    ],
    errors: [],
  })
})

t.test('a ConfigMap in another input is ignored', async (t) => {
  const [configMap = '', pod = ''] = manifest.split('---\n')
  const output = rehearseInputs(
    [
      { file: 'a.yaml', text: configMap },
      { file: 'b.yaml', text: pod },
    ],
    options,
  )
  t.match(output.containers[0], { container: 'configured', verdict: 'unknown' })
})

t.test('the text shows the script and what its commands leave behind', async (t) => {
  const text = renderRehearseText(rehearseInputs([{ file: 'web.yaml', text: manifest }], options), false)
  const lines = text.split('\n')
  t.ok(lines.includes('web.yaml:14  Pod default/web, initContainers "configured": not safe to run again'))
  t.ok(lines.includes('    2 | mkdir /data/x'))
  t.ok(lines.includes('      |   mkdir: first run changes /data/x (emptyDir); rerun exits 1'))
  t.ok(lines.includes('    mkdir -p /data/x'), 'the fix')
  t.ok(lines.some((line) => line.startsWith('  not analyzed: ')))
  t.equal(lines.at(-2), '3 init containers: 1 unsafe, 1 unknown and 1 safe')
})

t.test('without init containers the text is a sentence; unreadable input is an error', async (t) => {
  t.match(renderRehearseText(rehearseInputs([{ file: null, text: 'kind: Pod\napiVersion: v1' }], options), false), /^Nothing to rehearse/)
  t.match(rehearseInputs([{ file: 'x', text: 'a: [' }], options), { containers: [], errors: [{ file: 'x', line: 1 }] })
})

t.test('hostile names, files and scripts are printed without control characters', async (t) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x\u001b[31m' },
    spec: {
      initContainers: [
        {
          name: '\u202e',
          image: 'busybox:1',
          command: ['sh', '-c', 'mkdir /d/\u001b]0;x\u0007; echo "\u202e" >> /d/f'],
          volumeMounts: [{ name: 'd', mountPath: '/d' }],
        },
      ],
      volumes: [{ name: 'd', emptyDir: {} }],
    },
  }
  const text = renderRehearseText(rehearseInputs([{ file: 'a\u0007b', text: JSON.stringify(pod) }], options), false)
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u)
})

t.test('the text shows the lines that a repair changes', async (t) => {
  const script = "set -e\nmkdir '/data/a  b'\ntouch /data/f"
  const volumes = 'volumes: [{ name: v, persistentVolumeClaim: { claimName: v } }]'
  const text = `apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec:\n  ${volumes}\n  containers: [{ name: app, image: i:1 }]\n  initContainers:\n    - name: a\n      image: i:1\n      volumeMounts: [{ name: v, mountPath: /data }]\n      command: [sh, -c, ${JSON.stringify(script)}]\n`
  const printed = renderRehearseText(rehearseInputs([{ file: 'x.yaml', text }], options), false)
  t.match(printed, "    mkdir -p '/data/a  b'\n    2 + mkdir -p '/data/a  b'\n")
})
