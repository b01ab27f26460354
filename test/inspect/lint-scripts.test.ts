import t from 'tap'
import { lintInputs } from '../../src/inspect/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { registry } from '../../src/rules/registry.ts'

const { policy } = readPolicy([{ file: 'p', text: 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n' }], registry, { id: 'p' })
if (policy === undefined) throw new Error('no policy')

function diagnostics(text: string, rule: string) {
  const output = lintInputs([{ file: 'a.yaml', text }], { policy, registry, namespace: 'default', now: 0, docsBase: '' } as Parameters<
    typeof lintInputs
  >[1])
  return output.diagnostics.filter((entry) => entry.rule === rule)
}

const pod = (command: string) => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: app, image: app:1, volumeMounts: [{name: d, mountPath: /d}]}]
  volumes: [{name: d, emptyDir: {}}]
  initContainers:
    - name: init
      image: busybox:1
      volumeMounts: [{name: d, mountPath: /d}]
      command:
${command}
`

t.test('a diagnostic about a script has the line of the command in the file', async (t) => {
  const block = diagnostics(
    pod('        - sh\n        - -ec\n        - |\n          echo a\n          mkdir /d/x\n'),
    'init-not-idempotent',
  )
  t.match(block, [{ line: 16, column: 11, data: { scriptLine: 2, command: 'mkdir', rerun: 'rerun', storage: 'pod' }, container: 'init' }])
  t.match(diagnostics(pod('        [sh, -c, "mkdir /d/x"]'), 'init-not-idempotent'), [{ line: 12, data: { scriptLine: 1 } }])
  t.match(diagnostics(pod('        [mkdir, /d/x]'), 'init-not-idempotent'), [{ line: 12, pointer: '/spec/initContainers/0/command' }])
})

t.test('edits: in the file where it has the script as it is, otherwise in the script; the file after them has no finding', async (t) => {
  for (const command of [
    "        - sh\n        - -ec\n        - |\n          echo 'a  b'\n          mkdir '/d/a  b'\n",
    '        [sh, -c, "mkdir /d/x"]',
    '        [sh, -c, "git clone https://git.example/x /d/r"]',
  ]) {
    const text = pod(command)
    const edits = diagnostics(text, 'init-not-idempotent').flatMap((entry) => entry.edits ?? [])
    t.ok(edits.length > 0 && edits.every(({ file }) => file === 'a.yaml'), command)
    const changed = edits.reduceRight((part, { start, end, text: by }) => part.slice(0, start) + by + part.slice(end), text)
    t.not(changed, text)
    for (const rule of ['init-not-idempotent', 'init-not-atomic']) t.strictSame(diagnostics(changed, rule), [], changed)
  }
  for (const command of [
    '        [mkdir, /d/x]',
    '        [sh, -c, "mkdir\\t/d/x"]',
    '        - sh\n        - -c\n        - >\n          mkdir\n          /d/x\n',
  ])
    t.match(diagnostics(pod(command), 'init-not-idempotent')[0]?.edits, [{ file: null, start: 5, end: 5, text: ' -p' }], command)
  t.equal(diagnostics(pod('        [sh, -c, "cd /d && unzip -o a.zip && rm a.zip"]'), 'init-not-idempotent')[0]?.edits, undefined)
})

t.test('a Service in the same input and namespace that selects the pod leads to init-waits-for-own-pod', async (t) => {
  const service = (labels: string) => `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: ${labels}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  initContainers: [{name: init, image: 'busybox:1', command: [sh, -c, 'until nc -z web 80; do sleep 1; done']}]
  containers: [{name: app, image: 'app:1'}]
`
  t.match(diagnostics(service('{app: web}'), 'init-waits-for-own-pod'), [{ messageId: 'service' }])
  t.strictSame(diagnostics(service('{app: db}'), 'init-waits-for-own-pod'), [])
  t.strictSame(
    diagnostics(
      service('{app: web}').replace('name: web}\nspec: {sel', 'name: web, namespace: other}\nspec: {sel'),
      'init-waits-for-own-pod',
    ),
    [],
  )
})
