/** Waits of an init container for a server that only a later container of the same pod can provide. */
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { AnalyzedInit } from '../script/index.ts'
import type { Contact } from '../script/shape/facts.ts'
import { isLocal } from '../script/shape/server-probes.ts'
import { replicasOf, type Sidecars, serviceNameOf, usesHostNetwork } from './pod-servers.ts'

/** A wait that never completes. */
export interface OwnPodWait {
  /** Whether the script contacts the server on localhost, or through a Service that selects only this pod. */
  readonly kind: 'local' | 'service'
  /** Line in the script, counted from 1. */
  readonly line: number
  readonly server: string
}

/** The first wait of an init container for its own pod; undefined if there is none. @param sidecars of the workload */
export function ownPodWaitOf(init: AnalyzedInit, workload: Workload, sidecars: Sidecars, siblings: Siblings): OwnPodWait | undefined {
  if (init.facts === null || init.facts.hasBackground) return undefined
  for (const contact of init.facts.contacts) {
    if (!contact.waits) continue
    const { host, port, line } = contact
    if (isOwn(contact, init, sidecars, workload)) {
      return { kind: 'local', line, server: [host, port].filter((part) => part !== undefined).join(':') }
    }
    if (isOwnService(contact, workload, siblings)) return { kind: 'service', line, server: host ?? '' }
  }
  return undefined
}

/** Whether no earlier sidecar can be the server on localhost. If a later sidecar is the server, init-before-sidecar reports it. */
function isOwn({ host, port, nameOnly }: Contact, { container }: AnalyzedInit, sidecars: Sidecars, workload: Workload): boolean {
  if (!isLocal(host) || nameOnly || usesHostNetwork(workload)) return false
  const { first } = sidecars
  if (first === undefined) return true
  return first.index > sidecars.indexOf(container) && port !== undefined && sidecars.onPort(port) === undefined
}

function isOwnService({ host, nameOnly }: Contact, workload: Workload, siblings: Siblings): boolean {
  if (host === undefined || nameOnly || replicasOf(workload) !== 1) return false
  const name = serviceNameOf(host, workload.namespace)
  const service = siblings.services(workload.namespace).find((candidate) => candidate.name === name)
  if (service === undefined || service.publishesNotReady || service.selector.size === 0) return false
  const labels = workload.kind === 'Pod' ? workload.labels : workload.podLabels
  return [...service.selector].every(([key, value]) => labels.get(key) === value)
}
