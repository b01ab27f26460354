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
}

function notes({ user, policy = '', owner, takesNotes = true, request, image = 'nginx:latest' }: Asked) {
  const read = readPolicy([{ file: 'p', text: `${header}${policy}` }], registry, { id: 'test' })
  if (read.policy === undefined) throw new Error(JSON.stringify(read.problems))
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-x7k2p', generateName: 'web-', uid: 'pod-uid', ownerReferences: owner === undefined ? [] : [owner] },
    spec: { containers: [{ name: 'web', image, imagePullPolicy: 'Always' }] },
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
  return answer.notes
}

const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'set-uid', controller: true }

t.test('a Pod created by the ReplicaSet controller: the note targets the ReplicaSet', async (t) => {
  t.match(notes({ user: replicaSetController, owner: replicaSet }), [
    {
      target: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web', uid: 'set-uid' },
      rule: 'image-latest',
      message: /^containers "web": /,
    },
  ])
})

t.test('a Pod that is let in only because its controller creates it: a note on the owner, whatever controllers lists', async (t) => {
  const policy = 'rules: {image-latest: deny}\ncontrollers: [robot]\n'
  t.match(notes({ user: replicaSetController, owner: replicaSet, policy }), [
    { target: { kind: 'ReplicaSet', name: 'web' }, rule: 'image-latest' },
  ])
})

t.test('a Pod applied by a user in warnTo.exceptUsers: the note targets the Pod', async (t) => {
  t.match(notes({ user: flux, policy: gitOps }), [{ target: { kind: 'Pod', name: 'web-x7k2p', uid: 'pod-uid' }, rule: 'image-latest' }])
  t.match(
    notes({ user: flux, policy: gitOps, owner: replicaSet }),
    [{ target: { kind: 'Pod' } }],
    'an owner reference set by a user is ignored',
  )
})

t.test('no notes: the requester gets warnings, dry run, denial, audit only, exempted, no findings, or takesNotes is false', async (t) => {
  t.strictSame(notes({ user: 'alice' }), [])
  t.strictSame(notes({ user: flux, policy: gitOps, request: { dryRun: true } }), [])
  t.strictSame(notes({ user: flux, policy: `${gitOps}rules: {image-latest: deny}\n` }), [])
  t.strictSame(notes({ user: flux, policy: `${gitOps}preset: audit-only\n` }), [])
  t.strictSame(notes({ user: flux, policy: `${gitOps}exemptions: [{rules: ["*"], reason: x}]\n` }), [])
  t.strictSame(notes({ user: flux, policy: gitOps, image: 'nginx:1.27' }), [])
  t.strictSame(notes({ user: flux, policy: gitOps, takesNotes: false }), [])
})
