/** Which policy is in force, and what the status says: of what a replica sees alone, so that replicas agree. */
import fc from 'fast-check'
import t from 'tap'
import type { PolicyContent, Version } from '../../src/cluster/policy/content.ts'
import { decide, type Judge, nextStatus, type Seen } from '../../src/cluster/policy/decide.ts'
import { noStatus, type PolicyStatus, readStatus, statusData } from '../../src/cluster/policy/status.ts'
import { policyId } from '../../src/server/policy-files.ts'

/** A policy that every version of initlint accepts, none, or only the newer of two. */
type Kind = 'good' | 'bad' | 'newer'

function content(kind: Kind, name: string, resourceVersion: number, uid = 'one'): PolicyContent {
  const texts = [{ file: 'policy.yaml', text: `${kind} ${name}` }]
  return { texts, id: policyId(texts), version: { uid, resourceVersion: String(resourceVersion) } }
}

const accepts =
  (...kinds: Kind[]): Judge =>
  ({ texts }) =>
    kinds.some((kind) => texts[0]?.text.startsWith(kind)) ? undefined : ['policy.yaml:1:1: it is bad']
const judge = accepts('good')
const newer = accepts('good', 'newer')

const seen = (parts: Partial<Seen>): Seen => ({ current: undefined, status: noStatus, own: undefined, ...parts })
const good = (goodContent: PolicyContent, observed?: Version): PolicyStatus => ({
  good: goodContent,
  refused: undefined,
  observed: observed ?? goodContent.version,
})

t.test('what is in force, in every situation', (t) => {
  const [first, second, bad] = [content('good', 'a', 1), content('good', 'b', 2), content('bad', 'c', 3)]
  const lastGood = (policy: PolicyContent) => ({ origin: 'last-good', content: policy })
  t.same(decide(seen({}), judge), { origin: 'built-in', because: 'missing' })
  t.same(decide(seen({ status: good(first), own: first }), judge), { origin: 'built-in', because: 'missing' }, 'deleted')
  t.same(decide(seen({ current: second, status: good(first), own: first }), judge), { origin: 'configmap', content: second })
  t.same(decide(seen({ current: bad }), judge), { origin: 'built-in', because: 'refused' })
  t.same(decide(seen({ current: bad, status: good(first) }), judge), lastGood(first), 'after a restart')
  t.same(decide(seen({ current: bad, own: first }), judge), lastGood(first), 'nothing was written down')
  t.same(decide(seen({ current: bad, status: good(second), own: first }), judge), lastGood(second), 'it missed the later one')
  t.same(decide(seen({ current: bad, status: good(first), own: second }), judge), lastGood(second), 'the later one is not written yet')
  const unreadable = content('newer', 'd', 2)
  t.same(decide(seen({ current: bad, status: good(unreadable), own: first }), judge), lastGood(first))
  t.same(decide(seen({ current: bad, status: good(unreadable) }), judge), { origin: 'built-in', because: 'refused' })
  t.end()
})

t.test('the ConfigMap of now is later than one that was deleted; what cannot be compared is what all share', (t) => {
  const bad = content('bad', 'c', 30, 'two')
  const [before, since] = [content('good', 'a', 20, 'one'), content('good', 'b', 10, 'two')]
  t.match(decide(seen({ current: bad, status: good(before), own: since }), judge), { content: { id: since.id } })
  t.match(decide(seen({ current: bad, status: good(since), own: before }), judge), { content: { id: since.id } })
  const strange = content('good', 'd', 99, 'three')
  t.match(decide(seen({ current: bad, status: good(before), own: strange }), judge), { content: { id: before.id } })
  const opaque = { ...strange, version: { uid: 'one', resourceVersion: 'x' } }
  t.match(decide(seen({ current: bad, status: good(before), own: opaque }), judge), { content: { id: before.id } })
  t.end()
})

t.test('the status is written when it changes, and not by who is behind', (t) => {
  const [first, second, bad] = [content('good', 'a', 1), content('good', 'b', 2), content('bad', 'c', 3)]
  t.equal(nextStatus(seen({ status: good(first), own: first }), judge), undefined, 'deleted: the last good one is kept')
  t.equal(nextStatus(seen({ current: first, status: good(first) }), judge), undefined)
  t.equal(
    nextStatus(seen({ current: { ...first, version: second.version }, status: good(first) }), judge),
    undefined,
    'a label was changed',
  )
  t.match(nextStatus(seen({ current: second, status: good(first) }), judge), { good: { id: second.id }, refused: undefined })
  t.equal(nextStatus(seen({ current: first, status: good(second) }), judge), undefined, 'a neighbour saw a later one')
  const refused = nextStatus(seen({ current: bad, status: good(second), own: first }), judge)
  t.match(refused, { good: { id: second.id }, refused: { id: bad.id, errors: ['policy.yaml:1:1: it is bad'] }, observed: bad.version })
  t.equal(nextStatus(seen({ current: bad, status: refused ?? noStatus, own: first }), judge), undefined)
  t.match(nextStatus(seen({ current: bad, status: good(first), own: second }), judge), { good: { id: second.id } })
  const repaired = content('good', 'b', 4)
  t.match(nextStatus(seen({ current: repaired, status: refused ?? noStatus }), judge), { good: { id: second.id }, refused: undefined })
  t.end()
})

t.test('two versions of initlint do not write over each other', (t) => {
  const current = content('newer', 'n', 5)
  const byOlder = nextStatus(seen({ current, status: good(content('good', 'a', 1)) }), judge) ?? noStatus
  t.match(byOlder, { refused: { id: current.id } })
  const byNewer = nextStatus(seen({ current, status: byOlder }), newer) ?? noStatus
  t.match(byNewer, { good: { id: current.id }, refused: undefined })
  t.equal(nextStatus(seen({ current, status: byNewer, own: content('good', 'a', 1) }), judge), undefined)
  t.equal(nextStatus(seen({ current, status: byNewer }), newer), undefined)
  t.end()
})

/** What happens to the policy: it is applied, or deleted and perhaps made again. */
type Change = Kind | 'deleted'
/** What one replica does next: sees the newest policy, sees the status, or writes what it thinks right. */
interface Step {
  readonly replica: number
  readonly does: 'sees the policy' | 'sees the status' | 'writes'
}

const changes = fc.array(fc.constantFrom<Change>('good', 'good', 'bad', 'newer', 'deleted'), { minLength: 1, maxLength: 8 })
const steps = fc.array(
  fc.record<Step>({ replica: fc.nat({ max: 2 }), does: fc.constantFrom('sees the policy', 'sees the status', 'writes') }),
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

/** The API server: one policy, one status with optimistic concurrency; replicas see any subsequence of both. */
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
  // The world stands still: everybody sees everything and writes until nobody has anything to write.
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

t.test('replicas that saw any part of the history end with the same policy, as does one that starts now', (t) => {
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

t.test('in a roll-out of two versions the writing ends, and replicas of one version agree with each other', (t) => {
  fc.assert(
    fc.property(histories, (history) => {
      const { replicas, writes } = play(history, [newer, judge, newer])
      return writes <= 3 && replicas[0]?.inForce() === replicas[2]?.inForce()
    }),
    { numRuns: 500 },
  )
  t.pass()
  t.end()
})
