import { defineRule, type Report } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import { customResource } from '../../model/workload-kinds.ts'
import { statusAfterFailedInit } from '../predictions.ts'
import { noOptions } from '../wording.ts'
import { type FinalInit, finalInits } from './restarts.ts'
import { isHelmTest, type Situation, situationOf } from './situation.ts'

type MessageId = Situation['id'] | 'someExitCodes'

const failure = 'if {{init}} fails,'
const retry = 'restartPolicy: OnFailure would retry it'

/** A failed init container fails its pod, because the kubelet does not retry it. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-no-retry',
    formerId: 'init-fails-for-ever',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'With restartPolicy: Never, a failed init container is not retried and its pod fails.',
    rationale:
      'Init containers often fail for temporary reasons: a database that is not up yet, an interrupted download. With restartPolicy: Never, the kubelet does not retry them, and the pod stays in Init:Error until it is deleted. A Job creates a new pod for each attempt instead. A failed image pull is different: it is retried under every policy.',
    remediation: 'Set restartPolicy: OnFailure on the pod or on the init container.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/5307-container-restart-policy',
    ],
    messages: {
      bare: `${failure} the pod stays in {{status}} until it is deleted; ${retry}`,
      hook: `${failure} the hook fails with {{status}}; ${retry}`,
      runner: `${failure} the pod stays in {{status}} and its {{runner}} job fails; ${retry}`,
      owned: `${failure} the pod stays in {{status}} and its {{owner}} must create another; ${retry}`,
      controller: `${failure} the whole pod fails and its {{owner}} creates another; ${retry}`,
      job: `${failure} the Job creates a new pod, up to {{backoffLimit}} times (backoffLimit); ${retry} in place`,
      indexedJob: `${failure} the Job creates a new pod, up to {{backoffLimit}} times per index; ${retry} in place`,
      jobOnce: `${failure} the Job fails because backoffLimit is 0; a higher backoffLimit would retry it`,
      cronJob: `${failure} each run leaves up to {{failedPods}} failed pods (backoffLimit + 1); ${retry} in place`,
      someExitCodes: `the pod fails on every exit code that no restartPolicyRules entry restarts; ${retry}`,
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload) {
    // What happens to a failed pod is up to the controller.
    if (workload.kind === customResource || isHelmTest(workload)) return
    const inits = finalInits(workload)
    if (inits.length === 0) return
    const situation = situationOf(workload)
    // These kinds accept only Always as the policy of the pod, so only the policies of containers count.
    const byPod = situation.id === 'controller' ? [] : inits.filter(({ by, after }) => by === 'pod' && after === 'final')
    if (byPod.length > 0) yield podReport(workload, situation, byPod)
    for (const init of inits) {
      if (init.after === 'some') yield someExitCodes(init)
      else if (init.by === 'container') yield containerReport(workload, situation, init)
    }
  },
})

/** Only a Pod that is created directly is never replaced. */
function milder(workload: Workload, { id }: Situation): { milder?: true } {
  return id === 'bare' && workload.kind === 'Pod' ? {} : { milder: true }
}

function podReport(workload: Workload, situation: Situation, inits: readonly FinalInit[]): Report<MessageId> {
  return {
    messageId: situation.id,
    subject: null,
    pointer: `${workload.podSpecPointer}/restartPolicy`,
    data: { init: named(inits), status: statusAfterFailedInit('pod'), ...situation.data },
    ...milder(workload, situation),
  }
}

function containerReport(workload: Workload, situation: Situation, { container, by }: FinalInit): Report<MessageId> {
  return {
    messageId: situation.id,
    subject: container,
    pointer: `${container.pointer}/restartPolicy`,
    data: { init: 'it', status: statusAfterFailedInit(by), ...situation.data },
    ...milder(workload, situation),
  }
}

/** Milder, because the author of restartPolicyRules has considered failures. */
function someExitCodes({ container }: FinalInit): Report<MessageId> {
  return {
    messageId: 'someExitCodes',
    subject: container,
    pointer: `${container.pointer}/restartPolicy`,
    data: {},
    milder: true,
  }
}

/** `init container "a" or "b"`; only the number if there are more than three, because a warning is one line. */
function named(inits: readonly FinalInit[]): string {
  if (inits.length > 3) return `one of ${inits.length} init containers`
  const names = inits.map(({ container }) => `"${container.name}"`)
  const last = names.pop()
  return `init container ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}`
}
