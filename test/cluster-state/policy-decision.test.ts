/** The policy in force and the content of the status depend only on what a replica sees, so replicas agree. */

import t from 'tap'
import type { PolicyContent, Version } from '../../src/cluster/policy/content.ts'
import { decide, type Judge, nextStatus as nextStatusOf, type Seen } from '../../src/cluster/policy/decide.ts'
import { type AcceptedPolicy, type PolicyStatus, readStatus, statusData } from '../../src/cluster/policy/status.ts'
import { policyId } from '../../src/server/keepers/policy-files.ts'
import * as fc from '../support/properties.ts'
import { noStatus } from './support/policy-status.ts'

/** A policy that every version of initlint accepts, that none accepts, or that only the newer of two versions accepts. */
type Kind = 'good' | 'bad' | 'newer'

function content(kind: Kind, name: string, resourceVersion: number, uid = 'one'): PolicyContent {
  const texts = [{ file: 'policy.yaml', text: `${kind} ${name}` }]
  return { texts, id: policyId(texts), version: { uid, resourceVersion: String(resourceVersion) } }
}

const accepts =
  (...kinds: Kind[]): Judge =>
  ({ texts }) =>
    kinds.some((kind) => texts[0]?.text.startsWith(kind)) ? undefined : ['policy.yaml:1:1: it is invalid']
const judge = accepts('good')
const newer = accepts('good', 'newer')

const nextStatus = (known: Seen, by: Judge) => nextStatusOf(known, by, by === newer ? '2' : '1')

const seen = (parts: Partial<Seen>): Seen => ({ current: undefined, status: noStatus, own: undefined, ...parts })
const by = (version: string, accepted: PolicyContent): AcceptedPolicy => ({ ...accepted, by: version })
const good = (goodContent: PolicyContent, observed?: Version): PolicyStatus => ({
  ...noStatus,
  good: by('1', goodContent),
  observed: observed ?? goodContent.version,
})

t.test('decide returns the policy in force for each state of ConfigMap, status and replica', (t) => {
  const [first, second, bad] = [content('good', 'a', 1), content('good', 'b', 2), content('bad', 'c', 3)]
  const lastGood = (policy: PolicyContent) => ({ origin: 'last-good', content: policy })
  t.same(decide(seen({}), judge), { origin: 'built-in', because: 'missing' })
  t.same(decide(seen({ status: good(first), own: first }), judge), { origin: 'built-in', because: 'missing' }, 'deleted')
  t.same(decide(seen({ current: second, status: good(first), own: first }), judge), { origin: 'configmap', content: second })
  t.same(decide(seen({ current: bad }), judge), { origin: 'built-in', because: 'refused' })
  t.match(decide(seen({ current: bad, status: good(first) }), judge), lastGood(first), 'after a restart')
  t.same(decide(seen({ current: bad, own: first }), judge), lastGood(first), 'no status was written')
  t.match(decide(seen({ current: bad, status: good(second), own: first }), judge), lastGood(second), 'the replica missed the later one')
  t.same(
    decide(seen({ current: bad, status: good(first), own: second }), judge),
    lastGood(second),
    'the later one is not in the status yet',
  )
  const unreadable = content('newer', 'd', 2)
  t.same(decide(seen({ current: bad, status: good(unreadable), own: first }), judge), lastGood(first))
  t.same(decide(seen({ current: bad, status: good(unreadable) }), judge), { origin: 'built-in', because: 'refused' })
  const again = content('newer', 'd', 6)
  const status = { ...good(unreadable), previous: by('1', content('good', 'e', 5)) }
  const decision = decide(seen({ current: again, status, own: content('good', 'f', 4) }), judge)
  t.match(
    decision,
    { content: { id: status.previous.id } },
    'the age of an unreadable policy that was accepted before and is applied again does not matter',
  )
  t.end()
})

t.test('a policy of the current ConfigMap is later than one of a deleted ConfigMap; otherwise the shared one is used', (t) => {
  const bad = content('bad', 'c', 30, 'two')
  const [before, since] = [content('good', 'a', 20, 'one'), content('good', 'b', 10, 'two')]
  t.match(decide(seen({ current: bad, status: good(before), own: since }), judge), { content: { id: since.id } })
  t.match(decide(seen({ current: bad, status: good(since), own: before }), judge), { content: { id: since.id } })
  const unrelated = content('good', 'd', 99, 'three')
  t.match(decide(seen({ current: bad, status: good(before), own: unrelated }), judge), { content: { id: before.id } })
  const opaque = { ...unrelated, version: { uid: 'one', resourceVersion: 'x' } }
  t.match(decide(seen({ current: bad, status: good(before), own: opaque }), judge), { content: { id: before.id } })
  t.end()
})

t.test('after a rollback, a version that cannot read the newer policy uses the one it used last', (t) => {
  const [first, second] = [content('good', 'a', 1), content('newer', 'b', 2)]
  const upgraded = nextStatus(seen({ current: second, status: good(first), own: first }), newer) ?? noStatus
  t.match(upgraded, { good: { id: second.id, by: '2' }, previous: { id: first.id, by: '1' } })
  t.same(decide(seen({ current: second, status: upgraded }), judge), { origin: 'last-good', content: by('1', first) }, 'a new replica')
  t.same(decide(seen({ current: second, status: upgraded, own: first }), judge), { origin: 'last-good', content: by('1', first) })
  t.equal(nextStatus(seen({ current: second, status: upgraded }), judge), undefined, 'nothing to write')
  t.equal(nextStatus(seen({ current: second, status: upgraded, own: first }), judge), undefined)

  t.comment('further policies of the newer version do not replace it')
  const third = content('newer', 'c', 3)
  const later = nextStatus(seen({ current: third, status: upgraded, own: second }), newer) ?? noStatus
  t.match(later, { good: { id: third.id, by: '2' }, previous: { id: first.id, by: '1' } })

  t.comment('nor does an invalid policy; a valid one replaces it and keeps that of the newer version')
  const bad = content('bad', 'd', 4)
  const refused = nextStatus(seen({ current: bad, status: later, own: first }), judge) ?? noStatus
  t.match(refused, { good: { id: third.id, by: '2' }, previous: { id: first.id }, refused: { id: bad.id } })
  t.match(decide(seen({ current: bad, status: refused }), judge), { content: { id: first.id } })
  const repaired = content('good', 'e', 5)
  const known = nextStatus(seen({ current: repaired, status: refused, own: first }), judge) ?? noStatus
  t.match(known, { good: { id: repaired.id, by: '1' }, previous: { id: third.id, by: '2' }, refused: undefined })
  t.end()
})

t.test('during a rollout, the older version stores its policy once the newer one has a policy of its own', (t) => {
  const [first, second, third] = [content('good', 'a', 1), content('good', 'b', 2), content('newer', 'c', 3)]
  const status = { ...good(third), good: by('2', third), previous: by('1', first) }
  const stored = nextStatus(seen({ current: third, status, own: second }), judge) ?? noStatus
  t.match(stored, { good: { id: third.id, by: '2' }, previous: { id: second.id, by: '1' }, refused: undefined })
  t.equal(nextStatus(seen({ current: third, status: stored, own: first }), judge), undefined, 'not by a replica with an earlier one')
  t.equal(nextStatus(seen({ current: third, status: stored, own: third }), newer), undefined)
  t.end()
})

t.test('a previous policy that does not fit next to the policy in force is not stored', (t) => {
  const large = { ...content('newer', 'b', 2), texts: [{ file: 'policy.yaml', text: `newer ${'#'.repeat(1000 * 1024)}` }] }
  const first = { ...content('good', 'a', 1), texts: [{ file: 'policy.yaml', text: `good ${'#'.repeat(100 * 1024)}` }] }
  const status = nextStatus(seen({ current: large, status: good(first) }), newer) ?? noStatus
  t.match(status, { good: { id: large.id }, previous: undefined })
  t.equal(nextStatus(seen({ current: large, status, own: first }), judge), undefined, 'and there is no further attempt')
  t.end()
})

t.test('expired exemptions are in the status until the policy changes', (t) => {
  const [first, second] = [content('good', 'a', 1), content('good', 'b', 2)]
  const next = (status: PolicyStatus, current: PolicyContent, ...lines: string[]) =>
    nextStatusOf(seen({ current, status }), judge, '1', ({ id }) => (id === first.id ? lines : []))
  t.equal(next(good(first), first), undefined)
  const one = next(good(first), first, 'one') ?? noStatus
  t.match(one, { good: { id: first.id }, ended: ['one'], observed: first.version })
  t.equal(next(one, first, 'one'), undefined)
  t.equal(next(one, first), undefined, 'the clock of this replica is behind')
  t.same(next(one, first, 'two')?.ended, ['one', 'two'])
  t.same(next(one, second)?.ended, [], 'another policy')
  const many = Array.from({ length: 1000 }, (_, index) => `exemptions[${index}]`)
  const full = next(one, first, ...many) ?? noStatus
  t.equal(full.ended.length, 20)
  t.equal(next(full, first, ...many), undefined, 'and there is no further attempt')
  t.end()
})

t.test('the status is written if it changes, but not by a replica with an older view', (t) => {
  const [first, second, bad] = [content('good', 'a', 1), content('good', 'b', 2), content('bad', 'c', 3)]
  t.equal(nextStatus(seen({ status: good(first), own: first }), judge), undefined, 'deleted: the last good one remains')
  t.equal(nextStatus(seen({ current: first, status: good(first) }), judge), undefined)
  t.equal(
    nextStatus(seen({ current: { ...first, version: second.version }, status: good(first) }), judge),
    undefined,
    'a label was changed',
  )
  t.match(nextStatus(seen({ current: second, status: good(first) }), judge), { good: { id: second.id }, refused: undefined })
  t.equal(nextStatus(seen({ current: first, status: good(second) }), judge), undefined, 'another replica saw a later one')
  const refused = nextStatus(seen({ current: bad, status: good(second), own: first }), judge)
  t.match(refused, { good: { id: second.id }, refused: { id: bad.id, errors: ['policy.yaml:1:1: it is invalid'] }, observed: bad.version })
  t.equal(nextStatus(seen({ current: bad, status: refused ?? noStatus, own: first }), judge), undefined)
  t.match(nextStatus(seen({ current: bad, status: good(first), own: second }), judge), { good: { id: second.id } })
  const again = { ...first, version: content('good', 'a', 3).version }
  const late = nextStatus(seen({ current: content('bad', 'c', 4), status: good(first), own: again }), judge) ?? noStatus
  t.match(late.good, by('1', again), 'applied again after another policy: stored with the next write')
  t.equal(
    nextStatus(seen({ current: content('bad', 'c', 4), status: late, own: second }), judge),
    undefined,
    'which an earlier one does not revert',
  )
  const repaired = content('good', 'b', 4)
  t.match(nextStatus(seen({ current: repaired, status: refused ?? noStatus }), judge), { good: { id: second.id }, refused: undefined })
  t.end()
})

t.test('the status keeps the keys of accepted policies, but not those of a refused one', (t) => {
  const withKeys = (kind: Kind, keys: readonly string[], resourceVersion: number): PolicyContent => {
    const texts = keys.map((file) => ({ file, text: `${kind} ${resourceVersion}` }))
    return { texts, id: policyId(texts), version: { uid: 'one', resourceVersion: String(resourceVersion) } }
  }
  const both = withKeys('good', ['10.yaml', '20.yaml'], 1)
  const first = nextStatus(seen({ current: both }), judge) ?? noStatus
  t.same(first.keys, ['10.yaml', '20.yaml'])
  const second = nextStatus(seen({ current: withKeys('good', ['10.yaml'], 2), status: first }), judge) ?? noStatus
  t.same(second.keys, ['10.yaml', '20.yaml'])
  const third = nextStatus(seen({ current: withKeys('bad', ['10.yaml', '30.yaml'], 3), status: second }), judge) ?? noStatus
  t.same(third.keys, ['10.yaml', '20.yaml'])
  t.end()
})

t.test('two versions of initlint do not overwrite each other', (t) => {
  const current = content('newer', 'n', 5)
  const byOlder = nextStatus(seen({ current, status: good(content('good', 'a', 1)) }), judge) ?? noStatus
  t.match(byOlder, { refused: { id: current.id } })
  const byNewer = nextStatus(seen({ current, status: byOlder }), newer) ?? noStatus
  t.match(byNewer, { good: { id: current.id }, refused: undefined })
  t.equal(nextStatus(seen({ current, status: byNewer, own: content('good', 'a', 1) }), judge), undefined)
  t.equal(nextStatus(seen({ current, status: byNewer }), newer), undefined)
  t.end()
})

/** A change of the policy: it is applied, or deleted and perhaps created again. */
type Change = Kind | 'deleted'
/** The next action of one replica: it sees the newest policy, sees the status, or writes the status. */
interface Step {
  readonly replica: number
  readonly does: 'sees the policy' | 'sees the status' | 'writes'
}

const changes = fc.array(fc.constantFrom<Change>('good', 'good', 'bad', 'newer', 'deleted'), { minLength: 1, maxLength: 8 })
const steps = fc.array(
  fc.record<Step>({ replica: fc.nat({ max: 3 }), does: fc.constantFrom('sees the policy', 'sees the status', 'writes') }),
  { maxLength: 12 },
)

class Replica {
  current: PolicyContent | undefined
  status: { data: Readonly<Record<string, string>>; version: number } = { data: {}, version: 0 }
  own: PolicyContent | undefined
  readonly judge: Judge

  constructor(judge: Judge) {
    this.judge = judge
  }

  get seen(): Seen {
    return { current: this.current, status: readStatus(this.status.data), own: this.own }
  }

  inForce() {
    const decision = decide(this.seen, this.judge)
    if (decision.origin !== 'built-in') this.own = decision.content
    return decision.origin === 'built-in' ? 'audit-only' : decision.content.id
  }
}

/** Simulates an API server with one policy and one status with optimistic concurrency; replicas see any subsequence of both. */
function play(history: readonly { readonly change: Change; readonly steps: readonly Step[] }[], judges: readonly Judge[]) {
  const replicas = judges.map((each) => new Replica(each))
  let policy: PolicyContent | undefined
  let status: Replica['status'] = { data: {}, version: 0 }
  let writes = 0
  let uid = 0
  const write = (replica: Replica): boolean => {
    const next = nextStatus(replica.seen, replica.judge)
    if (next === undefined || replica.status.version !== status.version) return false
    status = { data: statusData(next, '1', 0), version: status.version + 1 }
    writes += 1
    return true
  }
  const perform = (replica: Replica, does: Step['does']): void => {
    if (does === 'sees the policy') replica.current = policy
    if (does === 'sees the status') replica.status = status
    replica.inForce()
    if (does === 'writes') write(replica)
  }
  for (const [index, { change, steps }] of history.entries()) {
    if (change === 'deleted') uid += 1
    policy = change === 'deleted' ? undefined : content(change, String(index % 3), index + 1, String(uid))
    for (const { replica, does } of steps) perform(replicas[replica % replicas.length] ?? new Replica(judge), does)
  }
  // After the last change, every replica sees everything and writes until there is nothing left to write.
  writes = 0
  for (let quiet = false, rounds = 0; !quiet && rounds < 20; rounds += 1) {
    quiet = true
    for (const replica of replicas) {
      perform(replica, 'sees the policy')
      perform(replica, 'sees the status')
      if (write(replica)) quiet = false
    }
    for (const replica of replicas) perform(replica, 'sees the status')
  }
  return { replicas, writes, policy, status }
}

const histories = fc
  .tuple(changes, fc.array(steps, { minLength: 8, maxLength: 8 }))
  .map(([list, stepsOf]) => list.map((change, index) => ({ change, steps: stepsOf[index] ?? [] })))

t.test('replicas that saw different parts of the history end with the same policy, as does a new one', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      const { replicas, writes, policy, status } = play(history, [judge, judge, judge])
      const started = new Replica(judge)
      started.current = policy
      started.status = status
      const inForce = new Set([...replicas, started].map((replica) => replica.inForce()))
      return inForce.size === 1 && writes <= 3
    }),
    { numRuns: 500 },
  )
  t.pass()
  t.end()
})

t.test('during a rollout, writes come to an end and replicas of one version agree, as does a new one after a rollback', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      const { replicas, writes, policy, status } = play(history, [newer, judge, newer, judge])
      const [one, old, other, older] = replicas.map((replica) => replica.inForce())
      const started = new Replica(judge)
      started.current = policy
      started.status = status
      return writes <= 4 && one === other && old === older && started.inForce() === old
    }),
    { numRuns: 1000 },
  )
  t.pass()
  t.end()
})
