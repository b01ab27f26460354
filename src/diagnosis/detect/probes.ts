/** Probes that end a process. */
import type { EventView } from '../view/events.ts'
import type { ContainerView, TerminatedView } from '../view/pod-view.ts'

/** The event precedes the end by the grace period at most; clocks and merged Events add to that. */
const maxGap = 15 * 60 * 1000

/** Whether an Event may be about the end of a process. */
export function isNear({ last }: EventView, { finishedAt }: TerminatedView): boolean {
  return finishedAt === null || last === 0 || Math.abs(finishedAt - last) <= maxGap
}

/** The Event of the probe that killed a process; `isCertain` if it says so itself. */
export function killedByProbe(
  { name, events }: ContainerView,
  end: TerminatedView,
): { readonly event: EventView; readonly isCertain: boolean } | undefined {
  const killing = events.find(({ reason, message }) => reason === 'Killing' && message.includes(' probe') && message.includes(name))
  if (killing !== undefined) return isNear(killing, end) ? { event: killing, isCertain: true } : undefined
  if (end.exitCode !== 137 && end.exitCode !== 143) return undefined
  const unhealthy = events.find(({ reason, message }) => reason === 'Unhealthy' && /^(?:Liveness|Startup)/.test(message))
  return unhealthy !== undefined && isNear(unhealthy, end) ? { event: unhealthy, isCertain: false } : undefined
}

/** What a probe got, and what to do about it; the first that matches counts. */
const answers: readonly { readonly says: RegExp; readonly now: (probe: string, name: string) => string }[] = [
  {
    says: /statuscode: (?:404|405|301|302)/,
    now: (probe, name) => `correct path and port of the ${probe} probe of "${name}"`,
  },
  {
    says: /statuscode: 40[13]/,
    now: (probe, name) => `let the ${probe} probe of "${name}" request a path that needs no login`,
  },
  {
    says: /statuscode: 5\d\d/,
    now: (_, name) => `find in the log of "${name}" what it still lacks: its server answers, and says that it is not ready`,
  },
  {
    says: /connection refused/,
    now: (probe, name) => `see in the log of "${name}" whether its server listens, and on the port of the ${probe} probe on all addresses`,
  },
  {
    says: /timed out|deadline exceeded|Client\.Timeout|i\/o timeout/,
    now: (probe, name) => `raise timeoutSeconds of the ${probe} probe of "${name}" (default 1 s), or find in its log why it answers slowly`,
  },
]

/** What to do about the answer that an Event Unhealthy reports. */
export function probeAdvice(message: string, name: string): readonly string[] | undefined {
  const now = answers.find(({ says }) => says.test(message))?.now(probeIn(message), name)
  return now === undefined ? undefined : [now]
}

/** What the probe got, after the words of the kubelet. */
export function probeAnswer(message: string): string {
  return (/ probe (?:failed|errored)[^:]{0,60}: (.{1,2000})/s.exec(message)?.[1] ?? '').trim()
}

/** The probe that a message names. */
export function probeIn(message: string): string {
  return /\b(liveness|startup|readiness)\b/i.exec(message)?.[1]?.toLowerCase() ?? 'startup'
}
