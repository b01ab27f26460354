import { defineRule, type Report } from '../../lint/rule.ts'
import type { Workload } from '../../model/workload.ts'
import { statusAfterFailedInit } from '../predictions.ts'
import { noOptions } from '../wording.ts'
import { type FinalInit, finalInits } from './restarts.ts'
import { type Situation, situationOf } from './situation.ts'

type MessageId = Situation['id'] | 'someExitCodes'

const failure = 'restartPolicy Never: if {{init}} fails,'

/** A failed init container is the end of its pod: nobody tries it again. */
export const rule = defineRule<MessageId, object>({
  meta: {
    id: 'init-no-retry',
    formerId: 'init-fails-for-ever',
    category: 'init',
    severity: 'warning',
    recommended: 'warn',
    fixKind: 'none',
    since: '0.1.0',
    summary: 'With restartPolicy Never a failed init container is the end of its pod.',
    rationale:
      'Init containers fail for reasons that pass: a database that is not up yet, a download that breaks off. With restartPolicy Never the kubelet does not try them again; the pod shows Init:Error until someone deletes it. A Job makes a new pod for every try instead. A failed pull is another matter: that is tried again under every policy.',
    remediation: 'Set restartPolicy OnFailure, on the pod or on the init container.',
    references: [
      'https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#detailed-behavior',
      'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy',
      'https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/5307-container-restart-policy',
    ],
    messages: {
      bare: `${failure} the pod shows {{status}} until someone deletes it; OnFailure would retry`,
      hook: `${failure} the hook fails with {{status}}; OnFailure would retry`,
      runner: `${failure} the pod shows {{status}} and its {{runner}} job fails; OnFailure would retry`,
      owned: `${failure} the pod shows {{status}} and its {{owner}} has to make another; OnFailure would retry`,
      controller: `${failure} the whole pod fails and its {{owner}} makes another; OnFailure would retry`,
      job: `${failure} the Job makes a new pod, up to {{backoffLimit}} times (backoffLimit); OnFailure would retry in place`,
      indexedJob: `${failure} the Job makes a new pod, up to {{backoffLimit}} times an index; OnFailure would retry in place`,
      jobOnce: `${failure} the Job has failed, as backoffLimit is 0; a higher backoffLimit would retry`,
      cronJob: `${failure} each run leaves up to {{failedPods}} failed pods (backoffLimit + 1); OnFailure would retry in place`,
      someExitCodes: 'restartPolicy Never: an exit code that no restartPolicyRules entry restarts ends the pod; OnFailure would retry all',
    },
    optionsSchema: noOptions,
    defaultOptions: {},
  },
  *check(workload) {
    const inits = finalInits(workload)
    if (inits.length === 0) return
    const situation = situationOf(workload)
    // These kinds accept no pod policy but Always; only what containers say of themselves can stand there.
    const byPod = situation.id === 'controller' ? [] : inits.filter(({ by, after }) => by === 'pod' && after === 'final')
    if (byPod.length > 0) yield podReport(workload, situation, byPod)
    for (const init of inits) {
      if (init.after === 'some') yield someExitCodes(init)
      else if (init.by === 'container') yield containerReport(workload, situation, init)
    }
  },
})

/** A Pod that a person made is the only one that nobody replaces. */
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

/** The author has thought of failures here, so this is never more than a hint. */
function someExitCodes({ container }: FinalInit): Report<MessageId> {
  return {
    messageId: 'someExitCodes',
    subject: container,
    pointer: `${container.pointer}/restartPolicy`,
    data: {},
    milder: true,
  }
}

/** `init container "a" or "b"`; from four on only their number, because a warning is one line. */
function named(inits: readonly FinalInit[]): string {
  if (inits.length > 3) return `one of ${inits.length} init containers`
  const names = inits.map(({ container }) => `"${container.name}"`)
  const last = names.pop()
  return `init container ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}`
}
