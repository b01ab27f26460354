/** Waits of an init container for a server that only a later container of the same pod can provide. */
import { asString, at } from '../model/json.ts'
import type { Siblings } from '../model/siblings.ts'
import type { Workload } from '../model/workload.ts'
import type { AnalyzedInit } from '../script/index.ts'
import type { Contact } from '../script/shape/facts.ts'
import { isLocal } from '../script/shape/server-probes.ts'
import { replicasOf, type Sidecars, serviceNameOf, usesHostNetwork } from './pod-servers.ts'

/** A wait that never completes. */
export interface OwnPodWait {
  /**
   * `local`: the script contacts the server on localhost. `service`: through a Service that selects only this pod. `ordered`: through a
   * Service of its StatefulSet, whose first pod starts alone. `name`: it waits until such a headless Service resolves.
   */
  readonly kind: 'local' | 'service' | 'ordered' | 'name'
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
    const kind = ownServiceKind(contact, workload, siblings) ?? ownNameKind(contact, workload, siblings)
    if (kind !== undefined) return { kind, line, server: host ?? `$HOSTNAME.${contact.ownDomain ?? ''}` }
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

/** The name of the pod itself in its headless Service: it resolves only once the pod is ready, whatever the other pods do. */
function ownNameKind({ ownDomain, certain, nameOnly }: Contact, workload: Workload, siblings: Siblings): 'service' | 'name' | undefined {
  if (ownDomain === undefined || !certain) return undefined
  const name = serviceNameOf(ownDomain, workload.namespace)
  const service = siblings.services(workload.namespace).find((candidate) => candidate.name === name)
  if (workload.kind !== 'StatefulSet' || name !== asString(at(workload.object, 'spec', 'serviceName'))) return undefined
  if (service === undefined || !service.isHeadless || service.publishesNotReady || service.selector.size === 0) return undefined
  return nameOnly ? 'name' : 'service'
}

/** How a contact depends on a Service that has no endpoints before the pod is ready; undefined if it does not. */
function ownServiceKind(contact: Contact, workload: Workload, siblings: Siblings): Exclude<OwnPodWait['kind'], 'local'> | undefined {
  const { host, nameOnly } = contact
  if (host === undefined) return undefined
  const isOrdered = isFirstAlone(workload)
  // Scripts of a StatefulSet often wait only in pods after the first one.
  if (workload.kind === 'StatefulSet' ? !contact.certain || !(isOrdered || replicasOf(workload) === 1) : replicasOf(workload) !== 1)
    return undefined
  const services = siblings.services(workload.namespace)
  const find = (name: string | undefined) => services.find((candidate) => candidate.name === name)
  const service = find(serviceNameOf(host, workload.namespace)) ?? find(governingServiceOf(host, workload))
  if (service === undefined || service.publishesNotReady || service.selector.size === 0) return undefined
  const labels = workload.kind === 'Pod' ? workload.labels : workload.podLabels
  if (![...service.selector].every(([key, value]) => labels.get(key) === value)) return undefined
  // The name of any other Service resolves to its own address.
  if (nameOnly) return service.isHeadless ? 'name' : undefined
  return isOrdered && replicasOf(workload) !== 1 ? 'ordered' : 'service'
}

/**
 * Whether the first pod of a StatefulSet starts alone: with podManagementPolicy OrderedReady, the default, the next pod is created when all
 * before it are ready (kubernetes pkg/controller/statefulset/stateful_set_control.go).
 */
function isFirstAlone({ kind, object }: Workload): boolean {
  return kind === 'StatefulSet' && at(object, 'spec', 'podManagementPolicy') !== 'Parallel'
}

/** The Service of a StatefulSet if the host is the name of one of its pods: `web-1.web`. */
function governingServiceOf(host: string, { kind, name, object, namespace }: Workload): string | undefined {
  const governing = asString(at(object, 'spec', 'serviceName'))
  const [pod = '', ...rest] = host.split('.')
  if (kind !== 'StatefulSet' || governing === undefined || !pod.startsWith(`${name}-`) || !/^\d+$/.test(pod.slice(name.length + 1)))
    return undefined
  return serviceNameOf(rest.join('.'), namespace) === governing ? governing : undefined
}
