import type { Authority, Content, Leaf } from './content.ts'

/** Lifetimes and waiting times, ms. */
export interface Times {
  /** Life of a serving certificate; it is renewed at two thirds. */
  readonly leafLife: number
  /** Life of a CA; the next one is created at two thirds. */
  readonly authorityLife: number
  /**
   * How long a new CA must have been in every webhook configuration before a certificate that it signed is served: each API server of a
   * control plane learns of it by a watch of its own, and there is no way to find out whether all of them have.
   */
  readonly propagation: number
  /** How far the clocks of replicas may differ. */
  readonly tolerance: number
  /** How long a replica that has just started leaves repairs to the replicas that serve, because they know their certificate. */
  readonly patience: number
}

const minute = 60 * 1000
const day = 24 * 60 * minute

export const defaultTimes: Times = {
  // The same as Let's Encrypt's certificates for many years: short enough for renewal to be exercised often.
  leafLife: 90 * day,
  // A shorter life would add no security, since anyone who can read the Secret can impersonate initlint, and a CA change is a risk.
  authorityLife: 3650 * day,
  // A watch event takes milliseconds; an API server whose watch broke lists again within a minute (client-go reflector back-off, 30 s).
  propagation: 5 * minute,
  tolerance: 60 * minute,
  patience: 10_000,
}

/** What a replica serves with, regardless of what happens to the Secret. */
export interface Memory {
  readonly leaf: Leaf
  /** The CAs of the Secret when it was last valid. */
  readonly authorities: readonly Authority[]
}

/** What one replica knows at one moment. */
export interface View {
  readonly content: Content
  /** Undefined for a replica that has no certificate to serve yet. */
  readonly memory: Memory | undefined
  /** ms since 1970. */
  readonly now: number
  /**
   * For how long, ms, this replica has seen a CA in every webhook configuration, by a monotonic clock; Infinity if initlint manages no
   * configuration; undefined if the CA is not in all of them or if they are not known yet.
   */
  heldFor(id: string): number | undefined
  /** For how long, ms, this replica has been observing; Infinity if no other replica can be serving. */
  readonly waited: number
}

export type Decision =
  | {
      readonly do: 'keep'
      /** When to decide again at the latest, ms since 1970. */
      readonly lookAt: number
    }
  | {
      readonly do: 'write'
      /** A clause for the log. */
      readonly why: string
      /** Whether a new CA is created, to be put before `authorities`. */
      readonly newAuthority: boolean
      /** CAs that remain, newest first; without a new one, the first signs. */
      readonly authorities: readonly Authority[]
      /** The serving certificate that remains, or a new one from the first CA. */
      readonly leaf: Leaf | 'new'
    }

/**
 * Whether a replica may serve with the content of the Secret: all of it is valid, and a client that trusts its CAs also trusts what this
 * replica has served with so far. `nextCertificates` repairs content that is not acceptable. A replica that serves nothing yet gives the
 * others time to repair a Secret whose CA is not registered, since it may come from an old backup.
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

/** Whether a replica may register the CAs of a Secret that it accepts: not before the others had time to repair an old backup. */
export function mayRegister({ waited }: Pick<View, 'waited'>, times: Times): boolean {
  return waited >= times.patience
}

/**
 * Decides what to do about the Secret. Every replica decides alone, based on what it knows; if another one was faster, the API server
 * rejects the write, and the replica reads again and finds nothing to do. These rules keep every call working:
 * - A new CA is only trusted at first. It signs after it has been in every configuration for `propagation`.
 * - An old CA is trusted until every certificate that it can have signed has expired: its key is deleted when the next CA is created.
 * - The certificate that a replica serves is restored before anything else is created, so that no change of the Secret breaks a call.
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
    return write(why(content, restored ? 'the CA that signed the certificate in use is missing' : 'the CA has expired'), {
      newAuthority: true,
      leaf: leaf ?? 'new',
    })
  }
  if (leaf === undefined) return write(why(content, 'the certificate has expired'), { leaf: 'new' })
  if (leaf.issuer === signer.id && now >= dueAt(signer)) {
    return write('two thirds of the life of the CA have passed', { newAuthority: true, leaf })
  }
  const renewal = renewalAt(view, leaf, signer, times)
  if (now >= renewal) return write(renewalReason(leaf, signer), { leaf: 'new' })
  if (content.leaf?.cert !== leaf.cert) return write(why(content, 'the certificate has expired'), { leaf })
  if (authorities.length < content.authorities.length) return write('every certificate of an old CA has expired', { leaf })
  const moments = [renewal, dueAt(signer), ...authorities.map((authority) => dropAt(authority, authorities, times))]
  return { do: 'keep', lookAt: Math.min(...moments.filter((moment) => moment > now)) }
}

/** The certificate to serve: the one in the Secret if acceptable, otherwise the one in memory if it is valid. */
function servedLeaf(view: View, times: Times): Leaf | undefined {
  const { content, memory, now } = view
  if (isAcceptable(view, times)) return content.leaf
  return memory !== undefined && isGood(memory.leaf, memory.authorities, now, times) ? memory.leaf : undefined
}

interface Trusted {
  /** Newest first. */
  readonly authorities: readonly Authority[]
  /** Whether the Secret lacks the CA of the certificate in use. */
  readonly restored: boolean
}

/** CAs that must be trusted: those of the Secret (or in memory) and that of the certificate in use, without those no longer needed. */
function trustedAuthorities({ content, memory, now }: View, leaf: Leaf | undefined, times: Times): Trusted {
  const base = content.authorities.length > 0 ? content.authorities : (memory?.authorities ?? [])
  const missing = (memory?.authorities ?? []).filter(({ id }) => id === leaf?.issuer && !base.some((authority) => authority.id === id))
  const all = [...base, ...missing]
  const authorities = all.filter((authority) => authority.id === leaf?.issuer || now < dropAt(authority, all, times))
  return { authorities, restored: missing.length > 0 }
}

/**
 * When a CA is no longer needed, ms since 1970: the first one when it expires, an older one when everything has expired that it can have
 * signed before the first one was created.
 */
function dropAt(authority: Authority, [first]: readonly Authority[], times: Times): number {
  if (first === undefined || authority.id === first.id) return authority.notAfter
  return Math.min(authority.notAfter, first.madeAt + times.leafLife + times.tolerance)
}

/** When a new serving certificate must be signed, ms since 1970. */
function renewalAt(view: View, leaf: Leaf, signer: Authority, times: Times): number {
  const wanted = leaf.issuer === signer.id ? dueAt(leaf) : view.now
  const held = view.heldFor(signer.id)
  const allowed = held === undefined ? Number.POSITIVE_INFINITY : view.now + times.propagation - held
  // Shortly before its expiry, a certificate is a greater risk than a new one that some API server may not trust yet.
  return Math.min(Math.max(wanted, allowed), Math.max(wanted, lastTenth(leaf)))
}

function renewalReason(leaf: Leaf, signer: Authority): string {
  return leaf.issuer === signer.id ? 'two thirds of the life of the certificate have passed' : 'every API server trusts the new CA'
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

/** Whether it is in its validity period, allowing for a replica whose clock is ahead. */
function isCurrent(life: { readonly madeAt: number; readonly notAfter: number } | undefined, now: number, times: Times): boolean {
  return life !== undefined && now >= life.madeAt - times.tolerance && now < life.notAfter
}

function why(content: Content, otherwise: string): string {
  return content.problems.length === 0 ? otherwise : content.problems.join('; ')
}
