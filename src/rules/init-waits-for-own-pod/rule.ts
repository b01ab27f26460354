import { defineRule, type RuleContext } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import type { Contact } from '../../script/shape/facts.ts'
import { isLocal } from '../../script/shape/server-probes.ts'
import { type FactualInit, factualInits, placeOf, siblingsIn } from '../init-scripts.ts'
import { replicasOf, type Sidecars, serviceNameOf, sidecarsOf, usesHostNetwork } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

type MessageId = 'local' | 'service'

/** A wait for a server that only a later container of the same pod can provide: a deadlock. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-waits-for-own-pod',
    category: 'init',
    severity: 'error',
    recommended: 'warn',
    fixKind: 'none',
    readsScripts: true,
    scriptData: ['server'],
    since: '0.1.0',
    summary: 'An init container waits for a server that starts later in its own pod.',
    rationale:
      'App containers start only after all init containers have completed. An init container that waits for one of them, on localhost or through a Service that selects only this pod, waits forever. A Service has no endpoints until its pods are ready.',
    remediation: 'Wait in the app container, or run the server as a sidecar that is declared first.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/',
    ],
    messages: {
      local: '{{at}}waits for {{server}}, which is served only by containers of this pod, and those start later; wait in the app instead',
      service: '{{at}}waits for Service {{server}}, which selects only this pod and has no endpoints yet; wait in the app instead',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const sidecars = sidecarsOf(workload)
    for (const init of factualInits(context)) {
      if (init.facts.hasBackground) continue
      for (const contact of init.facts.contacts) {
        if (!contact.waits) continue
        const messageId = isOwn(contact, init, sidecars, workload)
          ? 'local'
          : isOwnService(contact, workload, context)
            ? 'service'
            : undefined
        if (messageId === undefined) continue
        const server =
          messageId === 'service' ? (contact.host ?? '') : [contact.host, contact.port].filter((part) => part !== undefined).join(':')
        const data = { ...placeOf(init, contact.line), server }
        yield { messageId, subject: init.container, pointer: init.pointer, data }
        break
      }
    }
  },
})

/** Whether no earlier sidecar can be the server on localhost. If a later sidecar is the server, init-before-sidecar reports it. */
function isOwn({ host, port, nameOnly }: Contact, { container }: FactualInit, sidecars: Sidecars, workload: Workload): boolean {
  if (!isLocal(host) || nameOnly || usesHostNetwork(workload)) return false
  const { first } = sidecars
  if (first === undefined) return true
  return first.index > sidecars.indexOf(container) && port !== undefined && sidecars.onPort(port) === undefined
}

function isOwnService({ host, nameOnly }: Contact, workload: Workload, context: RuleContext): boolean {
  if (host === undefined || nameOnly || replicasOf(workload) !== 1) return false
  const name = serviceNameOf(host, workload.namespace)
  const service = siblingsIn(context)
    .services(workload.namespace)
    .find((candidate) => candidate.name === name)
  if (service === undefined || service.publishesNotReady || service.selector.size === 0) return false
  const labels = workload.kind === 'Pod' ? workload.labels : workload.podLabels
  return [...service.selector].every(([key, value]) => labels.get(key) === value)
}
