/** Notes on findings whose warnings have no reader: on which object, and when there are none. */
import t from 'tap'
import { answerReview } from '../../src/admission/index.ts'
import { readPolicy } from '../../src/policy/index.ts'
import { defaultRegistry } from '../../src/rules/registry.ts'
import { plainAnalyst } from '../../src/script/index.ts'

const registry = defaultRegistry()
const header = 'apiVersion: initlint.dev/v1alpha1\nkind: Policy\n'
const replicaSetController = 'system:serviceaccount:kube-system:replicaset-controller'
const flux = 'system:serviceaccount:flux-system:kustomize-controller'
const gitOps = 'warnTo: {exceptUsers: ["system:serviceaccount:flux-system:*"]}\n'

interface Asked {
  readonly user: string
  readonly policy?: string
  readonly owner?: object
  readonly takesNotes?: boolean
  readonly request?: object
  readonly image?: string
  readonly containers?: readonly object[]
}

function note({ user, policy = '', owner, takesNotes = true, request, image = 'nginx:latest', ...rest }: Asked) {
  const read = readPolicy([{ file: 'p', text: `${header}${policy}` }], registry, { id: 'test' })
  if (read.policy === undefined) throw new Error(JSON.stringify(read.problems))
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-x7k2p', generateName: 'web-', uid: 'pod-uid', ownerReferences: owner === undefined ? [] : [owner] },
    spec: { containers: rest.containers ?? [{ name: 'web', image, imagePullPolicy: 'Always' }] },
  }
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u', operation: 'CREATE', namespace: 'shop', name: '', userInfo: { username: user }, object, ...request },
  }
  const ports = {
    policy: read.policy,
    registry,
    now: 0,
    analyst: plainAnalyst,
    timeIsUp: () => false,
    namespaceLabels: () => undefined,
    docsBase: '',
    takesNotes,
  }
  const answer = answerReview('validate', review, ports)
  if (!answer.ok) throw new Error('no review')
  return answer.note
}

const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'set-uid', controller: true }

t.test('a Pod created by the ReplicaSet controller: the note targets the ReplicaSet', async (t) => {
  t.match(note({ user: replicaSetController, owner: replicaSet }), {
    target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web', uid: 'set-uid' },
    policy: 'test',
    message: /^\[image-latest\] containers "web": /,
  })
})

t.test('a Pod that is let in only because its controller creates it: a note on the owner, whatever controllers lists', async (t) => {
  const policy = 'rules: {image-latest: deny}\ncontrollers: [robot]\n'
  t.match(note({ user: replicaSetController, owner: replicaSet, policy }), {
    target: { kind: 'ReplicaSet', name: 'web' },
    message: /image-latest/,
  })
})

t.test('a Pod applied by a user in warnTo.exceptUsers: the note targets the Pod', async (t) => {
  t.match(note({ user: flux, policy: gitOps }), { target: { kind: 'Pod', name: 'web-x7k2p', uid: 'pod-uid' }, message: /image-latest/ })
  t.match(
    note({ user: flux, policy: gitOps, owner: replicaSet }),
    { target: { kind: 'Pod' } },
    'an owner reference set by a user is ignored',
  )
})

t.test('no note: the requester gets warnings, dry run, denial, audit only, exempted, no findings, or takesNotes is false', async (t) => {
  t.equal(note({ user: 'alice' }), undefined)
  t.equal(note({ user: flux, policy: gitOps, request: { dryRun: true } }), undefined)
  t.equal(note({ user: flux, policy: `${gitOps}rules: {image-latest: deny}\n` }), undefined)
  t.equal(note({ user: flux, policy: `${gitOps}preset: audit-only\n` }), undefined)
  t.equal(note({ user: flux, policy: `${gitOps}exemptions: [{rules: ["*"], reason: x}]\n` }), undefined)
  t.equal(note({ user: flux, policy: gitOps, image: 'nginx:1.27' }), undefined)
  t.equal(note({ user: flux, policy: gitOps, takesNotes: false }), undefined)
})

const latest = (name: string, image = 'nginx') => ({ name, image, imagePullPolicy: 'Always' })

t.test('all rules and containers are in one note, with the line that joins two findings about one fact', async (t) => {
  const policy = `${gitOps}registries: [{match: "docker.io/**", fragile: true}]\nrules: {pull-never: warn}\n`
  const containers = [latest('a'), latest('b'), { name: 'c', image: 'redis:7.2.1', imagePullPolicy: 'Never' }]
  const message = note({ user: flux, policy, containers })?.message ?? ''
  t.match(
    message,
    /^\[image-latest\] containers "a", "b": .* \[pull-always-fragile-registry\]; pin a tag and set IfNotPresent; \[pull-never\] containers "c": /,
  )
})

t.test('an update by a user without warnings: the note has all findings of the object, those of before the update included', async (t) => {
  const before = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [latest('a')] } }
  const request = { operation: 'UPDATE', oldObject: before }
  const message = note({ user: flux, policy: gitOps, containers: [latest('a'), latest('b')], request })?.message
  t.match(message, /containers "a", "b": /)
})

t.test('a note is at most 1,000 characters long and has whole lines only', async (t) => {
  const containers = Array.from({ length: 12 }, (_, index) => latest(`c${index}`, `registry-${index}.example/app`))
  const message = note({ user: flux, policy: gitOps, containers })?.message ?? ''
  t.ok(message.length > 500 && message.length <= 1000, `${message.length}`)
  t.match(message, /; \d+ more; initlint lint shows all findings$/)
})
