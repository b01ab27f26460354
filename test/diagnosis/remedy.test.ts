import t from 'tap'
import { crashed, one, pod } from './build-pod.ts'
import { diagnosed, readCase } from './read-case.ts'

const clone = 'git clone https://git.example/a.git /work/a'

function failing(volume: object, more: object = {}, script = clone) {
  const init = { command: ['sh', '-c', script], volumeMounts: [{ name: 'work', mountPath: '/work' }] }
  return pod({ init, spec: { volumes: [{ name: 'work', ...volume }] }, initStatus: crashed(128), ...more })
}

const deletes = (now: readonly string[]) => now.some((each) => each.startsWith('kubectl delete pod '))

t.test('deleting the pod is proposed if its owner creates another and nothing keeps what is wrong', async (t) => {
  t.ok(deletes(one([failing({ emptyDir: {} })]).now))
  for (const volume of [{ persistentVolumeClaim: { claimName: 'a' } }, { hostPath: { path: '/a' } }, { nfs: { server: 'a', path: '/' } }]) {
    t.notOk(deletes(one([failing(volume)]).now), Object.keys(volume).join())
  }
  t.notOk(deletes(one([failing({ emptyDir: {} }, { metadata: { ownerReferences: [] } })]).now), 'a pod of its own')
  const node = { apiVersion: 'v1', kind: 'Node', name: 'n', controller: true }
  t.notOk(deletes(one([failing({ emptyDir: {} }, { metadata: { ownerReferences: [node] } })]).now), 'a static pod')
  const database = one([failing({ emptyDir: {} }, {}, 'migrate up')], { init: 'ERROR: relation "users" already exists' })
  t.equal(database.cause.class, 'init-not-idempotent')
  t.notOk(deletes(database.now), 'what a database keeps')
})

t.test('the repair of the script is an edit that was rehearsed', async (t) => {
  const { edits = [], then: later } = one([failing({ emptyDir: {} })])
  t.match(edits, [{ file: null, pointer: '/spec/initContainers/0/command/2' }])
  const [edit] = edits
  const changed = `${clone.slice(0, edit?.start)}${edit?.text}${clone.slice(edit?.end)}`
  t.ok(later.includes(`+ ${changed}`), later.join('\n'))
})

t.test('an edit whose text may contain a secret is left out', async (t) => {
  const secret = 'hunter2-hunter2'
  const found = one([failing({ emptyDir: {} }, {}, `git clone https://bot:${secret}@git.example/a.git /work/a`)])
  t.equal(found.cause.class, 'init-not-idempotent')
  t.notOk(JSON.stringify(found).includes(secret))
})

t.test('names are quoted for the shell', async (t) => {
  const { now } = one([failing({ emptyDir: {} }, { metadata: { name: "a'; rm -rf ~; '" } })])
  t.match(now[0], /^kubectl delete pod 'a'\\''; rm -rf ~; '\\''' -n shop #/)
})

t.test('deadlocks: the old pod of the same Deployment, and the Job that blocks its CronJob', async (t) => {
  const [volume] = diagnosed(readCase('40-multi-attach-rollout.json'))
  t.match(volume?.now[0], /^kubectl delete pod import-6c9-l9 -n shop/)
  const [job] = diagnosed(readCase('47-cronjob-forbid.json'))
  t.ok(job?.now.some((each) => each.startsWith('kubectl delete job nightly-29101 -n shop')))
})
