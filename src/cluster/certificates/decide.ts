import type { Authority, Content, Leaf } from './content.ts'

/** How long things last and how long to wait, ms. */
export interface Times {
  /** Life of a serving certificate; it is renewed at two thirds. */
  readonly leafLife: number
  /** Life of a CA; the next one is made at two thirds. */
  readonly authorityLife: number
  /**
   * How long every webhook configuration must have held a new CA before a certificate that it signed is served: each API server of a
   * control plane learns of it by a watch of its own, and nobody can ask whether all of them have.
   */
  readonly propagation: number
  /** How far the clocks of replicas may be apart. */
  readonly tolerance: number
  /** How long a replica that has just started leaves repairs to those who serve: they know what they serve with. */
  readonly patience: number
}

const minute = 60 * 1000
const day = 24 * 60 * minute

export const defaultTimes: Times = {
  // As long as a certificate of Let's Encrypt lasted for years: short enough to be renewed, and thus practised, often.
  leafLife: 90 * day,
  // Whoever may read the Secret may call himself initlint anyway; a CA change is the one moment where something could go wrong.
  authorityLife: 3650 * day,
  // A watch event takes milliseconds; an API server whose watch broke lists again within a minute (client-go reflector back-off, 30 s).
  propagation: 5 * minute,
  tolerance: 60 * minute,
  patience: 10_000,
}

/** What a replica serves with, which survives whatever happens to the Secret. */
export interface Memory {
  readonly leaf: Leaf
  /** The CAs of the Secret as it was last good. */
  readonly authorities: readonly Authority[]
}

/** What one replica knows at one moment. */
export interface View {
  readonly content: Content
  /** Undefined for a replica that has nothing to serve with yet. */
  readonly memory: Memory | undefined
  /** ms since 1970. */
  readonly now: number
  /**
   * For how long, ms, this replica has seen a CA in every webhook configuration, by a clock that never jumps; Infinity where there is no
   * configuration of ours; undefined where the CA is not in all of them, or where they are not known yet.
   */
  heldFor(id: string): number | undefined
  /** For how long, ms, this replica has been looking; Infinity where nobody else can be serving. */
  readonly waited: number
}

export type Decision =
  | {
      readonly do: 'keep'
      /** When to look again at the latest, ms since 1970. */
      readonly lookAt: number
    }
  | {
      readonly do: 'write'
      /** A clause for the log. */
      readonly why: string
      /** Whether a new CA is made, to stand before `authorities`. */
      readonly newAuthority: boolean
      /** CAs that stay, newest first; without a new one, the first signs. */
      readonly authorities: readonly Authority[]
      /** The serving certificate that stays, or a new one from the first CA. */
      readonly leaf: Leaf | 'new'
    }

/**
 * Whether a replica may serve with what the Secret holds: all of it is good, and whoever trusts its CAs also trusts what this replica
 * serves with until now. What is not acceptable is repaired by `nextCertificates`. A replica that serves nothing yet gives the others
 * time to repair a Secret whose CA is not registered: it may be an old back-up.
 */
export function isAcceptable(view: View, times: Times): boolean {
  const { content, memory, now } = view
  const has = (id: string): boolean => content.authorities.some((authority) => authority.id === id)
  if (!isGood(content.leaf, content.authorities, now, times)) return false
  if (memory === undefined) {
    return mayRegister(view, times) || (view.heldFor(content.leaf.issuer) !== undefined && now < lastTenth(content.leaf))
  }
  if (!isGood(memory.leaf, memory.authorities, now, times)) return true
  return has(memory.leaf.issuer) && (now < lastTenth(content.leaf) || content.leaf.notAfter >= memory.leaf.notAfter)
}

/** Whether a replica may register the CAs of a Secret that it accepts: not before the others could have repaired an old back-up. */
export function mayRegister({ waited }: Pick<View, 'waited'>, times: Times): boolean {
  return waited >= times.patience
}

/**
 * What to do about the Secret. Every replica decides alone, by what it knows; who is too late is told so by the API server, reads again
 * and finds nothing to do. The rules that keep every call going:
 * - A new CA is first only trusted. It signs when every configuration has held it for `propagation`.
 * - An old CA is trusted until every certificate that it may have signed has ended: its key was thrown away when the next one was made.
 * - What a replica serves with is put back before anything else is made, so that nothing that somebody does to the Secret shows.
 */
export function nextCertificates(view: View, times: Times): Decision {
  const { content, now } = view
  const leaf = servedLeaf(view, times)
  if (leaf === undefined && !mayRegister(view, times)) return { do: 'keep', lookAt: now + times.patience - view.waited }
  const { authorities, restored } = trustedAuthorities(view, leaf, times)
  const write = (reason: string, rest: { newAuthority?: true; leaf: Leaf | 'new' }): Decision => ({
    do: 'write',
    why: reason,
    newAuthority: false,
    authorities,
    ...rest,
  })
  const signer = content.authorities[0]
  if (signer === undefined || content.signer === undefined || !isCurrent(signer, now, times) || restored) {
    return write(why(content, restored ? 'a CA is missing that signed what is served' : 'the CA has ended'), {
      newAuthority: true,
      leaf: leaf ?? 'new',
    })
  }
  if (leaf === undefined) return write(why(content, 'the certificate has ended'), { leaf: 'new' })
  if (leaf.issuer === signer.id && now >= dueAt(signer)) {
    return write('two thirds of the life of the CA are over', { newAuthority: true, leaf })
  }
  const renewal = renewalAt(view, leaf, signer, times)
  if (now >= renewal) return write(renewalReason(leaf, signer), { leaf: 'new' })
  if (content.leaf?.cert !== leaf.cert) return write(why(content, 'the certificate has ended'), { leaf })
  if (authorities.length < content.authorities.length) return write('no certificate of an old CA is left', { leaf })
  const moments = [renewal, dueAt(signer), ...authorities.map((authority) => dropAt(authority, authorities, times))]
  return { do: 'keep', lookAt: Math.min(...moments.filter((moment) => moment > now)) }
}

/** What is served: the Secret's certificate where it is acceptable, else the one in memory, while they are good. */
function servedLeaf(view: View, times: Times): Leaf | undefined {
  const { content, memory, now } = view
  if (isAcceptable(view, times)) return content.leaf
  return memory !== undefined && isGood(memory.leaf, memory.authorities, now, times) ? memory.leaf : undefined
}

interface Trusted {
  /** Newest first. */
  readonly authorities: readonly Authority[]
  /** Whether the Secret lacks the CA of what is served. */
  readonly restored: boolean
}

/** CAs that must be trusted: the Secret's (or the remembered ones) and the one of what is served, without those that nobody needs. */
function trustedAuthorities({ content, memory, now }: View, leaf: Leaf | undefined, times: Times): Trusted {
  const base = content.authorities.length > 0 ? content.authorities : (memory?.authorities ?? [])
  const missing = (memory?.authorities ?? []).filter(({ id }) => id === leaf?.issuer && !base.some((authority) => authority.id === id))
  const all = [...base, ...missing]
  const authorities = all.filter((authority) => authority.id === leaf?.issuer || now < dropAt(authority, all, times))
  return { authorities, restored: missing.length > 0 }
}

/**
 * When a CA is needed no more, ms since 1970: the first one when it ends, an older one when everything has ended that it can have signed
 * before the first one was made.
 */
function dropAt(authority: Authority, [first]: readonly Authority[], times: Times): number {
  if (first === undefined || authority.id === first.id) return authority.notAfter
  return Math.min(authority.notAfter, first.madeAt + times.leafLife + times.tolerance)
}

/** When a new serving certificate is to be signed, ms since 1970. */
function renewalAt(view: View, leaf: Leaf, signer: Authority, times: Times): number {
  const wanted = leaf.issuer === signer.id ? dueAt(leaf) : view.now
  const held = view.heldFor(signer.id)
  const allowed = held === undefined ? Number.POSITIVE_INFINITY : view.now + times.propagation - held
  // At its very end a certificate is worth less than one that some API server may not trust yet.
  return Math.min(Math.max(wanted, allowed), Math.max(wanted, lastTenth(leaf)))
}

function renewalReason(leaf: Leaf, signer: Authority): string {
  return leaf.issuer === signer.id ? 'two thirds of the life of the certificate are over' : 'every API server knows the new CA'
}

/** Two thirds of a life. */
function dueAt({ madeAt, notAfter }: { readonly madeAt: number; readonly notAfter: number }): number {
  return madeAt + ((notAfter - madeAt) * 2) / 3
}

function lastTenth({ madeAt, notAfter }: Leaf): number {
  return notAfter - (notAfter - madeAt) / 10
}

function isGood(leaf: Leaf | undefined, authorities: readonly Authority[], now: number, times: Times): leaf is Leaf {
  if (leaf === undefined || !isCurrent(leaf, now, times)) return false
  return isCurrent(
    authorities.find(({ id }) => id === leaf.issuer),
    now,
    times,
  )
}

/** In its time; what a clock that is ahead made a moment ago is. */
function isCurrent(life: { readonly madeAt: number; readonly notAfter: number } | undefined, now: number, times: Times): boolean {
  return life !== undefined && now >= life.madeAt - times.tolerance && now < life.notAfter
}

function why(content: Content, otherwise: string): string {
  return content.problems.length === 0 ? otherwise : content.problems.join('; ')
}
