import { defineRule } from '../../lint/rule.ts'
import { factualInits, placeOf, siblingsIn } from '../init-scripts.ts'
import { type OwnPodWait, ownPodWaitOf } from '../own-pod-waits.ts'
import { sidecarsOf } from '../pod-servers.ts'
import { noOptions } from '../wording.ts'

/** A wait for a server that only a later container of the same pod can provide: a deadlock. */
export const rule = defineRule<OwnPodWait['kind'], object>({
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
      ordered:
        '{{at}}waits for {{server}}, which only pods of this StatefulSet serve, and the first one starts alone; wait in the app instead',
      name: '{{at}}waits until {{server}} resolves, which it does only once a pod is ready; set publishNotReadyAddresses: true on the Service',
      service: '{{at}}waits for Service {{server}}, which selects only this pod and has no endpoints yet; wait in the app instead',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload, _options, context) {
    const sidecars = sidecarsOf(workload)
    for (const init of factualInits(context)) {
      const wait = ownPodWaitOf(init, workload, sidecars, siblingsIn(context))
      if (wait === undefined) continue
      const data = { ...placeOf(init, wait.line), server: wait.server }
      yield { messageId: wait.kind, subject: init.container, pointer: init.pointer, data }
    }
  },
})
