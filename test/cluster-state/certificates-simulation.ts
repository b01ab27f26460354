/**
 * A simulated cluster: a Secret, a webhook configuration, replicas and API servers, each with a view of its own that lags behind. The test
 * chooses the order of events; the lag is bounded here as in a real cluster.
 */
import type { Authority, Content, Leaf } from '../../src/cluster/certificates/content.ts'
import { isAcceptable, type Memory, mayRegister, nextCertificates, type Times, type View } from '../../src/cluster/certificates/decide.ts'

/** In seconds, while the real ones are days. */
export const times: Times = { leafLife: 100, authorityLife: 300, propagation: 10, tolerance: 3, patience: 10 }

/** Longest lag of a view, seconds: for an API server less than `propagation`. */
const apiServerLag = 8
const replicaLag = 2
/** How long a replica may do nothing, seconds. */
const idle = 1

interface Versioned<T> {
  readonly value: T
  readonly version: number
}

/** An object in etcd: it can be written only with knowledge of its last version. */
class Stored<T> {
  readonly history: { readonly at: number; readonly state: Versioned<T> }[]

  constructor(value: T) {
    this.history = [{ at: 0, state: { value, version: 0 } }]
  }

  get last(): Versioned<T> {
    return this.history.at(-1)?.state as Versioned<T>
  }

  write(value: T, seen: number, at: number): boolean {
    const { version } = this.last
    if (version !== seen) return false
    this.history.push({ at, state: { value, version: version + 1 } })
    return true
  }

  /** The newest version at a time. */
  atLeast(at: number): number {
    return this.history.findLast((entry) => entry.at <= at)?.state.version ?? 0
  }
}

/** A watch: shows some version, never an older one than before. */
class Watch<T> {
  readonly #stored: Stored<T>
  seen: Versioned<T>

  constructor(stored: Stored<T>) {
    this.#stored = stored
    this.seen = stored.last
  }

  /** Delivers the next event. */
  deliver(): void {
    this.#to(this.seen.version + 1)
  }

  /** Delivers everything that happened until a time. */
  catchUp(until: number): void {
    this.#to(this.#stored.atLeast(until))
  }

  #to(version: number): void {
    const entry = this.#stored.history[Math.min(version, this.#stored.history.length - 1)]
    if (entry !== undefined && entry.state.version > this.seen.version) this.seen = entry.state
  }
}

export const nothing: Content = { authorities: [], signer: undefined, leaf: undefined, problems: ['empty'] }

export class Replica {
  readonly cluster: Cluster
  readonly clockOffset: number
  readonly secret: Watch<Content>
  readonly configuration: Watch<readonly Authority[]>
  readonly startedAt: number
  memory: Memory | undefined
  acted: number
  readonly #since = new Map<string, number>()
  #wanted: readonly Authority[] | undefined
  /** The pending write, based on the version that was seen when it was decided. */
  #writing: { readonly content: Content; readonly version: number } | undefined
  #registering: { readonly authorities: readonly Authority[]; readonly version: number } | undefined

  constructor(cluster: Cluster, clockOffset: number) {
    this.cluster = cluster
    this.clockOffset = clockOffset
    this.secret = new Watch(cluster.secret)
    this.configuration = new Watch(cluster.configuration)
    this.startedAt = cluster.now
    this.acted = cluster.now
  }

  get now(): number {
    return this.cluster.now + this.clockOffset
  }

  /** Processes what it sees and begins the write that it decides on. */
  act(): void {
    this.acted = this.cluster.now
    this.#observe()
    const view = this.#view(this.secret.seen.value)
    if (isAcceptable(view, times) && view.content.leaf !== undefined) {
      this.memory = { leaf: view.content.leaf, authorities: view.content.authorities }
      if (mayRegister(view, times)) this.#wanted = view.content.authorities
    }
    const decision = nextCertificates({ ...view, memory: this.memory }, times)
    if (decision.do === 'keep') return
    const authorities = decision.newAuthority ? [this.cluster.newAuthority(this.now), ...decision.authorities] : decision.authorities
    const [signer] = authorities
    if (signer === undefined) throw new Error('there is no CA to sign with')
    if (!decision.newAuthority && view.content.signer === undefined) throw new Error('the key of the CA is lost')
    const leaf = decision.leaf === 'new' ? this.cluster.newLeaf(signer, this.now) : decision.leaf
    const content: Content = { authorities, signer: { cert: signer.cert, key: 'key' }, leaf, problems: [] }
    this.#writing = { content, version: this.secret.seen.version }
  }

  /** The write reaches the API server. */
  commit(): void {
    if (this.#writing !== undefined) this.cluster.secret.write(this.#writing.content, this.#writing.version, this.cluster.now)
    this.#writing = undefined
  }

  /** Reads the current Secret for a configuration that it saw before. */
  beginRegistration(): void {
    this.#observe()
    const { value, version } = this.configuration.seen
    if (this.#wanted === undefined || sameIds(value, this.#wanted)) return
    const content = this.cluster.secret.last.value
    if (isAcceptable(this.#view(content), times)) this.#registering = { authorities: content.authorities, version }
  }

  commitRegistration(): void {
    const { authorities, version } = this.#registering ?? { authorities: [], version: -1 }
    if (this.#registering !== undefined) this.cluster.configuration.write(authorities, version, this.cluster.now)
    this.#registering = undefined
  }

  #observe(): void {
    const held = new Set(this.configuration.seen.value.map(({ id }) => id))
    for (const id of this.#since.keys()) if (!held.has(id)) this.#since.delete(id)
    for (const id of held) if (!this.#since.has(id)) this.#since.set(id, this.cluster.now)
  }

  #view(content: Content): View {
    const { cluster } = this
    return {
      content,
      memory: this.memory,
      now: this.now,
      heldFor: (id) => {
        const since = this.#since.get(id)
        return since === undefined ? undefined : cluster.now - since
      },
      waited: this.configuration.seen.value.length > 0 ? cluster.now - this.startedAt : Number.POSITIVE_INFINITY,
    }
  }
}

export class Cluster {
  now = 0
  readonly secret = new Stored<Content>(nothing)
  readonly configuration = new Stored<readonly Authority[]>([])
  readonly replicas: Replica[] = []
  readonly apiServers = [new Watch(this.configuration), new Watch(this.configuration)]
  readonly offsets: readonly number[]
  #created = 0

  constructor(offsets: readonly number[]) {
    this.offsets = offsets
    for (const offset of offsets) this.replicas.push(new Replica(this, offset))
  }

  newAuthority(at: number): Authority {
    this.#created += 1
    const id = `ca-${this.#created}`
    return { id, cert: id, madeAt: at, notAfter: at + times.authorityLife }
  }

  newLeaf(signer: Authority, at: number): Leaf {
    this.#created += 1
    const notAfter = at + Math.min(times.leafLife, signer.notAfter - at)
    return { cert: `leaf-${this.#created}`, key: 'key', issuer: signer.id, madeAt: at, notAfter }
  }

  /** One second passes; views that exceed the lag catch up. */
  tick(): void {
    this.now += 1
    for (const apiServer of this.apiServers) apiServer.catchUp(this.now - apiServerLag)
    for (const replica of this.replicas) {
      replica.secret.catchUp(this.now - replicaLag)
      replica.configuration.catchUp(this.now - replicaLag)
      if (this.now - replica.acted < idle) continue
      replica.commit()
      replica.commitRegistration()
      replica.act()
      replica.beginRegistration()
    }
  }

  /** A replica restarts without memory, unless it is the only one that serves. */
  restart(index: number): void {
    const others = this.replicas.filter((replica, position) => position !== index && replica.memory !== undefined)
    if (others.length > 0) this.replicas[index] = new Replica(this, this.offsets[index] ?? 0)
  }

  /** Changes the Secret from outside. */
  breakSecret(how: Partial<Content>): void {
    const { value, version } = this.secret.last
    this.secret.write({ ...value, problems: ['broken'], ...how }, version, this.now)
  }

  /** Replaces the Secret by an old backup. */
  restoreSecret(): void {
    const { history, last } = this.secret
    this.secret.write(history[Math.floor(history.length / 2)]?.state.value ?? nothing, last.version, this.now)
  }

  /** Descriptions of the calls that would fail at this moment. */
  failures(): readonly string[] {
    const failures: string[] = []
    for (const [apiServer, { seen }] of this.apiServers.entries()) {
      if (seen.value.length === 0) continue
      for (const [index, { memory }] of this.replicas.entries()) {
        if (memory === undefined) continue
        const { leaf } = memory
        const issuer = seen.value.find(({ id }) => id === leaf.issuer)
        const call = `t=${this.now} API server ${apiServer} -> replica ${index} (${leaf.cert} by ${leaf.issuer})`
        if (issuer === undefined) failures.push(`${call}: unknown CA, trusts ${seen.value.map(({ id }) => id)}`)
        else if (this.now >= leaf.notAfter || this.now >= issuer.notAfter) failures.push(`${call}: expired`)
      }
    }
    return failures
  }
}

function sameIds(left: readonly Authority[], right: readonly Authority[]): boolean {
  return left.length === right.length && left.every(({ id }) => right.some((authority) => authority.id === id))
}
